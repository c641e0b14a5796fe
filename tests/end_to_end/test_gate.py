"""The quality gate as a test: skipped where the gold corpus is not beside the project."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

from tests import gate


@pytest.mark.corpus
@pytest.mark.skipif(not gate.is_available(), reason="the gold corpus is not beside the project")
def test_no_figure_is_below_its_floor() -> None:
    figures = gate.measure()
    assert gate.worse(figures) == [], gate.table(figures)


def test_a_figure_below_its_floor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "corpus_hash", lambda *_: "906b20b42f9a9106")
    names = [
        "completeness",
        "language",
        "text",
        "text_good",
        "published",
        "copies",
        "events_b3",
        "found",
        "date",
        "place",
        "type",
        "actors",
        "toll",
        "claims",
    ]
    floors = tomllib.loads(gate.FLOORS.read_text("utf-8"))["floors"]["all"]
    good = {
        **dict.fromkeys(names, 1.0),
        "false_alarms": 0.0,
        "pending": 0,
        "stray_articles": 0,
        "repeats": 0.0,
        "strays": 0.0,
    }
    assert gate.worse({"all": good, "ds25": good}) == []
    assert gate.worse({"all": {**good, "toll": 0.1}, "ds25": good}) == [f"all toll: 0.100, floor {floors['toll']}"]
    assert gate.worse({"all": {**good, "false_alarms": 0.2}, "ds25": good}) == [
        f"all false_alarms: 0.200, floor {floors['false_alarms']}"
    ]


def test_another_corpus_needs_floors_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "corpus_hash", lambda *_: "another")
    assert "another corpus" in gate.worse({})[0]
    assert "another corpus" in gate.worse({}, gate.exams()[0])[0]


@pytest.mark.corpus
@pytest.mark.skipif(not gate.is_available(), reason="the gold corpus is not beside the project")
def test_no_field_of_reading_is_below_its_floor(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("reading_benchmark", gate.ROOT / "benchmarks" / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    reading = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reading)
    tally, _ = reading.measure(gate.SHARED / "corpus", tmp_path / "no-dumps.duckdb")
    found = {field: (precision, recall) for field, (precision, recall, _) in tally.table().items()}
    floors = tomllib.loads(gate.FLOORS.read_text("utf-8"))["reading"]
    low = {f: found[f] for f, (p, r) in floors.items() if found[f][0] < p or found[f][1] < r}
    assert low == {}
