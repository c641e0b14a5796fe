"""Ask one feed: fetch, parse in the sandbox, say what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.context import Context, log
from tasks.results import Polled, Queued
from veille.codes import Reason, RecordKind, http_reason
from veille.records.feeds import Feed, FeedState, Poll, Response
from veille.sandbox import WorkerFailed
from veille.web import polling
from veille.web.client import Client
from veille.web.feeds import ParsedFeed, parse_feed
from warehouse.queue import add_items

_NOTED = ("id", "outlet", "url", "country", "language", "timezone", "sites")
Asked = tuple[Feed, FeedState]


def due_feeds(
    ctx: Context, chosen: Sequence[Feed], states: Mapping[str, FeedState], force: bool
) -> tuple[list[Asked], list[Polled]]:
    """Return the feeds to ask now with what is remembered of them, and polls of the others that were not."""
    due: list[Asked] = []
    others: list[Polled] = []
    for feed in chosen:
        state = polling.current_state(feed, states.get(feed.id) or FeedState(feed.id))
        if polling.may_poll(state, ctx.tx.now, force):
            due.append((feed, state))
        else:
            others.append(Polled(Poll(feed, state, Reason.GONE if state.is_gone else Reason.SKIPPED)))
    return due, others


def poll(ctx: Context, client: Client, feed: Feed, state: FeedState) -> Polled:
    """Poll a feed; what fails in passing is asked once more."""
    response, parsed = _ask(ctx, client, feed, state)
    reason = response.outcome if response.outcome != Reason.OK or parsed is None else parsed.reason
    if polling.should_retry_at_once(reason, response.retry_after_s):
        response, parsed = _ask(ctx, client, feed, state)
    found = _poll_of(feed, state, response, parsed)
    ctx.reporter.progress(f"poll {feed.id}: {found.outcome}")
    if found.outcome not in (Reason.OK, Reason.NOT_MODIFIED):
        log.info("feed %s: %s %s", feed.id, found.outcome, found.detail)
    return Polled(found, response, parsed)


def _ask(ctx: Context, client: Client, feed: Feed, state: FeedState) -> tuple[Response, ParsedFeed | None]:
    url = state.url or feed.url
    etag, last_modified = polling.validators(state, ctx.tx.now)
    response = client.get(url, etag=etag, last_modified=last_modified, kind=RecordKind.FEED, note=note_of(feed))
    if response.outcome == Reason.NOT_MODIFIED and not (etag or last_modified):
        response = replace(response, outcome=http_reason(304), detail="not modified, though asked for the whole feed")
    if response.outcome != Reason.OK or polling.is_unchanged(state, response):
        return response, None
    return response, parse(ctx, response.body, feed, response.final_url or feed.url)


def parse(ctx: Context, body: bytes, feed: Feed, url: str) -> ParsedFeed:
    """Parse the bytes of a feed in the sandbox."""
    try:
        found: ParsedFeed = ctx.sandbox.call(parse_feed, body, feed, url, ctx.tx.now)
    except WorkerFailed as error:
        return ParsedFeed(False, error.reason)
    return found


def note_of(feed: Feed) -> str:
    """Return a feed as the raw archive keeps it beside what it brought, for a rebuild without feeds.toml."""
    return json.dumps({k: v for k in _NOTED if (v := getattr(feed, k))})


def feed_of(note: str) -> Feed | None:
    """Return the feed of a note; None where there is none."""
    try:
        values = json.loads(note) if note else {}
        return Feed(**{**values, "sites": tuple(values.get("sites", ()))}) if values else None
    except (ValueError, TypeError):
        return None


def _poll_of(feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None) -> Poll:
    if polling.is_unchanged(state, response):
        return Poll(feed, state, Reason.NOT_MODIFIED)
    if response.outcome == Reason.OK and parsed and parsed.ok:
        return Poll(feed, state, Reason.OK, parsed.items)
    reason = parsed.reason if response.outcome == Reason.OK and parsed else response.outcome
    return Poll(feed, state, reason, detail=response.detail)


def queue_items(ctx: Context, polled: Sequence[Polled]) -> Queued:
    """Queue the items that the polls listed for the first time, and settle what to remember of each feed."""
    queued = add_items(ctx.tx, (p.poll for p in polled))
    settled = tuple(_settled(ctx, p, queued.by_feed.get(p.poll.feed.id, 0)) for p in polled)
    return Queued(settled, (("new items", queued.loaded),))


def _settled(ctx: Context, polled: Polled, n_new: int) -> Poll:
    poll, response = polled.poll, polled.response
    if response is None:
        return poll
    state = polling.after_poll(poll.feed, poll.state, response, polled.parsed, n_new, ctx.tx.now)
    return replace(poll, state=state)
