"""`veille doctor` on a warehouse that is whole, and on every kind of damage: a sentence, never a traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.helpers import ask, command


def levels(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    lines = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    found: dict[str, str] = {}
    for level, subject, _ in lines:
        found[subject] = "bad" if "bad" in (level, found.get(subject)) else level
    return found


def test_doctor_finds_nothing_bad(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("doctor") == 0
    found = levels(capsys)
    assert "bad" not in found.values()
    assert {"state", "published", "integrity", "journal", "raw", "lock", "disk", "gazetteer"} <= set(found)


@pytest.mark.parametrize("size", [0, 50, 5_000, 300_000, None])
def test_doctor_on_a_damaged_state(size: int | None, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut, or random bytes: a sentence that says what to do, and the published file is looked at instead."""
    state = home / "state.duckdb"
    state.write_bytes(os.urandom(200_000) if size is None else state.read_bytes()[:size])
    assert command("doctor") == 1
    out = capsys.readouterr().out
    assert "bad  state" in out
    assert "run `veille rebuild`" in out
    assert "ok   integrity" in out
    assert "Traceback" not in out
    before = ask(home, "SELECT event_id, location FROM events ORDER BY ALL")
    assert command("rebuild") == 0
    assert command("doctor") == 0
    assert ask(home, "SELECT event_id, location FROM events ORDER BY ALL") == before


def test_doctor_on_a_damaged_state_without_an_archive(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = home / "state.duckdb"
    state.write_bytes(b"")
    shutil.rmtree(home / "raw")
    assert command("doctor") == 1
    assert "copy sahel.duckdb to state.duckdb" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("sahel.duckdb", "published"),
        ("gazetteer/places.duckdb", "gazetteer"),
        ("journal.jsonl", "journal"),
        ("raw", "raw"),
    ],
)
def test_doctor_on_other_damage(name: str, subject: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if name == "raw":
        shutil.rmtree(home / name)
    elif name == "journal.jsonl":
        (home / name).unlink()
    else:
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(os.urandom(9_000))
    assert command("doctor") == 1
    assert levels(capsys)[subject] == "bad"


def test_doctor_while_a_run_is_going_looks_at_the_published_file(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from warehouse import lock

    with lock.writer(home):
        assert command("doctor") == 0
    out = capsys.readouterr().out
    assert "held by a run that is going" in out
    assert "ok   integrity" in out


def test_doctor_says_what_is_wrong_with_the_settings(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VEILLE_FEEDS", str(tmp_path / "none.toml"))
    assert command("doctor") == 1
    assert levels(capsys)["feeds"] == "bad"
