"""Every courtesy kept: robots.txt, one request at a time per host, pauses, Retry-After; on real servers."""

from __future__ import annotations

import datetime as dt
import ipaddress
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.loopback import Handler, Site, moved, page, serving
from veille.codes import Reason
from veille.web.client import Client
from veille.web.limits import Limits

QUICK = Limits(page_s=0.6, robots_s=0.6, connect_s=0.3, read_s=0.3)


def client(**options: Any) -> Client:
    networks = [ipaddress.ip_network("127.0.1.0/24")]
    return Client("VeilleSahel/0.1 (+x)", options.pop("host_delay_s", 0.0), networks, limits=QUICK, **options)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving("127.0.1.31") as sites:
        yield sites[0]


def drip(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def test_robots(site: Site) -> None:
    site.robots = "User-agent: *\nDisallow: /prive/\nCrawl-delay: 0\n\nUser-agent: autre\nDisallow: /\n"
    site.answers |= {"/a": page(), "/prive/b": page(), "/c": moved("/prive/b")}
    with client() as web:
        assert [web.get(site.url(p)).outcome for p in ("/a", "/prive/b", "/c")] == ["ok", "robots", "robots"]
    assert site.paths() == ["/robots.txt", "/a", "/c"]


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (None, "ok"),
        (page(status=403), "ok"),
        (page(b""), "ok"),
        (page(b"<html>pas de robots.txt</html>"), "ok"),
        (moved("/robots.txt"), "ok"),
        (page(b"# " + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /"), "ok"),  # the part that counts allows
        (page(b"User-agent: *\nDisallow: /\n# " + b"x" * 600_000), "robots"),
        ("\ufeffUser-Agent: veillesahel\nDisallow: /", "robots"),
        (page(status=503), "robots_unreachable"),
        (page(status=429), "robots_unreachable"),
        (drip, "robots_unreachable"),
        (lambda handler: handler.reset(), "robots_unreachable"),
        (moved("http://127.0.0.1:9999/robots.txt"), "forbidden_address"),
    ],
)
def test_what_an_answer_for_robots_means(site: Site, robots: Any, outcome: str) -> None:
    site.robots = robots
    site.answers["/a"] = page()
    with client() as web:
        assert web.get(site.url("/a")).outcome == outcome
        assert web.get(site.url("/a")).outcome in (outcome, Reason.HOST_IN_BACKOFF)
    assert site.paths().count("/robots.txt") == 1


def test_robots_of_the_host_that_a_redirect_leads_to() -> None:
    with serving("127.0.1.22", "127.0.1.23") as (one, other):
        other.robots = "User-agent: *\nDisallow: /"
        one.answers["/a"] = moved(other.url("/b"))
        other.answers["/b"] = page()
        with client() as web:
            assert web.get(one.url("/a")).outcome == Reason.ROBOTS
        assert other.paths() == ["/robots.txt"]


def test_robots_that_redirect_to_each_other_do_not_lock(site: Site) -> None:
    with serving("127.0.1.24", "127.0.1.25") as (one, other):
        one.robots, other.robots = moved(other.url("/r")), moved(one.url("/r"))
        for host in (one, other):
            host.answers |= {"/a": page(), "/r": page(b"User-agent: *\nDisallow:")}
        with client() as web, ThreadPoolExecutor(8) as pool:
            urls = [one.url("/a"), other.url("/a")] * 4
            assert [a.outcome for a in pool.map(web.get, urls, timeout=5)] == ["ok"] * 8


def test_one_at_a_time_with_a_pause_and_hosts_side_by_side() -> None:
    with serving("127.0.1.26", "127.0.1.27", "127.0.1.28") as sites:

        def slow(handler: Handler) -> None:
            time.sleep(0.05)
            handler.send(200, b"x")

        for site in sites:
            site.answers["/a"] = slow
        started = time.monotonic()
        with client(host_delay_s=0.06) as web, ThreadPoolExecutor(12) as pool:
            list(pool.map(web.get, [site.url("/a") for site in sites] * 4))
        took = time.monotonic() - started
    for site in sites:
        assert len(site.log) == 5  # robots.txt takes its turn too
        pauses = [after.started - before.ended for before, after in zip(site.log, site.log[1:], strict=False)]
        assert min(pauses) >= 0.06 - 0.005
    assert took < 2 * 4 * 0.12, "hosts waited for each other"


def test_crawl_delay_within_reason(site: Site) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 600"
    site.answers["/a"] = page()
    slept: list[float] = []
    with client(sleep=slept.append) as web:
        web.get(site.url("/a"))
        web.get(site.url("/a"))
    assert [round(s) for s in slept] == [30, 30]


def test_a_long_retry_after_is_an_outcome_and_nothing_is_asked(site: Site) -> None:
    site.answers |= {"/busy": page(status=503, Retry_After="120"), "/a": page()}
    with client() as web:
        first, second = web.get(site.url("/busy")), web.get(site.url("/a"))
        assert (first.outcome, first.retry_after_s) == ("http_503", 120.0)
        assert second.outcome == Reason.HOST_IN_BACKOFF
        assert second.retry_after_s is not None
        assert 100 < second.retry_after_s <= 120
        assert list(web.hosts_in_backoff()) == ["127.0.1.31"]
    assert site.paths() == ["/robots.txt", "/busy"]


def test_a_short_retry_after_is_waited_for(site: Site) -> None:
    site.answers |= {"/busy": page(status=429, Retry_After="2"), "/a": page()}
    slept: list[float] = []
    with client(sleep=slept.append) as web:
        assert [web.get(site.url(p)).outcome for p in ("/busy", "/a")] == ["http_429", "ok"]
    assert [round(s) for s in slept] == [2]


def test_429_without_a_word_rests_a_minute(site: Site) -> None:
    site.answers |= {"/busy": page(status=429), "/a": page()}
    with client() as web:
        assert [web.get(site.url(p)).outcome for p in ("/busy", "/a")] == ["http_429", "host_resting"]


def test_a_rest_that_an_earlier_run_was_given(site: Site) -> None:
    now = dt.datetime(2023, 11, 25, 12, tzinfo=dt.UTC)
    site.answers["/a"] = page()
    with client(clock=lambda: now) as web:
        web.back_off("127.0.1.31", now + dt.timedelta(hours=1))
        assert web.get(site.url("/a")).outcome == Reason.HOST_IN_BACKOFF
        assert abs((web.hosts_in_backoff()["127.0.1.31"] - now).total_seconds() - 3600) < 5
    assert site.log == []
    with client(clock=lambda: now) as web:
        web.back_off("127.0.1.31", now - dt.timedelta(hours=1))
        assert web.get(site.url("/a")).outcome == Reason.OK


def test_threads_share_one_robots_request(site: Site) -> None:
    site.answers["/a"] = page()
    barrier = threading.Barrier(6)
    with client() as web, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: (barrier.wait(), web.get(site.url("/a"))), range(6)))
    assert site.paths().count("/robots.txt") == 1
    assert site.paths().count("/a") == 6
