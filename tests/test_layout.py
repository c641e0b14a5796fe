"""The house stands as docs/architecture.md draws it: imports go down, files stay short, the wheel holds all."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("flows", "tasks", "veille", "warehouse")
ROOMS = ("web", "text", "reading", "events")
MODULES = sorted(f for floor in FLOORS for f in (ROOT / floor).rglob("*.py"))
MAX_LINES = 300
#: Over the bound, how far at most, and why.
LONG: dict[str, int] = {"veille/codes.py": 400}  # one enumeration after the other
#: Who may open a socket: the room that fetches, and the press of the demo.
SOCKETS = {"socket", "ssl", "http", "httpcore", "httpx", "requests", "urllib3", "aiohttp"}


@cache
def _imports(file: Path) -> frozenset[str]:
    """Full names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _offences(files: list[Path], *forbidden: str) -> list[str]:
    def hits(name: str) -> bool:
        return any(f"{name}.".startswith(f"{x}.") for x in forbidden)

    return [f"{_name(f)} imports {i}" for f in files for i in sorted(_imports(f)) if hits(i)]


def _under(*folders: str) -> list[Path]:
    return [f for f in MODULES if any(f.is_relative_to(ROOT / folder) for folder in folders)]


def test_imports_go_down_only() -> None:
    assert _offences(_under("tasks"), "flows") == []
    assert _offences(_under("warehouse"), "flows", "tasks", "prefect", "veille.web", "veille.reading") == []
    assert _offences(_under("veille"), "flows", "tasks", "warehouse", "prefect", "duckdb") == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_do_not_know_each_other(room: str) -> None:
    others = [f"veille.{other}" for other in ROOMS if other != room]
    assert _offences(_under(f"veille/{room}"), *others) == []


def test_records_and_settings_know_no_room() -> None:
    plain = [ROOT / "veille" / f"{name}.py" for name in ("records", "settings", "errors", "cleaning", "dates")]
    assert _offences(plain, *(f"veille.{room}" for room in ROOMS)) == []


def test_only_the_web_room_opens_sockets() -> None:
    others = [f for f in MODULES if f not in _under("veille/web") and f != ROOT / "flows" / "demo" / "server.py"]
    assert _offences(others, *SOCKETS, "urllib.request") == []


def test_prefect_is_told_to_be_quiet_before_anything_imports_it() -> None:
    assert _offences([ROOT / "flows" / "__init__.py", ROOT / "flows" / "cli.py"], "prefect") == []


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_files_stay_short_and_say_what_they_are_for(file: Path) -> None:
    text = file.read_text("utf-8")
    bound = LONG.get(str(file.relative_to(ROOT)), MAX_LINES)
    assert len(text.splitlines()) <= bound
    assert not text or ast.get_docstring(ast.parse(text)), "no docstring"


def test_no_file_is_called_utils() -> None:
    assert [f for f in MODULES if f.stem in ("utils", "util", "helpers", "common", "misc")] == []


@pytest.mark.slow
def test_the_wheel_holds_every_package_and_data_file(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, source / floor, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q", "-w", str(out), str(source)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options], check=True, capture_output=True, timeout=120)
    (wheel,) = out.glob("veille_sahel-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".py", ".sql", ".csv", ".toml", ".json", ".jsonl", ".html"}
    wanted = {str(f.relative_to(ROOT)) for floor in FLOORS for f in (ROOT / floor).rglob("*") if f.suffix in kinds}
    assert wanted - held == set()
    assert {Path(name).suffix for name in wanted} >= {".py", ".sql", ".csv", ".toml", ".jsonl", ".html"}
