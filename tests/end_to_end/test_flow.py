"""The real flow over the small press of `press.py`: what ends where, what is asked of whom, what a second run does."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import duckdb

from tests import press as small
from tests.helpers import Loaded, ask, run

HOUR = dt.timedelta(hours=1)


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
    assert ask(first.home, "SELECT DISTINCT role FROM claims") == [("primary",)]


def test_faults_end_with_their_reason(first: Loaded, home: Path) -> None:
    run(small.NOW + HOUR)
    run(small.NOW + 30 * HOUR)
    ends: dict[str, str] = dict(
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
        assert seen, site.host
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
    assert not any(counts[k] for k in ("items_new", "articles_new", "revisions_new", "events_new", "events_updated"))
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
