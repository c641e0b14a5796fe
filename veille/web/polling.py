"""When to ask a feed, and when to try an item again: decisions only, on data and `now`.

A feed's pause is the longest of ours, its ttl and its max-age; it is halved when there was news and grows by half, up
to a day, when there has been none for a while. Failures double the pause, from half an hour to a day; nothing but a
410 ends it ("dead" feeds do come back). A server's Retry-After binds even a forced run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace

from veille.codes import Reason
from veille.records.feeds import Feed, FeedState, Response
from veille.web.feeds import ParsedFeed

DAY_MINUTES = 24 * 60.0
FIRST_PAUSE_MINUTES = 30.0
#: A run that starts a little early must not skip a feed until the run after.
SLACK = dt.timedelta(minutes=1)
#: A poll that lies further ahead was made while the clock was wrong.
CLOCK_SLACK = dt.timedelta(hours=1)
#: So many pauses without news, and the pause grows.
QUIET_PAUSES = 3

FINAL_AT_ONCE = frozenset(
    (
        "http_410",
        "http_451",
        Reason.ROBOTS,
        Reason.FORBIDDEN_ADDRESS,
        Reason.TOO_LARGE,
        Reason.TOO_MANY_TAGS,
        Reason.BAD_URL,
    )
)
#: These pass; tried again for about two weeks.
_PASSING = frozenset(
    (
        Reason.TIMEOUT,
        Reason.RESET,
        Reason.TRUNCATED,
        Reason.CONNECT,
        Reason.DNS,
        Reason.TLS,
        Reason.BAD_RESPONSE,
        Reason.ROBOTS_UNREACHABLE,
        Reason.WALL,
        Reason.SOFT_404,
        Reason.REDIRECTED,
    )
) | frozenset(("http_401", "http_403", "http_408", "http_425", "http_429"))
#: Hours until the next try, by the number of tries made; then it is final.
_PASSING_HOURS = (0.5, 1, 3, 8, 24, 48, 72, 72, 96)
_OTHER_HOURS = (0.5, 24)
#: Worth a second look in the same run: the next answer is often good.
_FLEETING = frozenset(
    (Reason.RESET, Reason.TRUNCATED, Reason.HTML, Reason.NOT_A_FEED, Reason.UNPARSABLE, Reason.BAD_RESPONSE)
)
_SECOND_LOOK_WAIT_S = 5.0


#: A feed that brought nothing for so long is asked for its whole body, once in so many hours.
QUIET_DAYS = dt.timedelta(days=3)
UNCONDITIONAL = dt.timedelta(hours=12)
#: A feed that moved for good and fails so often at its new address is asked at its declared one again.
MOVED_FAILURES = 3


def is_due(state: FeedState, now: dt.datetime) -> bool:
    """Tell whether the feed's pause is over. Never polled: yes. Gone, or told to wait: no.

    A last poll that lies ahead was made while the clock was wrong: what was set then does not bind.
    """
    is_over = state.next_due_at is None or state.next_due_at <= now + SLACK
    return _is_open(state, now) and (is_over or _is_ahead(state, now))


def may_poll(state: FeedState, now: dt.datetime, force: bool) -> bool:
    """Tell whether to ask the feed now: if it is due, or if forced; never against its Retry-After, never once it is gone."""
    return _is_open(state, now) and (force or is_due(state, now))


def current_state(feed: Feed, state: FeedState) -> FeedState:
    """Return the state as it applies to the address in feeds.toml: another address there is a new start, a gone feed's too."""
    if state.declared_url in (None, feed.url):
        return replace(state, declared_url=feed.url)
    kept = FeedState(feed.id, declared_url=feed.url)
    return replace(kept, last_success_at=state.last_success_at, last_new_item_at=state.last_new_item_at)


def validators(state: FeedState, now: dt.datetime) -> tuple[str | None, str | None]:
    """Return the ETag and Last-Modified to ask with; none now and then where nothing has come for days.

    Some servers keep their validators while their feed goes on: a 304 is not believed for ever.
    """
    is_quiet = state.last_new_item_at is None or now - state.last_new_item_at > QUIET_DAYS
    is_time = state.last_attempt_at is None or now - state.last_attempt_at >= UNCONDITIONAL
    return (None, None) if is_quiet and is_time else (state.etag, state.last_modified)


def body_hash(body: bytes) -> str:
    """Return what tells two bodies of a feed apart."""
    return hashlib.sha256(body).hexdigest()


def is_unchanged(state: FeedState, response: Response) -> bool:
    """Tell whether the feed has nothing to read: 304, or the very body of the last time."""
    if response.outcome == Reason.NOT_MODIFIED:
        return True
    return response.outcome == Reason.OK and state.body_hash == body_hash(response.body)


def after_poll(
    feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None, new_items: int, now: dt.datetime
) -> FeedState:
    """Return what to remember of the feed after a poll at `now` that brought `new_items` not seen before.

    `parsed` may be None where `is_unchanged`. Validators are kept only from a body that could be read, so that no 304
    can hide a feed that never was.
    """
    state = replace(current_state(feed, state), last_attempt_at=now)
    if response.outcome == Reason.HOST_IN_BACKOFF:
        until = _later(now, response.retry_after_s)
        return replace(state, not_before=until, next_due_at=until, last_error="host_resting: not asked")
    if is_unchanged(state, response) and (parsed is None or parsed.ok):
        return _succeeded(feed, state, response, parsed, 0, now)
    if response.outcome == Reason.OK and parsed is not None and parsed.ok:
        return _succeeded(feed, state, response, parsed, new_items, now)
    return _failed(feed, state, response, parsed, now)


