"""The command `veille`: exits, one line for an error, the formats of `veille sql`."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from tests import press as small
from tests.helpers import Loaded, ask, command
from tests.loopback import free_port
from veille import settings as config
from veille.errors import SettingError


def test_every_feed_failing_is_exit_1(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds = tmp_path / "dead.toml"
    feeds.write_text(
        '[[feeds]]\nid = "mort"\noutlet = "Mort"\ncountry = "ML"\nurl = "http://127.0.1.67:9/feed"\n', "utf-8"
    )
    monkeypatch.setenv("VEILLE_FEEDS", str(feeds))
    assert command("ingest", "--force") == 1
    out, err = capsys.readouterr()
    assert err == "veille: none of the 1 feeds could be had; see feed_health.last_error in the warehouse\n"
    assert "feeds polled" in out
    assert ask(home, "SELECT status, last_error LIKE 'forbidden%' FROM feed_health WHERE feed_id = 'mort'") == [
        ("failing", True)
    ]


def test_nothing_due_is_exit_0(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("ingest", "--now", small.NOW.isoformat()) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "new articles                    0" in out


def test_another_run_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from warehouse import lock, session

    monkeypatch.setattr(session, "LOCK_WAIT_S", 0.0)
    with lock.writer(home):
        assert command("ingest", "--force") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        err == f"veille: {home}: another run (process {os.getpid()}) is writing; wait for it to end, then try again\n"
    )


def test_a_damaged_state_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "state.duckdb").write_bytes(os.urandom(100_000))
    assert command("ingest", "--force") == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "state.duckdb: cannot be opened" in err


def test_sql_formats(first: Loaded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT location, n_articles, actors, NULL AS rien FROM events WHERE location = 'Gossi'"
    monkeypatch.setenv("VEILLE_HOME", str(first.home))
    assert command("sql", query) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["location", "n_articles", "actors", "rien"]
    assert table[2].startswith("Gossi     2")
    assert table[-1] == "(1 row)"
    assert command("sql", query, "--format", "csv") == 0
    assert capsys.readouterr().out.splitlines()[0] == "location,n_articles,actors,rien"
    assert command("sql", "--format", "json", query) == 0
    assert json.loads(capsys.readouterr().out)[0] | {"actors": None} == {
        "location": "Gossi",
        "n_articles": 2,
        "actors": None,
        "rien": None,
    }
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS un"))
    assert command("sql") == 0
    assert capsys.readouterr().out.splitlines()[0] == "un"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ingest", "--feed", "fleuv"), "no feed has the id 'fleuv'; the nearest is 'fleuve'"),
        (("ingest", "--now", "hier"), "'hier' is no time; expected such as 2023-11-25T18:00:00Z"),
        (("sql", "SELECT locatoin FROM events"), 'sql: Binder Error: Referenced column "locatoin" not found'),
        (("sql", "SELEC 1"), "sql: Parser Error"),
        (("sql", ""), "the query is empty"),
        (("sql", "DELETE FROM store.events"), "read-only"),
        (("sql", "COPY (SELECT 1) TO '/tmp/veille-never.csv'"), "sql: Permission Error"),
        (("sql", "SELECT 1", "--format", "xml"), "'xml': expected one of table, csv, json; the nearest is table"),
        (("inget",), "COMMAND 'inget': expected one of ingest, demo, sql, "),
        ((), "required: COMMAND"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(
    args: tuple[str, ...], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.startswith("veille: ")
    assert err.count("\n") == 1


def test_an_unknown_setting_names_the_nearest(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VEILLE_HOMES", "x")
    assert command("doctor") == 2
    assert capsys.readouterr().err == "veille: VEILLE_HOMES: no such setting; the nearest is VEILLE_HOME\n"


def test_sql_before_anything_is_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--home", str(tmp_path), "sql", "SELECT 1") == 1
    assert "nothing is published yet; run `veille ingest`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("sql", ";"), "the query is empty"),
        (("sql", "-- rien"), "the query is empty"),
        (("sql", "SELECT \udcff"), "no UTF-8"),
        (("prune", "--older-than", "9999999"), "expected 14 to 36500 days"),
        (("--home", "~personne-de-ce-nom", "doctor"), "no such user's home"),
        (("relink", "--since", "0001-01-01"), "is no day"),
        (("ingest", "--now", "9999-12-31T23:59:59Z"), "is no time of the news"),
    ],
)
def test_what_a_user_can_cause_is_told_in_a_line(
    args: tuple[str, ...], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*args) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_json_loses_no_column_and_is_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT 1 AS a, 2 AS a, 'NaN'::DOUBLE AS n, 'inf'::DOUBLE AS i, MAP{'k': 3} AS m"
    assert command("sql", query, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert told == [{"a": 1, "a_2": 2, "n": None, "i": None, "m": {"k": 3}}]


@pytest.mark.parametrize("value", ["a@b.example\nX: y", "a@b.example\r\nX: y", "\x1b[2J"])
def test_a_contact_is_one_line(value: str) -> None:
    with pytest.raises(SettingError, match="expected one line"):
        config.load({"VEILLE_CONTACT": value})


def test_reports_may_hold_a_byte_order_mark_and_line_separators(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "r.jsonl"
    line = '{"report_id": 1, "date": "2024-01-05", "country": "ML", "city": "Gao\u2028"}\n'
    file.write_bytes(b"\xef\xbb\xbf" + line.encode())
    assert command("link", str(file)) == 0
    assert json.loads(capsys.readouterr().out)["report_id"] == 1


def test_a_server_that_does_not_answer_is_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    assert command("ingest") == 1
    assert "no answer" in capsys.readouterr().err
