"""Each fact has one place: a country, an armed group or a kind of outlet is one edit, and everything knows it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from veille.codes import ActorKind
from veille.reference import actors, countries

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of the code that may be edited."""
    for folder in ("veille", "warehouse"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def told(folder: Path, program: str) -> Any:
    """What a program prints as JSON, run over the copy."""
    env = {"PYTHONPATH": str(folder), "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def test_a_country_is_one_edit(scratch: Path) -> None:
    append(
        scratch / "veille" / "reference" / "countries.toml",
        '\n[[country]]\ncode = "LR"\nname = "Libéria"\nregion = true\ndumps = true\nforces = "LIBERIA_FORCES"\n'
        'forces_named_by = ["armee liberienne"]\n'
        'capital = "monrovia"\nadjective = "liberienne"\nspeaks_as = ["monrovia"]\ncities = ["monrovia"]\n'
        "timezone = \"Africa/Monrovia\"\nnamed_by = ['liberia|liberien']\n",
    )
    program = """
import json
from veille.reading.actors import actor_mentions, resolve
from veille.reading.context import context
from veille.reading.gazetteer import base
from veille.reading.sentences import split
from veille.reference import actors, countries
ctx = context(split("Libéria : des tirs dans la nuit", "Des tirs ont été entendus."), base(), "FR")
found = [(a.code, a.kind) for a in actor_mentions("des soldats de l'armee liberienne")]
print(json.dumps([
    "LR" in countries.region(), "LR" in countries.with_dumps(), countries.timezone_of("LR"), resolve("STATE", "LR"),
    "LIBERIA_FORCES" in actors.codes(), "monrovia" in countries.cities() & countries.governments(), ctx.country,
    actors.kind_of("LIBERIA_FORCES"), ["LIBERIA_FORCES", "state"] in [list(f) for f in found],
    "monrovia" in base().elsewhere,
]))
"""
    known = [True, True, "Africa/Monrovia", "LIBERIA_FORCES", True, True, "LR", "state", True, False]
    assert told(scratch, program) == known


def test_an_armed_group_is_one_edit(scratch: Path) -> None:
    append(
        scratch / "veille" / "reference" / "actors.toml",
        '\n[[actor]]\ncode = "ESSAI"\nkind = "jihadist"\nnames = ["katiba de l\'essai"]\n',
    )
    program = """
import json
from veille.codes import CLAIMING
from veille.reading.actors import actor_mentions
from veille.reference import actors
found = [a.code for a in actor_mentions("la katiba de l'essai a attaque des soldats maliens")]
print(json.dumps(["ESSAI" in actors.codes(), actors.kind_of("ESSAI"), "ESSAI" in actors.of_kinds(CLAIMING), found]))
"""
    assert told(scratch, program) == [True, "jihadist", True, ["ESSAI", "MALI_FORCES"]]


def test_a_kind_of_outlet_is_one_edit(scratch: Path) -> None:
    codes = scratch / "veille" / "codes.py"
    text = codes.read_text("utf-8")
    codes.write_text(text.replace('    UN_NGO = "un_ngo"\n', '    UN_NGO = "un_ngo"\n    PARTY = "party"\n'), "utf-8")
    feed = '[[feeds]]\nid = "a"\noutlet = "A"\nurl = "https://a.example/feed"\ncountry = "ML"\nkind = "party"\n'
    (scratch / "feeds.toml").write_text(feed, "utf-8")
    program = """
import json, pathlib
from veille.feedlist import load_feeds
print(json.dumps([f.kind for f in load_feeds(pathlib.Path("feeds.toml"))]))
"""
    assert told(scratch, program) == ["party"]


def test_an_unknown_key_of_a_country_is_an_error(scratch: Path) -> None:
    append(
        scratch / "veille" / "reference" / "countries.toml", '\n[[country]]\ncode = "ZZ"\nname = "Z"\ncapitals = "z"\n'
    )
    program = "from veille.reference.countries import countries; countries()"
    with pytest.raises(AssertionError, match="ZZ: unknown key 'capitals'"):
        told(scratch, program)


def test_every_country_of_the_region_is_told_whole() -> None:
    here = [c for c in countries.countries().values() if c.region]
    assert len(here) >= 12
    for c in here:
        assert (c.forces, c.timezone, c.speaks_as, c.named_by) > ("", "", (), ()), c.code


def test_codes_of_actors_and_kinds_are_those_of_the_file() -> None:
    assert all(e.names for e in actors.entries())
    assert {e.kind for e in actors.entries()} == set(ActorKind)
