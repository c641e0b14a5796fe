"""One archived run, played again: its feeds give the items, its pages the articles, as they did then."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.copies import copies
from tasks.extract import extract
from tasks.limits import PAGES_A_BATCH
from tasks.link import link
from tasks.load import settle_outcomes
from tasks.poll import feed_of, settle
from tasks.read import read_articles
from tasks.run import Run
from veille.codes import Change, Reason, RecordKind
from veille.records.feeds import Feed, FeedState, Poll
from veille.records.readings import Mention, Reading
from veille.sandbox import Overrun
from veille.web.archive import Archived, records
from veille.web.client import archived_response
from veille.web.feeds import ParsedFeed, parse_feed
from warehouse import intake

#: A founding mention read anew may have moved so far and still be the one that founded its event.
SAME_DAYS = 3


def replay(
    run: Run, files: Sequence[Path], feeds_by_url: Mapping[str, Feed], founders: Mapping[str, Sequence[dict[str, Any]]]
) -> int:
    """Play the files of one run into `run.con` (a second holds what `forget` wrote again); how many articles they brought."""
    for record in _every(files):
        if record.kind == RecordKind.FEED:
            _feed(run, record, feeds_by_url)
    intake.save_feeds(run.con, run.feeds, run.states, run.scratch)
    brought, _ = intake.add_items(run.con, run.polls, run.now, run.scratch)
    run.polls = [settle(run, p, brought.get(p.feed.id, 0)) for p in run.polls]
    pages: dict[str, Archived] = {}
    for record in _every(files):
        if record.kind != RecordKind.FEED:
            pages[record.asked] = record
            if len(pages) == PAGES_A_BATCH:
                _pages(run, pages)
                pages = {}
    _pages(run, pages)
    if run.articles:
        size = len(run.articles)
        copies.fn(run, size)
        read_articles.fn(run, size)
        run.founders = founders_of(run.readings, founders)
        link.fn(run, size)
    settle_outcomes(run)
    return len(run.articles)


def _every(files: Sequence[Path]) -> Iterator[Archived]:
    for file in files:
        yield from records(file)


def _feed(run: Run, record: Archived, feeds_by_url: Mapping[str, Feed]) -> None:
    feed = feed_of(record.note) or feeds_by_url.get(record.asked) or feeds_by_url.get(record.url)
    if feed is None:
        return
    if all(f.id != feed.id for f in run.feeds):
        run.feeds = (*run.feeds, feed)
    response = archived_response(record, record.asked)
    try:
        parsed: ParsedFeed = run.sandbox.call(parse_feed, record.body, feed, record.url, run.now)
    except Overrun as error:
        parsed = ParsedFeed(False, error.reason, (), "", None)
    run.answers[feed.id] = response, parsed
    run.polls = [p for p in run.polls if p.feed.id != feed.id]  # of two looks in one run the second counts
    state = run.states.get(feed.id) or FeedState(feed.id)
    run.polls.append(Poll(feed, state, Reason.OK if parsed.ok else parsed.reason, parsed.items, raw_ref=record.raw_ref))


def _pages(run: Run, pages: Mapping[str, Archived]) -> None:
    items = intake.replayed_items(run.con, run.feeds, pages, run.scratch)
    run.fetched = [(item, archived_response(pages[item.url], item.url)) for item in items]
    if run.fetched:
        extract.fn(run, len(run.fetched))


def founders_of(readings: Iterable[Reading], lines: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, str]:
    """Which of the new mentions founded which event once: the same mention, else the nearest of the same article.

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


def _nearest(line: Mapping[str, Any], mentions: Mapping[str, Mention]) -> str | None:
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
    """The foundings of a journal, by article; of two lines with one mention the first is the founding."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen: set[str] = set()
    for line in lines:
        if line["what"] == Change.CREATED and line["mention_id"] not in seen:
            seen.add(line["mention_id"])
            found[line.get("article_id", "")].append(line)
    return dict(found)
