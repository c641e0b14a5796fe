"""Feeds and items in the writer's file: what is remembered of a feed, what is new, what is to be fetched now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import NamedTuple

from veille.cleaning import clean, one_line
from veille.codes import ItemStatus, Reason, Stage, TimePrecision
from veille.records.feeds import Failure, Feed, FeedItem, FeedState, Item, Poll
from warehouse.store import Con, Loaded, Row, Transaction, rows, sql

_STATE = tuple(f.name for f in fields(FeedState))


class Queued(NamedTuple):
    """What new items came into the queue: how many of each feed, and all, for the ledger."""

    by_feed: Mapping[str, int]
    loaded: Loaded


def feed_states(con: Con) -> dict[str, FeedState]:
    """Return what is remembered of each feed ever declared."""
    stored = rows(con, "SELECT * FROM store.feeds")
    return {r["feed_id"]: FeedState(**{name: r[name] for name in _STATE}) for r in stored}


def save_feeds(tx: Transaction, feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> None:
    """Write all feeds: those declared, and those no longer declared as disabled."""
    declared = {f.id: f for f in feeds}
    gone = [r for r in tx.rows("SELECT * FROM store.feeds") if r["feed_id"] not in declared]
    records = [_feed_row(f, states.get(f.id) or FeedState(f.id)) for f in feeds]
    records += [{**r, "is_enabled": False} for r in gone]
    tx.con.execute("DELETE FROM store.feeds")
    tx.insert("store.feeds", records)


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


def add_items(tx: Transaction, polls: Iterable[Poll]) -> Queued:
    """Queue the items never seen before as pending.

    An item is known if its address is, or if its feed listed the same guid with the same title (moved hosts, http to
    https): then its address is rejected as the same article's. A reused guid under another title is a new item.
    """
    tx.stage("staged_items", (_item_row(item, tx.now) for poll in polls for item in poll.items))
    tx.run("keep_new_items")
    brought = {
        r["feed_id"]: r["n"]
        for r in tx.rows("SELECT feed_id, count(*) AS n FROM staged_items WHERE status = 'pending' GROUP BY ALL")
    }
    tx.con.execute("INSERT INTO store.items FROM staged_items")
    return Queued(brought, Loaded(sum(brought.values()), ""))


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
        "status": ItemStatus.PENDING,
        "reason": Reason.NEW,
        "attempts": 0,
        "next_attempt_at": now,
    }


def due_items(tx: Transaction, feeds: Sequence[Feed], force: bool) -> list[Item]:
    """Return the items to fetch now, oldest first: pending ones whose time has come, and articles to be looked at again."""
    return _items(tx.ask("due_items", {"now": tx.now, "force": force}), feeds)


def replayed_items(tx: Transaction, feeds: Sequence[Feed], urls: Iterable[str]) -> list[Item]:
    """Return the items of these addresses, as a run of long ago had them to fetch."""
    tx.stage("replayed", ({"url": u} for u in sorted(set(urls))))
    return _items(tx.ask("replayed_items"), feeds)


def _items(found: Iterable[Row], feeds: Sequence[Feed]) -> list[Item]:
    zone = {f.id: f.timezone for f in feeds}
    return [
        Item(
            **{
                **r,
                "published_precision": TimePrecision(r["published_precision"]),
                "authors": tuple(r["authors"] or ()),
                "timezone": zone.get(r["feed_id"]),
            }
        )
        for r in found
    ]


def find_item(con: Con, wanted: str) -> Row | None:
    """Return the item of an address, a link as its feed gave it, or an article's id: url, feed_id, link, guid, article_id."""
    query = (
        "SELECT url, feed_id, link, guid, article_id FROM store.items WHERE url = $u OR link = $u OR article_id = $u"
        " ORDER BY url <> $u, url"
    )
    return next(iter(rows(con, query, {"u": wanted})), None)