def retry_item(reason: str, attempts: int, now: dt.datetime, retry_after_s: float | None = None) -> dt.datetime | None:
    """Say when to try an item again after `attempts` tries (this one counted), None if it is final.

    Gone, refused or hostile pages are final at once; other failures of the page itself after three tries, the next day
    at the latest; what passes (network, 5xx, 429, 403) after ten in about two weeks. A try that was put off
    (`counts_as_attempt`) is never final.

    >>> maintenant = dt.datetime(2023, 11, 25, tzinfo=dt.UTC)
    >>> retry_item("http_404", 1, maintenant) == maintenant + dt.timedelta(minutes=30)
    True
    >>> retry_item("http_404", 3, maintenant), retry_item("http_410", 1, maintenant)
    (None, None)
    """
    if not counts_as_attempt(reason):
        return _later(now, retry_after_s)
    if reason in FINAL_AT_ONCE:
        return None
    is_passing = reason in _PASSING or re.fullmatch(r"http_5\d\d", reason)
    hours = _PASSING_HOURS if is_passing else _OTHER_HOURS
    if attempts > len(hours):
        return None
    return max(now + dt.timedelta(hours=hours[max(attempts, 1) - 1]), _later(now, retry_after_s))


def retry_name(reason: str, attempts: int, now: dt.datetime, retry_after_s: float | None = None) -> dt.datetime | None:
    """Say when to try an item again whose name led to an address that must not be dialled: as where a name server fails."""
    return retry_item(Reason.DNS, attempts, now, retry_after_s)


def counts_as_attempt(reason: str) -> bool:
    """Tell whether anything was asked at all: a host that rests was left alone, and that is no try."""
    return reason != Reason.HOST_IN_BACKOFF


def should_retry_at_once(reason: str, retry_after_s: float | None = None) -> bool:
    """Tell whether to ask once more in the same run, after everything else: for feeds and items alike.

    >>> should_retry_at_once("reset"), should_retry_at_once("http_503", 2.0), should_retry_at_once("http_503", 3600.0)
    (True, True, False)
    """
    is_soon = retry_after_s is not None and retry_after_s <= _SECOND_LOOK_WAIT_S
    return reason in _FLEETING or (is_soon and bool(re.fullmatch(r"http_(?:429|5\d\d)|host_resting", reason)))


def _is_open(state: FeedState, now: dt.datetime) -> bool:
    return not state.is_gone and (state.not_before is None or state.not_before <= now or _is_ahead(state, now))


def _is_ahead(state: FeedState, now: dt.datetime) -> bool:
    return state.last_attempt_at is not None and state.last_attempt_at > now + CLOCK_SLACK


def _succeeded(
    feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None, new_items: int, now: dt.datetime
) -> FeedState:
    last_new = now if new_items else state.last_new_item_at
    minutes = _pause(feed, state, response, parsed, new_items, now)
    state = replace(
        state,
        url=response.permanent_url or state.url,
        interval_minutes=minutes,
        next_due_at=now + dt.timedelta(minutes=minutes),
        not_before=None,
        last_success_at=now,
        last_new_item_at=last_new,
        consecutive_failures=0,
        last_error=None,
    )
    if response.outcome == Reason.NOT_MODIFIED:
        return state
    return replace(
        state,
        etag=response.etag,
        last_modified=response.last_modified,
        body_hash=body_hash(response.body),
    )


def _pause(
    feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None, new_items: int, now: dt.datetime
) -> float:
    """Minutes until the next poll. An unchanged feed says nothing of its ttl: a pause longer than ours stands."""
    ttl = parsed.ttl_minutes if parsed else None
    floor = max(float(feed.poll_minutes), ttl or 0.0, (response.max_age_s or 0) / 60)
    ceiling = max(DAY_MINUTES, float(feed.poll_minutes))
    before = state.interval_minutes or floor
    if new_items:
        wish = before / 2
    elif _is_quiet(state, before, now):
        wish = before * 1.5
    else:
        wish = before
    return min(max(wish, floor), ceiling)


def _is_quiet(state: FeedState, minutes: float, now: dt.datetime) -> bool:
    since = state.last_new_item_at
    return since is not None and now - since > dt.timedelta(minutes=QUIET_PAUSES * minutes)


def _failed(feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed | None, now: dt.datetime) -> FeedState:
    if response.outcome == Reason.OK:
        reason, detail = parsed.reason if parsed else Reason.UNPARSABLE, ""
    else:
        reason, detail = response.outcome, response.detail
    failures = state.consecutive_failures + 1
    minutes = min(FIRST_PAUSE_MINUTES * 2.0 ** min(failures - 1, 10), DAY_MINUTES)
    state = replace(
        state,
        next_due_at=now + dt.timedelta(minutes=max(minutes, float(feed.poll_minutes))),
        not_before=_later(now, response.retry_after_s) if response.retry_after_s else None,
        consecutive_failures=failures,
        last_error=f"{reason}: {detail}" if detail else reason,
    )
    if response.outcome == Reason.OK:  # a body that is no feed: the next request must not be conditional on it
        state = replace(state, etag=None, last_modified=None, body_hash=None)
    leads_nowhere = reason in ("http_404", "http_410", Reason.HTML, Reason.NOT_A_FEED, Reason.DNS)
    if state.url is not None and (leads_nowhere or failures >= MOVED_FAILURES):
        return replace(state, url=None, etag=None, last_modified=None)  # it had moved: ask at its declared address
    return replace(state, is_gone=response.status == 410)


def _later(now: dt.datetime, seconds: float | None) -> dt.datetime:
    return now + dt.timedelta(seconds=seconds or 0.0)
