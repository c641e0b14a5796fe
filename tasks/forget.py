"""An article taken down for good: its text, its claims, its pages and its entries in archived feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from tasks.correct import author
from tasks.poll import feed_of
from veille.codes import Change, FlowName, RecordKind
from veille.errors import SettingError
from veille.feedlist import load_feeds, with_zone
from veille.limits import LOCK_WAIT_S
from veille.records.feeds import Feed, FeedItem
from veille.settings import Settings
from veille.web import archive
from veille.web.archive import Archive, Archived
from veille.web.redaction import without_items
from warehouse import articles, events, journal, lock, queue
from warehouse.session import Say, Session, write
from warehouse.store import Row


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken down: the item's address, records blanked or rewritten, events made again; and copies that stay."""

    url: str
    n_records: int
    n_events: int
    copies: tuple[str, ...]  # addresses of articles with the same wire text: theirs is a decision of its own


def forget_article(settings: Settings, wanted: str, why: str, say: Say) -> Forgotten:
    """Take an article down; a second call goes on where a first was cut off. SettingError: no reason, or nothing is known of it."""
    if not why.strip():
        raise SettingError('forget: --why is empty; say in a few words why, such as --why "the outlet withdrew it"')
    with (
        lock.archive(settings.home, to_change=True, wait_s=LOCK_WAIT_S, say=say),
        write(settings, FlowName.FORGET, say) as session,
    ):
        tx = session.tx
        item = queue.find_item(tx.con, wanted)
        if item is None:
            hint = 'find the address with `veille sql "FROM articles"`'
            raise SettingError(f"forget: nothing is known of {wanted}; {hint}")
        refs = articles.raw_refs(tx.con, item["article_id"])
        copies = articles.copies_of(tx.con, item["article_id"])
        touched = events.events_of_articles(tx, [item["article_id"]])
        of_copies = events.events_of_articles(tx, list(copies))
        near = sorted(events.candidates(tx, events.reports_ever_of(tx.con, item["article_id"]), touched))
        tx.stage("gone", [{"article_id": item["article_id"]}])
        tx.run("forget", {"url": item["url"], "why": why.strip(), "now": tx.now, "run_id": tx.run_id})
        again = articles.judge_copies_again(tx, sorted(copies))
        of_copies = sorted({*of_copies, *events.events_of_articles(tx, list(again))})
        _note_what_stays(session, near, item["article_id"])
        told_of = sorted({*touched, *of_copies})  # where a copy is its group's first now, it counts for itself
        session.counts["events_updated"] = events.refresh(tx, told_of, f"forgotten: {why.strip()}")
        known = {name: item[name] for name in ("url", "feed_id", "guid", "article_id")}
        session.enter(Change.FORGOTTEN, **known, why=why.strip(), author=author())
        session.compacts = True
        session.commit()
        n_records = _erase(settings, item, refs, tx.now)  # under the lock: nobody else moves records meanwhile
    return Forgotten(item["url"], n_records, len(touched), tuple(copies.values()))


def _note_what_stays(session: Session, near: list[str], article_id: str | None) -> None:
    """Note which reports are in the events that the article was of, may have been of, or founded once.

    A rebuild comes to them without it: it finds an event's id by the first report that is left, rather one that founded no
    other event (a merge brought that here, and an undo may take it away), and puts reports where they were.
    """
    lines = journal.committed(session.settings.journal_file)
    founded = {x["mention_id"]: x["event_id"] for x in reversed(lines) if x["what"] == Change.CREATED}
    own = {
        x["event_id"] for x in lines if x["what"] == Change.CREATED and article_id and x.get("article_id") == article_id
    }
    for event_id, left in sorted(events.heirs(session.tx, {*near, *own}).items()):
        if not any(founded.get(r["mention_id"]) == event_id for r in left):
            heir = min(left, key=lambda r: founded.get(r["mention_id"], event_id) != event_id)
            session.enter(Change.CREATED, event_id=event_id, **heir)
    for placed in events.placements(session.tx, {*near, *own}):
        session.enter(Change.LINKED, **placed)


def _erase(settings: Settings, item: Row, refs: set[str], now: dt.datetime) -> int:
    """Blank every record of the page; of feeds that list it, write the record again without the entry, and blank the old."""
    links = {item["url"], item["link"] or item["url"]}
    declared = {f.url: with_zone(f) for f in load_feeds(settings.feeds)}
    n = 0
    for file in archive.files(settings.raw_dir):
        for record in list(archive.records(file)):
            is_page = record.kind != RecordKind.FEED
            if is_page and not (record.raw_ref in refs or {record.url, record.asked} & links):
                continue
            if not is_page:
                feed = feed_of(record.note) or declared.get(record.asked) or _some_feed(record)
                body = without_items(record.body, feed, record.url, now, lambda i: _is_of(i, item, links))
                if body is None:
                    continue
                with Archive(settings.raw_dir, record.run_at or record.fetched_at) as fresh:
                    fresh.rewrite(record, body)
            archive.erase(settings.raw_dir, record.raw_ref)
            n += 1
    return n


def _is_of(listed: FeedItem, item: Row, links: Collection[str]) -> bool:
    same_guid = bool(item["guid"]) and listed.guid == item["guid"] and listed.feed_id == item["feed_id"]
    return listed.url in links or listed.link in links or same_guid


def _some_feed(record: Archived) -> Feed:
    """A feed that nothing is known of but its address: enough to read its entries."""
    return Feed("", "", record.asked, "")