def rejected_reasons(con: Con) -> dict[str, int]:
    """Count the rejected items by reason, without those that were taken down."""
    found = rows(con, "SELECT reason, count(*) AS n FROM rejected WHERE reason <> 'forgotten' GROUP BY ALL ORDER BY 1")
    return {r["reason"]: r["n"] for r in found}


def retry_rejected(tx: Transaction, reason: str | None, url: str | None) -> int:
    """Let rejected items (of one reason, of one address) wait again; return how many."""
    return len(tx.ask("retry_rejected", {"reason": reason, "url": url, "now": tx.now}))


def carry_items(tx: Transaction, old: Sequence[Row]) -> None:
    """Take over from an old file what became of items that are no articles in this one, and items that it alone knows."""
    tx.stage("carried_items", old)
    tx.run("carry_items")


def add_forgotten(tx: Transaction, lines: Sequence[Row]) -> None:
    """Reject the items that were taken down (lines of the journal), so that no feed brings them back."""
    known = {
        x["url"]: {
            "url": x["url"],
            "feed_id": x["feed_id"],
            "guid": x.get("guid"),
            "first_seen_at": x["at"],
            "status": ItemStatus.REJECTED,
            "stage": Stage.FORGET,
            "reason": Reason.FORGOTTEN,
            "detail": x["why"],
            "attempts": 0,
            "first_at": x["at"],
            "last_at": x["at"],
        }
        for x in lines
    }
    tx.insert("store.items", known.values())


def save_outcomes(tx: Transaction, failures: Sequence[Failure], accepted: Mapping[str, str]) -> Loaded:
    """Write what became of the items that were tried: `accepted` maps an address to its article's id."""
    failed = [
        {
            "url": f.url,
            "status": ItemStatus.PENDING if f.next_attempt_at else ItemStatus.REJECTED,
            "stage": f.stage,
            "reason": f.reason,
            "detail": one_line(f.detail, 300),
            "attempts": f.attempts,
            "next_attempt_at": f.next_attempt_at,
            "not_before": f.not_before,
        }
        for f in failures
    ]
    done = [{"url": url, "status": ItemStatus.ARTICLE, "article_id": i} for url, i in accepted.items()]
    loaded = tx.stage("tried", [*failed, *done])
    tx.run("save_outcomes", {"now": tx.now})
    return loaded


def count_pending(con: Con) -> int:
    """Count the items that still wait."""
    return int(rows(con, "SELECT count(*) AS n FROM pending")[0]["n"])


def hosts_in_backoff(con: Con, now: dt.datetime) -> dict[str, dt.datetime]:
    """Return the hosts that asked to be left alone, and until when; nobody is asked for more than a week."""
    # what lies further ahead was set while the clock was wrong
    query = "SELECT host, until FROM store.resting_hosts WHERE until <= $now + INTERVAL 8 DAY"
    return {r["host"]: r["until"] for r in rows(con, query, {"now": now})}


def save_hosts_in_backoff(tx: Transaction, hosts: Mapping[str, dt.datetime]) -> None:
    """Remember which hosts to leave alone."""
    tx.con.execute("DELETE FROM store.resting_hosts")
    tx.insert("store.resting_hosts", ({"host": h, "until": t} for h, t in hosts.items()))


def hosts_of_links(con: Con) -> dict[str, dict[str, int]]:
    """Count the hosts that each feed's items lie on."""
    query = (
        "SELECT feed_id, regexp_extract(url, '^https?://([^/:?#]+)', 1) AS host, count(*) AS n FROM store.items"
        " GROUP BY ALL ORDER BY ALL"
    )
    found: dict[str, dict[str, int]] = {}
    for r in rows(con, query):
        found.setdefault(r["feed_id"], {})[r["host"]] = r["n"]
    return found


def feeds_to_look_at(con: Con) -> list[Row]:
    """Return the feeds that are not in order: feed_id, status, trouble, last_new_item_at."""
    return rows(con, sql("queries/feeds_to_look_at"))
