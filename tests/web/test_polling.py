"""When to ask a feed and when to try an item again: no network, no clock but `now`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from veille.codes import Reason
from veille.records.feeds import Feed, FeedState, Response
from veille.web.feeds import ParsedFeed
from veille.web.polling import (
    after_poll,
    body_hash,
    counts_as_attempt,
    current_state,
    is_due,
    is_unchanged,
    may_poll,
    retry_item,
    retry_name,
    should_retry_at_once,
    validators,
)

NOW = dt.datetime(2023, 11, 25, 12, tzinfo=dt.UTC)
FEED = Feed("a", "A", "http://a.example/feed", "ML", poll_minutes=30)
NEW = FeedState("a")
GOOD = ParsedFeed(True)


def minutes(n: float) -> dt.timedelta:
    return dt.timedelta(minutes=n)


def ok(**fields: Any) -> Response:
    return Response(FEED.url, Reason.OK, 200, **{"body": b"<rss/>", "etag": '"1"', "last_modified": "hier", **fields})


def failure(outcome: str, status: int = 0, **fields: Any) -> Response:
    return Response(FEED.url, outcome, status, detail="why", **fields)


def polled(state: FeedState = NEW, response: Response | None = None, parsed: ParsedFeed | None = GOOD, new: int = 0,
           now: dt.datetime = NOW) -> FeedState:  # fmt: skip
    return after_poll(FEED, state, response or ok(), parsed, new, now)


def test_due() -> None:
    assert is_due(NEW, NOW)
    assert is_due(replace(NEW, next_due_at=NOW), NOW)
    assert is_due(replace(NEW, next_due_at=NOW + minutes(0.5)), NOW)  # a run that starts a little early
    assert not is_due(replace(NEW, next_due_at=NOW + minutes(2)), NOW)
    assert not is_due(replace(NEW, not_before=NOW + minutes(1)), NOW)
    assert not is_due(replace(NEW, is_gone=True), NOW)


def test_a_clock_that_was_wrong_for_a_while_silences_no_feed() -> None:
    ahead = after_poll(FEED, NEW, ok(), GOOD, 1, NOW + dt.timedelta(days=365))
    assert is_due(ahead, NOW)
    rested = after_poll(
        FEED, NEW, failure("http_429", 429, retry_after_s=3600.0), None, 0, NOW + dt.timedelta(days=365)
    )
    assert may_poll(rested, NOW, force=False)
    a_little = after_poll(FEED, NEW, ok(), GOOD, 1, NOW + minutes(50))
    assert not is_due(a_little, NOW)


def test_force_goes_over_the_pause_and_over_nothing_else() -> None:
    assert may_poll(replace(NEW, next_due_at=NOW + minutes(99)), NOW, force=True)
    assert not may_poll(replace(NEW, next_due_at=NOW + minutes(99)), NOW, force=False)
    assert not may_poll(replace(NEW, not_before=NOW + minutes(1)), NOW, force=True)
    assert not may_poll(replace(NEW, is_gone=True), NOW, force=True)


def test_a_good_poll_remembers_what_the_next_one_needs() -> None:
    state = polled(replace(NEW, consecutive_failures=3, last_error="x", not_before=NOW), new=4)
    assert state == FeedState(
        "a", None, '"1"', "hier", body_hash(b"<rss/>"), 30.0, NOW + minutes(30), None, NOW, NOW, NOW, 0, False, None,
        FEED.url,
    )  # fmt: skip
    later = polled(state, failure("not_modified", 304), None, now=NOW + minutes(30))
    assert (later.etag, later.last_modified, later.body_hash) == ('"1"', "hier", state.body_hash)
    assert (later.last_success_at, later.last_new_item_at) == (NOW + minutes(30), NOW)


@pytest.mark.parametrize(
    ("parsed", "max_age_s", "expected"),
    [(GOOD, None, 30), (ParsedFeed(True, ttl_minutes=60), 60, 60), (GOOD, 7200, 120), (GOOD, 60, 30),
     (ParsedFeed(True, ttl_minutes=10080), None, 1440)],
)  # fmt: skip
def test_the_longest_wish_counts(parsed: ParsedFeed, max_age_s: int | None, expected: float) -> None:
    assert polled(response=ok(max_age_s=max_age_s), parsed=parsed).interval_minutes == expected


def test_the_pause_grows_in_silence_and_shrinks_with_news() -> None:
    state, now, pauses = polled(new=1), NOW, []
    for _ in range(16):
        now += minutes(state.interval_minutes)
        state = polled(state, failure("not_modified", 304), None, now=now)
        pauses.append(state.interval_minutes)
    assert pauses[:4] == [30, 30, 30, 45]
    assert pauses[-1] == 1440
    assert pauses == sorted(pauses)
    for n in range(1, 8):
        state = polled(state, ok(body=b"%d" % n), new=1, now=now)
        pauses.append(state.interval_minutes)
    assert pauses[-7:] == [720, 360, 180, 90, 45, 30, 30]


def test_three_forced_runs_in_a_minute_do_not_lengthen_the_pause() -> None:
    state = polled(new=5)
    for n in range(3):
        state = polled(state, failure("not_modified", 304), None, now=NOW + minutes(n / 3))
    assert state.interval_minutes == 30


def test_the_same_body_under_a_new_etag_and_another_under_the_same() -> None:
    state = polled(new=1)
    assert is_unchanged(state, ok(etag='"2"'))
    assert not is_unchanged(state, ok(body=b"<rss>new</rss>"))
    assert not is_unchanged(NEW, ok())
    assert is_unchanged(NEW, failure("not_modified", 304))
    assert polled(state, ok(etag='"2"'), None).etag == '"2"'


def test_failures_back_off_to_a_day_and_keep_the_validators() -> None:
    state, pauses = polled(new=1), []
    for _ in range(12):
        state = polled(state, failure("http_404", 404), None)
        assert state.next_due_at is not None
        pauses.append((state.next_due_at - NOW) / minutes(1))
    assert pauses[:7] == [30, 60, 120, 240, 480, 960, 1440]
    assert pauses[-1] == 1440
    assert (state.consecutive_failures, state.is_gone, state.last_error) == (12, False, "http_404: why")
    assert (state.etag, state.last_success_at, state.interval_minutes) == ('"1"', NOW, 30)
    assert polled(state).consecutive_failures == 0


@pytest.mark.parametrize("reason", ["html", "not_a_feed", "unparsable"])
def test_what_is_no_feed_leaves_no_validators(reason: str) -> None:
    state = polled(polled(new=1), ok(body=b"<html>", etag='"h"'), ParsedFeed(False, reason))
    assert (state.etag, state.last_modified, state.body_hash) == (None, None, None)
    assert (state.consecutive_failures, state.last_error) == (1, reason)


def test_retry_after_binds() -> None:
    state = polled(response=failure("http_429", 429, retry_after_s=7200.0), parsed=None)
    assert state.not_before == NOW + minutes(120)
    assert not may_poll(state, NOW + minutes(119), force=True)
    assert may_poll(state, NOW + minutes(120), force=True)
    assert polled(state, now=NOW + minutes(121)).not_before is None


def test_a_resting_host_is_no_failure_of_the_feed() -> None:
    state = polled(response=failure("host_resting", retry_after_s=600.0), parsed=None)
    assert (state.consecutive_failures, state.not_before, state.next_due_at) == (
        0,
        NOW + minutes(10),
        NOW + minutes(10),
    )


def test_gone_and_moved() -> None:
    assert polled(response=failure("http_410", 410), parsed=None).is_gone
    moved = polled(response=ok(permanent_url="http://b.example/flux"))
    assert moved.url == "http://b.example/flux"
    assert polled(moved, failure("http_503", 503), None).url == "http://b.example/flux"
    back = polled(moved, failure("http_410", 410), None)  # the new place is gone: ask at the declared one again
    assert (back.url, back.is_gone, back.etag) == (None, False, None)
    nonsense = polled(response=ok(permanent_url="http://b.example/accueil"), parsed=ParsedFeed(False, Reason.HTML))
    assert nonsense.url is None


def test_a_new_address_in_the_list_is_a_new_start() -> None:
    gone = replace(polled(response=failure("http_410", 410), parsed=None), last_new_item_at=NOW)
    elsewhere = replace(FEED, url="http://a.example/nouveau")
    fresh = current_state(elsewhere, gone)
    assert (fresh.is_gone, fresh.next_due_at, fresh.last_new_item_at) == (False, None, NOW)
    assert current_state(FEED, gone) == gone


FINAL = ["http_410", "http_451", "robots", "forbidden_address", "too_large",
         "bad_url"]  # fmt: skip
THREE = [
    "http_404",
    "http_400",
    "http_302",
    "http_204",
    "empty",
    "binary",
    "bad_encoding",
    "bad_request",
    "no_text",
    "redirect_loop",
    "too_many_redirects",
]
PASSING = ["timeout", "reset", "truncated", "connect", "dns", "tls", "bad_response", "robots_unreachable", "http_500",
           "http_503", "http_429", "http_403", "http_401", "http_408", "wall", "soft_404", "redirected"]  # fmt: skip


def tries(reason: str) -> list[dt.timedelta]:
    """The pauses between tries until it is final."""
    pauses: list[dt.timedelta] = []
    while (at := retry_item(reason, len(pauses) + 1, NOW)) is not None:
        pauses.append(at - NOW)
    return pauses


def test_how_often_an_item_is_tried() -> None:
    assert {reason: len(tries(reason)) for reason in FINAL} == dict.fromkeys(FINAL, 0)
    assert {reason: len(tries(reason)) for reason in THREE} == dict.fromkeys(THREE, 2)
    assert {reason: len(tries(reason)) for reason in PASSING} == dict.fromkeys(PASSING, 9)
    pauses = tries("timeout")
    assert pauses == sorted(pauses)
    assert dt.timedelta(days=12) < sum(pauses, dt.timedelta()) < dt.timedelta(days=16)


def test_an_item_waits_as_long_as_its_host_asks() -> None:
    assert retry_item("http_429", 1, NOW, 86400.0) == NOW + dt.timedelta(days=1)
    assert retry_item("http_503", 1, NOW, 1.0) == NOW + minutes(30)
    assert retry_item("host_resting", 99, NOW, 60.0) == NOW + minutes(1)
    assert [counts_as_attempt(r) for r in ("host_resting", "timeout")] == [False, True]


@pytest.mark.parametrize(
    ("reason", "retry_after_s", "expected"),
    [("reset", None, True), ("html", None, True), ("truncated", None, True), ("http_503", 1.0, True),
     ("http_429", 2.0, True), ("http_503", None, False), ("http_429", 60.0, False), ("http_404", 1.0, False),
     ("too_large", None, False), ("timeout", None, False)],
)  # fmt: skip
def test_a_second_look_in_the_same_run(reason: str, retry_after_s: float | None, expected: bool) -> None:
    assert should_retry_at_once(reason, retry_after_s) is expected


def test_a_feed_that_moved_to_a_host_that_died_is_asked_where_it_is_declared() -> None:
    moved = replace(NEW, url="https://moved.example/feed", declared_url=FEED.url)
    bad = replace(ok(), outcome=Reason.CONNECT, status=0, body=b"")
    for _ in range(2):
        moved = after_poll(FEED, moved, bad, None, 0, NOW)
        assert moved.url == "https://moved.example/feed"
    assert after_poll(FEED, moved, bad, None, 0, NOW).url is None


def test_a_304_is_not_believed_for_ever() -> None:
    state = replace(NEW, etag='"1"', last_modified="x", last_new_item_at=NOW, last_attempt_at=NOW)
    assert validators(state, NOW + minutes(60)) == ('"1"', "x")
    assert validators(state, NOW + dt.timedelta(days=2)) == ('"1"', "x")
    assert validators(state, NOW + dt.timedelta(days=4)) == (None, None)
    asked = replace(state, last_attempt_at=NOW + dt.timedelta(days=4))
    assert validators(asked, NOW + dt.timedelta(days=4, hours=1)) == ('"1"', "x")


def test_a_name_that_leads_inside_is_tried_again_as_one_that_is_not_found() -> None:
    assert retry_item(Reason.FORBIDDEN_ADDRESS, 1, NOW) is None
    assert retry_name(Reason.FORBIDDEN_ADDRESS, 1, NOW) == retry_item(Reason.DNS, 1, NOW) != None  # noqa: E711
