"""Feeds and items in the writer's file: what is remembered of a feed, what is new, what is to be fetched now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import duckdb

from veille.cleaning import clean, one_line
from veille.records.feeds import Failure, Feed, FeedItem, FeedState, Item, Poll
from warehouse.store import Row, insert, rows, run, sql

_STATE = tuple(f.name for f in fields(FeedState))
Con = duckdb.DuckDBPyConnection


def feed_states(con: Con) -> dict[str, FeedState]:
    """What is remembered of each feed ever declared."""
    stored = rows(con, "SELECT * FROM store.feeds")
    return {r["feed_id"]: FeedState(**{name: r[name] for name in _STATE}) for r in stored}


def save_feeds(con: Con, feeds: Sequence[Feed], states: dict[str, FeedState], scratch: Path) -> tuple[int, str]:
    """Write all feeds: those declared, and those no longer declared as disabled."""
    declared = {f.id: f for f in feeds}
    gone = [r for r in rows(con, "SELECT * FROM store.feeds") if r["feed_id"] not in declared]
    records = [_feed_row(f, states.get(f.id) or FeedState(f.id)) for f in feeds] + [
        {**r, "is_enabled": False} for r in gone
    ]
    con.execute("DELETE FROM store.feeds")
    return insert(con, "store.feeds", records, scratch)


def _feed_row(feed: Feed, state: FeedState) -> Row:
    low, high = feed.expect_per_week or (None, None)
    return {
        "outlet": feed.outlet,
        "country": feed.country,
        "is_enabled": feed.enabled,
        "expected_low": low,
        "expected_high": high,
        **asdict(state),
    }


def add_items(
    con: Con, polls: Iterable[Poll], now: dt.datetime, scratch: Path
) -> tuple[dict[str, int], tuple[int, str]]:
    """Queue the items never seen before as pending; how many each feed brought, and the ledger's figures.

    An item is known if its address is, or if its feed listed the same guid with the same title (moved hosts, http to
    https); a reused guid under another title is a new item.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE staged_items AS FROM store.items LIMIT 0")
    insert(con, "staged_items", (_item_row(item, now) for poll in polls for item in poll.items), scratch)
    run(con, "queries/keep_new_items")
    brought = {r["feed_id"]: r["n"] for r in rows(con, "SELECT feed_id, count(*) AS n FROM staged_items GROUP BY ALL")}
    con.execute("INSERT INTO store.items FROM staged_items")
    return brought, (sum(brought.values()), "")


def _item_row(item: FeedItem, now: dt.datetime) -> Row:
    return {
        "url": item.url,
        "feed_id": item.feed_id,
        "link": item.link,
        "guid": clean(item.guid),
        "title": one_line(item.title),
        "summary": clean(item.summary)[:20_000],
        "content": clean(item.content)[:300_000],
        "authors": item.authors,
        "published_at": item.published_at,
        "published_precision": item.published_precision,
        "published_raw": one_line(item.published_raw, 100),
        "first_seen_at": now,
        "status": "pending",
        "reason": "new",
        "attempts": 0,
        "next_attempt_at": now,
    }


def due_items(con: Con, feeds: Sequence[Feed], now: dt.datetime, force: bool) -> list[Item]:
    """The items to fetch now, oldest first: pending ones whose time has come, and articles to be looked at again."""
    zone = {f.id: f.timezone for f in feeds}
    wanted = rows(con, sql("queries/due_items"), {"now": now, "force": force})
    return [Item(**{**r, "authors": tuple(r["authors"] or ()), "timezone": zone.get(r["feed_id"])}) for r in wanted]


def replayed_items(con: Con, feeds: Sequence[Feed], urls: Iterable[str], scratch: Path) -> list[Item]:
    """The items of these addresses, as a run of long ago had them to fetch."""
    con.execute("CREATE OR REPLACE TEMP TABLE replayed (url VARCHAR)")
    insert(con, "replayed", ({"url": u} for u in sorted(set(urls))), scratch)
    zone = {f.id: f.timezone for f in feeds}
    wanted = rows(con, sql("queries/replayed_items"))
    return [Item(**{**r, "authors": tuple(r["authors"] or ()), "timezone": zone.get(r["feed_id"])}) for r in wanted]


def carry_items(con: Con, old: Sequence[Row], scratch: Path) -> None:
    """Take over from an old file what became of items that are no articles in this one, and items that it alone knows."""
    con.execute("CREATE OR REPLACE TEMP TABLE carried AS FROM store.items LIMIT 0")
    insert(con, "carried", old, scratch)
    run(con, "queries/carry_items")


def add_forgotten(con: Con, lines: Sequence[Row], scratch: Path) -> None:
    """Items that were taken down, as rejected, so that no feed brings them back."""
    known: dict[str, Row] = {}
    for x in lines:
        known[x["url"]] = {
            "url": x["url"], "feed_id": x["feed_id"], "first_seen_at": x["at"], "status": "rejected", "stage": "forget", "reason": "forgotten",
            "detail": x["why"], "attempts": 0, "first_at": x["at"], "last_at": x["at"],
        }  # fmt: skip
    insert(con, "store.items", known.values(), scratch)


def save_outcomes(
    con: Con, failures: Sequence[Failure], accepted: dict[str, str], now: dt.datetime, scratch: Path
) -> tuple[int, str]:
    """Write what became of the items that were tried: `accepted` maps an address to its article's id."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE tried (url VARCHAR, status VARCHAR, stage VARCHAR, reason VARCHAR, detail "
        "VARCHAR,"
        " attempts INTEGER, next_attempt_at TIMESTAMPTZ, not_before TIMESTAMPTZ, article_id VARCHAR)"
    )
    failed = [
        {
            "url": f.url,
            "status": "pending" if f.next_attempt_at else "rejected",
            "stage": f.stage,
            "reason": f.reason,
            "detail": one_line(f.detail, 300),
            "attempts": f.attempts,
            "next_attempt_at": f.next_attempt_at,
            "not_before": f.not_before,
        }
        for f in failures
    ]
    done = [{"url": url, "status": "article", "article_id": article_id} for url, article_id in accepted.items()]
    figures = insert(con, "tried", [*failed, *done], scratch)
    run(con, "queries/save_outcomes", {"now": now})
    return figures


def resting_hosts(con: Con, now: dt.datetime) -> dict[str, dt.datetime]:
    """Hosts that an earlier run was told to leave alone, and until when; nobody is asked for more than a week."""
    query = (
        "SELECT host, until FROM store.resting_hosts WHERE until <= $now + INTERVAL 8 DAY"  # else the clock was wrong
    )
    return {r["host"]: r["until"] for r in rows(con, query, {"now": now})}


def save_resting_hosts(con: Con, hosts: dict[str, dt.datetime], scratch: Path) -> None:
    """Remember which hosts to leave alone."""
    con.execute("DELETE FROM store.resting_hosts")
    insert(con, "store.resting_hosts", ({"host": h, "until": t} for h, t in hosts.items()), scratch)


def known_texts(con: Con, article_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(title, text) of the current revision of each article."""
    if not article_ids:
        return {}
    found = rows(con, sql("queries/known_texts"), {"ids": list(article_ids)})
    return {r["article_id"]: (r["title"], r["text"]) for r in found}
