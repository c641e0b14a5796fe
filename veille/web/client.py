"""Fetching politely and safely: one GET with redirects, robots.txt, politeness and the raw archive, as a value.

Every hop of a redirect is treated like a request of its own: its address is checked when it is dialled, its robots.txt
is asked, its host's turn is waited for. Only one host is held at a time, so two threads cannot wait for each other.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import TracebackType

from veille.codes import Reason, RecordKind
from veille.records.feeds import Response
from veille.web.archive import Archive, Archived
from veille.web.cookies import Cookies
from veille.web.exchange import Answer, Headers, Request, Transport
from veille.web.guard import Connect, Network, Resolve, connect_address, resolve_name
from veille.web.headers import max_age_s, retry_after_s
from veille.web.hosts import Hosts
from veille.web.limits import Limits
from veille.web.pruning import unpack
from veille.web.refresh import refresh_target
from veille.web.robots import Robots
from veille.web.urls import host_of, resolved

_ACCEPT = {
    RecordKind.PAGE: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    RecordKind.FEED: "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.5",
}
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class _Trail:
    """Where the redirects led, and what was found there."""

    url: str
    answer: Answer
    n_hops: int = 0
    is_permanent: bool = True


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Client:
    """Gets feeds and pages; a context manager, safe to share between threads. One client serves one run.

    `user_agent` names us and a contact; `host_delay_s` is the pause between two requests to one host; `allow_networks`
    may be contacted although they are not public; what is fetched goes to `archive` if there is one. `clock` is the
    present as the archive shall note it, `sleep` waits: both for replays and tests, as are `resolve` and `connect`.
    """

    def __init__(  # noqa: PLR0913 - the last three are seams of replays and tests
        self,
        user_agent: str,
        host_delay_s: float,
        allow_networks: Iterable[Network] = (),
        archive: Archive | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        *,
        clock: Callable[[], dt.datetime] = _utc_now,
        resolve: Resolve = resolve_name,
        connect: Connect = connect_address,
    ) -> None:
        self._user_agent = user_agent.encode("ascii", "replace").decode("ascii")
        self._archive, self._clock = archive, clock
        self._limits = limits or Limits()
        self._transport = Transport(allow_networks, self._limits, resolve, connect)
        self._hosts = Hosts(host_delay_s, self._limits.patience_s, sleep)
        self._robots = Robots(user_agent.split("/")[0].strip(), self._fetch_robots)
        self._is_closed = False

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Start no further request. (No connection outlives its request; the archive is its owner's to close.)"""
        self._is_closed = True

    def back_off(self, host: str, until: dt.datetime) -> None:
        """Leave `host` alone until then (a Retry-After that an earlier run was given), by this client's clock."""
        self._hosts.back_off(host, (until - self._clock()).total_seconds())

    def hosts_in_backoff(self) -> dict[str, dt.datetime]:
        """Return the hosts that asked to be left alone and until when, for the next run's `back_off`."""
        now = self._clock()
        return {host: now + dt.timedelta(seconds=left) for host, left in self._hosts.in_backoff().items()}

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        kind: RecordKind = RecordKind.PAGE,
        note: str = "",
    ) -> Response:
        """Fetch `url`; `kind` "page" or "feed" sets the limits; `note` is kept with it in the archive. What can go wrong outside is an outcome, not an error.

        Outcomes: ok (200, 203), not_modified, http_STATUS, empty, too_large, bad_encoding, truncated, timeout, connect,
        reset, dns, tls, bad_response, bad_request, bad_url, redirect_loop, too_many_redirects, forbidden_address,
        robots, robots_unreachable, host_resting (not dialled, `retry_after_s` remain). WorkFailed: the archive is full.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        is_feed = kind == RecordKind.FEED
        request = Request(
            url,
            self._headers(kind, etag, last_modified),
            max_bytes or (self._limits.feed_bytes if is_feed else self._limits.page_bytes),
            self._limits.feed_s if is_feed else self._limits.page_s,
        )
        trail = self._follow(request, asks_robots=True, follows_pages=kind == RecordKind.PAGE)
        raw_ref = self._archived(trail, kind, url, note) if trail.answer.outcome == Reason.OK else ""
        return _response(url, trail, raw_ref)

    def _headers(self, kind: RecordKind | None, etag: str | None = None, last_modified: str | None = None) -> Headers:
        headers = [
            ("User-Agent", self._user_agent),
            ("Accept", _ACCEPT[kind] if kind else "*/*"),
            ("Accept-Language", "fr,en;q=0.3"),
            ("Accept-Encoding", "gzip"),
        ]
        if etag:
            headers.append(("If-None-Match", etag))
        if last_modified:
            headers.append(("If-Modified-Since", last_modified))
        return headers

    def _follow(self, request: Request, asks_robots: bool, follows_pages: bool = False) -> _Trail:
        """The request and its redirects, all within `request.seconds`; cookies are kept that long and no longer.

        `follows_pages`: a page that only says where the article lies now is a redirect too.
        """
        start = resolved(request.url)
        if start is None:
            return _Trail(request.url, Answer(Reason.BAD_URL, detail="no address of a page on the web"))
        cookies = Cookies()
        trail, seen, left = _Trail(start, Answer(Reason.BAD_URL)), {(start, "")}, request.seconds
        for _ in range(self._limits.max_redirects + 1):
            headers = cookies.added_to(request.headers, trail.url)
            answer = self._one(replace(request, url=trail.url, headers=headers, seconds=left), asks_robots)
            left -= answer.took_s
            trail = replace(trail, answer=answer)
            location = _location(answer, follows_pages)
            if not location:
                return trail
            cookies.keep(answer.headers, trail.url)
            target = resolved(_readable(location), trail.url)
            sent = cookies.header(target) if target else ""
            if target is None or (target, sent) in seen or left <= 0:
                return (
                    trail if answer.outcome == Reason.OK else replace(trail, answer=_not_followed(answer, target, left))
                )
            seen.add((target, sent))
            trail = _Trail(target, answer, trail.n_hops + 1, trail.is_permanent and answer.status in _PERMANENT)
        detail = f"more than {self._limits.max_redirects} redirects"
        return replace(trail, answer=Answer(Reason.TOO_MANY_REDIRECTS, trail.answer.status, detail))

    def _one(self, request: Request, asks_robots: bool) -> Answer:
        """One hop: robots.txt, the host's turn, the transport, and what the host says about coming back."""
        host = host_of(request.url)
        if asks_robots:
            verdict = self._robots.verdict(request.url)
            self._hosts.slow_down(host, min(verdict.crawl_delay_s, self._limits.max_crawl_delay_s))
            if verdict.outcome:
                wait_s, is_sunk = verdict.retry_after_s, verdict.is_sunk
                return Answer(verdict.outcome, detail=verdict.detail, retry_after_s=wait_s, is_sunk=is_sunk)
        with self._hosts.turn(host) as wait_s:
            if wait_s:
                return Answer(Reason.HOST_IN_BACKOFF, detail=f"{host} asked to be left alone", retry_after_s=wait_s)
            answer = self._transport.get(request)
            asked_s = retry_after_s(answer.header("retry-after"), answer.header("date"), _utc_now())
            if answer.status == 429 and asked_s is None:
                self._hosts.back_off(host, self._limits.backoff_after_429_s)
            elif answer.status in (429, 503) and asked_s:
                self._hosts.back_off(host, asked_s)
            return replace(answer, retry_after_s=asked_s)

    def _fetch_robots(self, url: str) -> Answer:
        limits = self._limits
        request = Request(url, self._headers(None), limits.robots_bytes, limits.robots_s, keep_beginning=True)
        return self._follow(request, asks_robots=False).answer

    def _archived(self, trail: _Trail, kind: RecordKind, asked: str, note: str) -> str:
        if self._archive is None:
            return ""
        answer = trail.answer
        return self._archive.write(
            trail.url, answer.status, answer.headers, answer.body, self._clock(), kind, asked, note
        )


