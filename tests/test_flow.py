"""The real flow over the small press of `press.py`: what ends where, what is asked of whom, and what a person sees."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import os
import shutil
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from tests import press as small

HOUR = dt.timedelta(hours=1)
SETTINGS = {"VEILLE_HOST_DELAY": "0", "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24"}
Rows = list[tuple[Any, ...]]


class Loaded(NamedTuple):
    """A press, and a home that holds its first run."""

    press: small.Press
    home: Path
    feeds: Path


@pytest.fixture(scope="module")
def harness() -> Iterator[None]:
    """A Prefect of the tests' own."""
    from prefect.testing.utilities import prefect_test_harness

    import flows

    assert flows
    with prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture(scope="module")
def first(harness: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """One run over the press."""
    folder = tmp_path_factory.mktemp("flow")
    with small.press() as press, pytest.MonkeyPatch.context() as patch:
        feeds = folder / "feeds.toml"
        feeds.write_text(press.feeds_toml(), "utf-8")
        loaded = Loaded(press, folder / "home", feeds)
        use(patch, loaded.home, feeds)
        run(small.NOW)
        yield loaded


@pytest.fixture
def home(first: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the loaded home, to be changed."""
    copy = tmp_path / "home"
    shutil.copytree(first.home, copy)
    use(monkeypatch, copy, first.feeds)
    return copy


def use(patch: pytest.MonkeyPatch, home: Path, feeds: Path) -> None:
    for name, value in {**SETTINGS, "VEILLE_HOME": str(home), "VEILLE_FEEDS": str(feeds)}.items():
        patch.setenv(name, value)


def run(now: dt.datetime, force: bool = True) -> dict[str, int]:
    from flows.ingest import ingest

    return ingest(force=force, now=now)


def ask(home: Path, query: str) -> Rows:
    con = duckdb.connect(str(home / "sahel.duckdb"), read_only=True)
    try:
        return con.execute(query).fetchall()
    finally:
        con.close()


def command(*args: str) -> int:
    """The command in this process, with what it sets put back."""
    from flows.cli import main

    before, environ = signal.getsignal(signal.SIGTERM), dict(os.environ)
    logging.disable(logging.CRITICAL)  # a command silences Prefect as it is imported; here it was already
    try:
        return main(args)
    finally:
        logging.disable(logging.NOTSET)
        signal.signal(signal.SIGTERM, before)
        os.environ.clear()
        os.environ.update(environ)


# ------------------------------------------------------------------------------------------------ what ends where


def test_every_item_is_in_exactly_one_place(first: Loaded) -> None:
    where = ask(
        first.home, "SELECT url FROM articles UNION ALL SELECT url FROM rejected UNION ALL SELECT url FROM pending"
    )
    listed = {first.press.url("dunes", s) for s in (*small.FAULTY.values(), small.ANGLAIS)}
    listed |= {first.press.url("fleuve", s) for s in (small.GOSSI, small.MARCHE)}
    listed |= {first.press.url("plateau", s) for s in (small.COPIE, small.DJIBO)}
    listed |= {first.press.url("rivage", small.ACCENTS), first.press.url("halte", small.ATTEND)}
    assert sorted(r[0] for r in where) == sorted(listed)


def test_the_run_is_recorded(first: Loaded) -> None:
    counts = ask(first.home, "SELECT feeds_polled, feeds_failed, items_new, articles_new, revisions_new FROM runs")
    assert counts == [(6, 1, 19, 8, 0)]
    assert ask(first.home, "SELECT status, last_error FROM feed_health WHERE feed_id = 'muet'") == [("failing", "html")]


def test_articles_are_read_right(first: Loaded) -> None:
    """The page whose charset lies, the wire copy, the French event with its claims."""
    accents = ask(first.home, f"SELECT text FROM articles WHERE url = '{first.press.url('rivage', small.ACCENTS)}'")
    assert accents[0][0] == "\n".join(small.ACCENTS.paragraphs)
    copies = ask(
        first.home,
        "SELECT c.url, o.url FROM articles c JOIN articles o ON o.article_id = c.copy_of WHERE c.feed_id = 'plateau'",
    )
    assert copies == [(first.press.url("plateau", small.COPIE), first.press.url("fleuve", small.GOSSI))]
    events = ask(first.home, "SELECT location, event_date, n_articles, n_independent FROM events ORDER BY location")
    assert events == [("Djibo", dt.date(2024, 3, 12), 1, 1), ("Gossi", dt.date(2024, 3, 12), 2, 1)]
    assert ask(first.home, "SELECT DISTINCT claimant FROM claims WHERE kind = 'responsibility'") == [("JNIM",)]


def test_faults_end_with_their_reason(first: Loaded, home: Path) -> None:
    run(small.NOW + HOUR)
    run(small.NOW + 30 * HOUR)
    ends = dict(
        ask(
            home,
            "SELECT url, 'article' FROM articles UNION ALL SELECT url, reason FROM rejected UNION ALL SELECT url, "
            "'pending' FROM pending",
        )
    )
    assert {key: ends[first.press.url("dunes", story)] for key, story in small.FAULTY.items()} == small.ENDS
    assert ask(home, "SELECT stage, reason FROM rejected WHERE url LIKE '%english%'") == [("language", "language")]


def test_a_servers_own_wish_goes_before_force(first: Loaded, home: Path) -> None:
    """429 with Retry-After of two hours: a forced run an hour later asks that host for nothing."""
    log = first.press.sites["halte"].log
    before = len(log)
    run(small.NOW + HOUR)
    assert len(log) == before
    assert ask(home, "SELECT reason FROM pending WHERE feed_id = 'halte'") == [("http_429",)]
    assert ask(home, "SELECT status FROM feed_health WHERE feed_id = 'halte'") == [("ok",)]


def test_nothing_reaches_the_forbidden_host_or_page(first: Loaded) -> None:
    assert first.press.forbidden.log == []
    assert not [p for p in first.press.sites["dunes"].paths() if p.startswith("/prive/")]


def test_one_request_at_a_time_on_a_host(first: Loaded) -> None:
    for site in first.press.sites.values():
        seen = sorted(site.log, key=lambda s: s.started)
        assert all(a.ended - b.started < 0.05 for a, b in pairwise(seen)), site.host
        assert all("veille-sahel" in s.headers["User-Agent"] for s in seen)


# ------------------------------------------------------------------------------------------------ again


def test_a_second_run_loads_nothing_and_asks_conditionally(first: Loaded, home: Path) -> None:
    before = {slug: len(site.log) for slug, site in first.press.sites.items()}
    tables = (
        "SELECT * EXCLUDE (updated_at) FROM events ORDER BY ALL",
        "FROM claims ORDER BY ALL",
        "FROM articles ORDER BY ALL",
    )
    was = [ask(home, q) for q in tables]
    counts = run(small.NOW + dt.timedelta(minutes=1))
    assert [ask(home, q) for q in tables] == was
    assert not any(
        counts.get(k) for k in ("items_new", "articles_new", "revisions_new", "events_new", "events_updated")
    )
    for slug in ("fleuve", "plateau", "rivage", "dunes"):
        polls = [s for s in first.press.sites[slug].log[before[slug] :] if s.path == "/feed"]
        assert polls, slug
        assert all("If-None-Match" in s.headers for s in polls), slug


def test_an_edited_page_is_a_new_revision_and_its_old_claims_are_past(first: Loaded, home: Path) -> None:
    url = first.press.url("fleuve", small.GOSSI)
    first.press.is_edited = True
    try:
        assert run(small.GOSSI.at + dt.timedelta(hours=5), force=False).get("revisions_new", 0) == 0, (
            "not before six hours"
        )
        assert run(small.GOSSI.at + dt.timedelta(hours=6, minutes=1), force=False)["revisions_new"] == 1
    finally:
        first.press.is_edited = False
    assert ask(home, f"SELECT revision, text FROM articles WHERE url = '{url}'") == [(2, "\n".join(small.RISEN))]
    assert ask(home, f"SELECT revision, text FROM article_revisions WHERE url = '{url}'") == [
        (1, "\n".join(small.GOSSI.paragraphs))
    ]
    tolls = ask(
        home,
        "SELECT c.revision, c.is_current, c.low FROM claims c JOIN articles a USING (article_id)"
        f" WHERE a.url = '{url}' AND c.kind = 'toll' ORDER BY ALL",
    )
    assert tolls == [(1, False, 12), (2, True, 17)]
    assert ask(home, "SELECT fatalities_high, n_articles FROM events WHERE location = 'Gossi'") == [(17, 2)]
    assert ask(home, "SELECT count(*) FROM events") == [(2,)]


def test_an_open_reader_neither_blocks_a_run_nor_loses_its_snapshot(first: Loaded, home: Path) -> None:
    reader = duckdb.connect(str(home / "sahel.duckdb"), read_only=True)
    try:
        assert reader.execute("SELECT count(*) FROM runs").fetchall() == [(1,)]
        run(small.NOW + HOUR)
        assert reader.execute("SELECT count(*) FROM runs").fetchall() == [(1,)]
    finally:
        reader.close()
    assert ask(home, "SELECT count(*) FROM runs") == [(2,)]


def test_what_a_killed_run_left_is_swept(home: Path) -> None:
    (home / ".load-abc").mkdir()
    (home / ".load-abc" / "load.ndjson").write_text("{}", "utf-8")
    (home / ".sahel.duckdb.123").write_bytes(b"half")
    run(small.NOW + HOUR)
    assert not [p for p in home.iterdir() if p.name.startswith(".")]


# ------------------------------------------------------------------------------------------------ the command


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
    from flows import ingest as module
    from warehouse import lock

    monkeypatch.setattr(module, "LOCK_WAIT_S", 0.0)
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
        (("inget",), "COMMAND 'inget': expected one of ingest, demo, sql, gazetteer, doctor; the nearest is ingest"),
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


# ------------------------------------------------------------------------------------------------ doctor


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
    assert "copy sahel.duckdb to state.duckdb" in out
    assert "ok   integrity" in out
    assert "Traceback" not in out
    shutil.copy(home / "sahel.duckdb", state)
    assert command("doctor") == 0


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
