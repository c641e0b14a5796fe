"""Ask one feed: fetch, parse in the sandbox, decide what to remember."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from prefect import task

from tasks.limits import FEED
from tasks.run import Run, log
from veille.codes import Reason, RecordKind
from veille.records.feeds import Feed, FeedState, Poll, Response
from veille.sandbox import Overrun
from veille.web import polling
from veille.web.feeds import ParsedFeed, parse_feed

_NOTED = ("id", "outlet", "url", "country", "language", "timezone")


def due_feeds(run: Run, chosen: Sequence[Feed]) -> list[Feed]:
    """The feeds to ask now; of the others it is noted that they were not. (A task run costs Prefect's database 20 kB.)"""
    due = []
    for feed in chosen:
        state = _state(run, feed)
        if polling.may_poll(state, run.now, run.force):
            due.append(feed)
        else:
            run.polls.append(Poll(feed, state, Reason.GONE if state.is_gone else Reason.SKIPPED))
    return due


def _state(run: Run, feed: Feed) -> FeedState:
    return polling.current_state(feed, run.states.get(feed.id) or FeedState(feed.id))


@task(**FEED)
def poll_feed(run: Run, feed_id: str, name: str) -> str:
    """Poll a feed; its items and its next state go to `run.polls`. Returns the outcome."""
    feed = next(f for f in run.feeds if f.id == feed_id)
    state = _state(run, feed)
    response, parsed = _ask(run, feed, state)
    reason = response.outcome if response.outcome != Reason.OK or parsed is None else parsed.reason
    if polling.deserves_second_look(reason, response.retry_after_s):
        response, parsed = _ask(run, feed, state)
    poll = _outcome(run, feed, state, response, parsed)
    run.polls.append(poll)
    run.progress(f"poll {feed.id}: {poll.outcome}")
    if poll.outcome not in (Reason.OK, Reason.NOT_MODIFIED):
        log.info("feed %s: %s %s", feed.id, poll.outcome, poll.detail)
    return poll.outcome


def _ask(run: Run, feed: Feed, state: FeedState) -> tuple[Response, ParsedFeed | None]:
    url, note = state.url or feed.url, note_of(feed)
    response = run.client.get(url, etag=state.etag, last_modified=state.last_modified, kind=RecordKind.FEED, note=note)
    if response.outcome != Reason.OK or polling.is_unchanged(state, response):
        return response, None
    try:
        return response, run.sandbox.call(parse_feed, response.body, feed, response.final_url or feed.url, run.now)
    except Overrun as error:
        return response, ParsedFeed(False, error.reason, (), "", None)


def note_of(feed: Feed) -> str:
    """A feed as the raw archive keeps it beside what it brought, for a rebuild without feeds.toml."""
    return json.dumps({k: v for k in _NOTED if (v := getattr(feed, k))})


def feed_of(note: str) -> Feed | None:
    """The feed of a note; None where there is none."""
    try:
        return Feed(**json.loads(note)) if note else None
    except (ValueError, TypeError):
        return None


def _outcome(run: Run, feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None) -> Poll:
    run.answers[feed.id] = response, parsed
    if polling.is_unchanged(state, response):
        return Poll(feed, state, Reason.NOT_MODIFIED, raw_ref=response.raw_ref)
    if response.outcome == Reason.OK and parsed and parsed.ok:
        return Poll(feed, state, Reason.OK, parsed.items, raw_ref=response.raw_ref)
    reason = parsed.reason if response.outcome == Reason.OK and parsed else response.outcome
    return Poll(feed, state, reason, detail=response.detail, raw_ref=response.raw_ref)


def settle(run: Run, poll: Poll, n_new: int) -> Poll:
    """The poll with what to remember of its feed, now that the queue has said how many of its items are new."""
    if poll.feed.id not in run.answers:
        return poll
    response, parsed = run.answers.pop(poll.feed.id)
    return replace(poll, state=polling.after_poll(poll.feed, poll.state, response, parsed, n_new, run.now))