def archived_response(record: Archived, asked: str) -> Response:
    """Return the response that a record of the raw archive keeps, as `get` gave it then."""
    return Response(
        url=asked,
        outcome=Reason.OK,
        status=record.status,
        extracted=unpack(record.body) if record.kind == RecordKind.EXTRACT else None,
        final_url=record.url,
        body=record.body,
        content_type=record.header("content-type"),
        etag=record.header("etag") or None,
        last_modified=record.header("last-modified") or None,
        max_age_s=max_age_s(record.header("cache-control")),
        raw_ref=record.raw_ref,
    )


def _not_followed(answer: Answer, target: str | None, left_s: float) -> Answer:
    """A redirect to no address, in a circle, or too late."""
    outcome = Reason.BAD_URL if target is None else Reason.TIMEOUT if left_s <= 0 else Reason.REDIRECT_LOOP
    return Answer(outcome, answer.status, f"redirected to {answer.header('location')[:200]}")


def _location(answer: Answer, follows_pages: bool) -> str:
    if answer.status in _REDIRECTS:
        return answer.header("location")
    return refresh_target(answer.body) if follows_pages and answer.outcome == Reason.OK else ""


def _readable(location: str) -> str:
    """A Location header as text: UTF-8 where it is, else latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return location


def _response(url: str, trail: _Trail, raw_ref: str) -> Response:
    answer = trail.answer
    is_good = answer.outcome in (Reason.OK, Reason.NOT_MODIFIED)
    return Response(
        url=url,
        outcome=answer.outcome,
        status=answer.status,
        detail=answer.detail,
        final_url=trail.url,
        permanent_url=trail.url if is_good and trail.n_hops and trail.is_permanent else None,
        body=answer.body,
        content_type=answer.header("content-type"),
        etag=answer.header("etag") or None if is_good else None,
        last_modified=answer.header("last-modified") or None if is_good else None,
        max_age_s=max_age_s(answer.header("cache-control")) if is_good else None,
        retry_after_s=answer.retry_after_s,
        raw_ref=raw_ref,
        is_sunk=answer.is_sunk,
    )
