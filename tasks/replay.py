"""One archived run, played again: its feeds give the items, its pages the articles, as they did then."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.commit import settle_outcomes
from tasks.context import Context
from tasks.extract import extract
from tasks.link import link
from tasks.poll import feed_of, parse, queue_items
from tasks.read import read
from tasks.results import NOTHING_LINKED, NOTHING_READ, NOTHING_STORED, Extraction, Polled, RunResult
from tasks.store import store_articles
from veille.codes import Change, Reason, RecordKind
from veille.limits import PAGES_PER_BATCH
from veille.ownership import owners_of
from veille.records.feeds import Feed, FeedState, Poll
from veille.records.readings import Mention, Reading
from veille.web.archive import Archived, records
from veille.web.client import archived_response
from warehouse import queue

Line = Mapping[str, Any]
#: A founding mention read anew may have moved so far and still be the one that founded its event.
SAME_DAYS = 3


def replay(
    ctx: Context,
    files: Sequence[Path],
    feeds: tuple[Feed, ...],
    feeds_by_url: Mapping[str, Feed],
    founders: Mapping[str, Sequence[Line]],
) -> RunResult:
    """Play the files of one run again (a second holds what `forget` wrote anew), and settle what became of its items.

    `founders` are the journal's lines of foundings by article. The result's feeds hold those that the archive alone knows.
    """
    result = played(ctx, files, feeds, feeds_by_url, founders)
    settle_outcomes(ctx.tx, result)
    return result


def played(
    ctx: Context,
    files: Sequence[Path],
    feeds: tuple[Feed, ...],
    feeds_by_url: Mapping[str, Feed],
    founders: Mapping[str, Sequence[Line]],
) -> RunResult:
    """Take the steps of an ingest over what a run's files hold, up to its commit."""
    states = queue.feed_states(ctx.tx.con)
    polled = _polled(ctx, files, states, feeds_by_url)
    known = {f.id for f in feeds}
    feeds = (*feeds, *(p.poll.feed for p in polled if p.poll.feed.id not in known))
    queue.save_feeds(ctx.tx, feeds, states)
    queued = queue_items(ctx, polled)
    extraction = Extraction.of(_extracted(ctx, feeds, pages) for pages in _pages(files))
    stored, found, linked = NOTHING_STORED, NOTHING_READ, NOTHING_LINKED
    if extraction.articles:
        stored = store_articles(ctx, extraction.articles)
        found = read(ctx, extraction.articles)
        linked = link(ctx, extraction.articles, stored, founders_of(found.readings, founders))
    return RunResult(feeds, states, queued, extraction, stored, found, linked)


def _every(files: Sequence[Path]) -> Iterator[Archived]:
    for file in files:
        yield from records(file)


def _polled(
    ctx: Context, files: Sequence[Path], states: Mapping[str, FeedState], feeds_by_url: Mapping[str, Feed]
) -> list[Polled]:
    """The polls of a run; of two looks at one feed the second counts."""
    found: dict[str, Polled] = {}
    for record in _every(files):
        if record.kind != RecordKind.FEED:
            continue
        feed = feed_of(record.note) or feeds_by_url.get(record.asked) or feeds_by_url.get(record.url)
        if feed is not None:
            found.pop(feed.id, None)
            found[feed.id] = _poll_again(ctx, record, feed, states.get(feed.id) or FeedState(feed.id))
    return list(found.values())


def _poll_again(ctx: Context, record: Archived, feed: Feed, state: FeedState) -> Polled:
    parsed = parse(ctx, record.body, feed, record.url)
    outcome = Reason.OK if parsed.ok else parsed.reason
    poll = Poll(feed, state, outcome, parsed.items)
    return Polled(poll, archived_response(record, record.asked), parsed)


def _pages(files: Sequence[Path]) -> Iterator[dict[str, Archived]]:
    """The pages of a run by the address that was asked for, in batches."""
    pages: dict[str, Archived] = {}
    for record in _every(files):
        if record.kind != RecordKind.FEED:
            pages[record.asked] = record
            if len(pages) == PAGES_PER_BATCH:
                yield pages
                pages = {}
    yield pages


def _extracted(ctx: Context, feeds: Sequence[Feed], pages: Mapping[str, Archived]) -> Extraction:
    items = queue.replayed_items(ctx.tx, feeds, pages)
    fetched = [(item, archived_response(pages[item.url], item.url)) for item in items]
    return extract(ctx, fetched, owners_of(feeds))


def founders_of(readings: Iterable[Reading], lines: Mapping[str, Sequence[Line]]) -> dict[str, str]:
    """Return which of the new mentions founded which event once: the same mention, else the nearest of the same article.

    `lines` are the journal's lines of foundings by article.
    """
    found: dict[str, str] = {}
    for reading in readings:
        left = list(lines.get(reading.article_id, ()))
        mentions: dict[str, Mention] = {m.mention_id: m for m in reading.mentions}
        for line in [x for x in left if x["mention_id"] in mentions]:
            found.setdefault(line["mention_id"], line["event_id"])
            mentions.pop(line["mention_id"], None)
            left.remove(line)
        for line in left:
            if near := _nearest(line, mentions):
                found[near] = line["event_id"]
                del mentions[near]
    return found


def _nearest(line: Line, mentions: Mapping[str, Mention]) -> str | None:
    """The mention that a changed rule made of a founding one: the same place or, about, the same day."""
    if "place" not in line:
        return next(iter(mentions), None) if len(mentions) == 1 else None

    def rank(m: Mention) -> tuple[bool, int, str]:
        return m.place.name != line["place"], _days(line["date"], m), m.mention_id

    fit = [m for m in mentions.values() if m.place.name == line["place"] or _days(line["date"], m) <= SAME_DAYS]
    return min(fit, key=rank).mention_id if fit else None


def _days(day: str, m: Mention) -> int:
    return abs((m.when.low - dt.date.fromisoformat(day)).days)


def by_article(lines: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the foundings of a journal, by article; of two lines with one mention the first is the founding."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen: set[str] = set()
    for line in lines:
        if line["what"] == Change.CREATED and line["mention_id"] not in seen:
            seen.add(line["mention_id"])
            found[line.get("article_id", "")].append(line)
    return dict(found)
