"""An analyst's corrections on a real warehouse: made, honoured by later runs and a rebuild, and taken back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests import press as small
from tests.helpers import Loaded, ask, command, run

EVENTS = "SELECT * EXCLUDE (updated_at) FROM events ORDER BY event_id"
LINKS = "SELECT event_id, article_id, role FROM event_articles ORDER BY ALL"


def ids(home: Path) -> tuple[str, str]:
    """The events of Djibo and of Gossi (the latter with two articles, one a copy)."""
    (djibo,), (gossi,) = ask(home, "SELECT event_id FROM events ORDER BY location")
    return djibo, gossi


def event_of(home: Path, article_id: str) -> list[str]:
    return [r[0] for r in ask(home, f"SELECT event_id FROM event_articles WHERE article_id = '{article_id}'")]


def test_a_merge_is_published_kept_and_taken_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    djibo, gossi = ids(home)
    before = ask(home, LINKS)
    assert command("merge", gossi, djibo, "--why", "one operation") == 0
    assert ask(home, "SELECT event_id, n_articles FROM events") == [(gossi, 3)]
    assert ask(home, "FROM event_aliases") == [(djibo, gossi)]
    history = ask(home, f"SELECT what, other_id, why FROM event_history WHERE event_id = '{gossi}' AND what = 'merged'")
    assert history == [("merged", djibo, "one operation")]
    assert command("merge", djibo, gossi, "--why", "again") == 2
    assert "one event already" in capsys.readouterr().err
    assert command("explain", djibo) == 0
    assert f"{djibo} is part of {gossi} now" in capsys.readouterr().out
    assert command("relink", "--since", "2024-01-01") == 0
    assert ask(home, "SELECT count(*) FROM events") == [(1,)]
    assert command("undo") == 0
    assert (ask(home, LINKS), ask(home, "FROM event_aliases")) == (before, [])


def test_a_split_is_kept_by_later_runs_and_a_rebuild(home: Path, first: Loaded) -> None:
    _, gossi = ids(home)
    (copy,) = next(iter(ask(home, "SELECT article_id FROM articles WHERE copy_of IS NOT NULL")))
    assert command("split", gossi, copy, "--why", "another attack") == 0
    (apart,) = event_of(home, copy)
    assert apart != gossi
    for hours in (1, 8, 30):
        run(small.NOW + dt.timedelta(hours=hours))
        assert event_of(home, copy) == [apart]
    assert command("relink", "--since", "2024-01-01") == 0
    before = (ask(home, EVENTS), ask(home, LINKS))
    assert command("rebuild") == 0
    assert (ask(home, EVENTS), ask(home, LINKS)) == before
    assert command("undo") == 0
    assert event_of(home, copy) == [gossi]


def test_raw_and_journal_are_enough(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    djibo, gossi = ids(home)
    assert command("merge", gossi, djibo, "--why", "one operation") == 0
    queries = (EVENTS, LINKS, "FROM event_aliases", "SELECT * EXCLUDE (updated_at) FROM articles ORDER BY article_id")
    before = [ask(home, q) for q in queries]
    for file in ("state.duckdb", "sahel.duckdb"):
        (home / file).unlink()
    assert command("rebuild") == 0
    assert [ask(home, q) for q in queries] == before
    assert command("doctor") == 0
    assert command("undo") == 0
    assert ask(home, "SELECT count(*) FROM events") == [(2,)]
    capsys.readouterr()


def test_a_rebuild_keeps_what_the_old_file_knew_of_other_items(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT url, reason, attempts FROM rejected UNION ALL SELECT url, reason, -1 FROM pending ORDER BY ALL"
    before = ask(home, query)
    assert command("rebuild") == 0
    assert ask(home, query) == before
    assert "the same as before" in capsys.readouterr().out


def test_a_rebuild_without_an_archive_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (home / "raw").iterdir():
        file.unlink()
    before = ask(home, EVENTS)
    assert command("rebuild") == 1
    assert "no raw archive" in capsys.readouterr().err
    assert ask(home, EVENTS) == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("merge", "e-1", "e-2", "--why", "x"), "no event 'e-1'"),
        (("merge", "e-1", "e-2", "--why", " "), "--why is empty"),
        (("split", "e-1", "a-1", "--why", "x"), "no event 'e-1'"),
        (("undo",), "no correction stands"),
        (("relink", "--since", "yesterday"), "is no day"),
    ],
)
def test_wrong_calls_are_told_in_a_line(
    home: Path, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*args) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_split_leaves_no_event_without_a_report(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    djibo, _ = ids(home)
    (only,) = (r[0] for r in ask(home, f"SELECT article_id FROM event_articles WHERE event_id = '{djibo}'"))
    assert command("split", djibo, only, "--why", "x") == 2
    assert "would be left" in capsys.readouterr().err


def test_coded_reports_are_linked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = {
        "date": "2024-01-05",
        "published": "2024-01-06",
        "country": "BF",
        "city": "Djibo",
        "latitude": 14.1,
        "longitude": -1.6,
        "geo_precision": 1,
    }
    reports = [
        {**day, "report_id": 1, "actors": ["JNIM"], "event_type": "Battles", "target": "army"},
        {**day, "report_id": 2, "actors": ["JNIM"], "event_type": "Battles", "target": "army", "other": "ignored"},
        {**day, "report_id": 3, "city": "Gao", "latitude": 16.3, "longitude": 0.0, "country": "ML"},
        {"report_id": 4},
    ]  # fmt: skip
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in reports), "utf-8")
    assert command("link", str(file)) == 0
    found = {x["report_id"]: x["event_id"] for x in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found[1] == found[2]
    assert len({found[1], found[3], found[4]}) == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1: no JSON"),
        ("[1]", "expected an object"),
        ('{"date": "2024-01-05"}', "report_id"),
        ('{"report_id": "a", "date": "January"}', "report a: date 'January'"),
        ('{"report_id": "a", "latitude": "north"}', "latitude 'north'"),
        ('{"report_id": "a", "geo_precision": 7}', "geo_precision"),
        ('{"report_id": "a"}\n{"report_id": "a"}', "stands twice"),
    ],
)
def test_reports_that_cannot_be_taken_are_told(
    tmp_path: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(line, "utf-8")
    assert command("link", str(file)) == 2
    assert said in capsys.readouterr().err
