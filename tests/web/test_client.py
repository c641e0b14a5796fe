"""The client against real servers on loopback: every fault an outcome, every courtesy kept."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Handler, Site, moved, page, serving
from veille.codes import Reason, RecordKind
from veille.web.archive import Archive, read
from veille.web.client import Client
from veille.web.guard import NameNotFound
from veille.web.limits import Limits

ALLOW = (ipaddress.ip_network("127.0.1.0/24"),)
AGENT = "VeilleSahel/0.1 (+redaction@veille.example)"
QUICK = Limits(page_bytes=200_000, feed_bytes=300_000, page_s=0.6, feed_s=0.6, robots_s=0.6, connect_s=0.3, read_s=0.3)
TEXT = b"<html><p>" + b"Gao, Menaka, Kidal. " * 500 + b"</p></html>"


def client(**options: Any) -> Client:
    options.setdefault("limits", QUICK)
    return Client(AGENT, options.pop("host_delay_s", 0.0), ALLOW, **options)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving("127.0.1.21") as sites:
        yield sites[0]


def drip(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def endless(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    for _ in range(5000):
        handler.wfile.write(b"<p>" + b"a" * 8192 + b"</p>")


def cut_short(handler: Handler) -> None:
    handler.send(200, TEXT[:99], Content_Length="5000")
    handler.close_connection = True


def test_a_page(site: Site) -> None:
    site.answers["/a"] = page(
        gzip.compress(TEXT),
        Content_Encoding="gzip",
        ETag='W/"\xe9t\xe9"',
        Last_Modified="hier",
        Cache_Control="max-age=60",
    )
    with client() as web:
        answer = web.get(site.url("/a"))
    assert (answer.outcome, answer.status, answer.body) == (Reason.OK, 200, TEXT)
    assert (answer.etag, answer.last_modified, answer.max_age_s) == ('W/"\xe9t\xe9"', "hier", 60)
    assert (answer.final_url, answer.permanent_url, answer.raw_ref) == (site.url("/a"), None, "")
    assert site.paths() == ["/robots.txt", "/a"]
    sent = site.log[1].headers
    assert (sent["User-Agent"], sent["Accept-Encoding"]) == (AGENT, "gzip")
    assert "If-None-Match" not in sent


def test_validators_go_back_byte_for_byte(site: Site) -> None:
    site.answers["/feed"] = page(status=304)
    with client() as web:
        answer = web.get(
            site.url("/feed"), etag='W/"\xe9t\xe9"', last_modified="Sat, 25 Nov 2023", kind=RecordKind.FEED
        )
    assert (answer.outcome, answer.body) == (Reason.NOT_MODIFIED, b"")
    assert site.log[1].headers["If-None-Match"] == 'W/"\xe9t\xe9"'
    assert site.log[1].headers["If-Modified-Since"] == "Sat, 25 Nov 2023"


BOMB = gzip.compress(b"\0" * (64 << 20), 9)
FAULTS = {
    "404": (page(status=404), "http_404"),
    "410": (page(status=410), "http_410"),
    "403": (page(status=403), "http_403"),
    "500": (page(status=500), "http_500"),
    "204": (page(b"", 204), "http_204"),
    "304 unasked": (page(b"", 304), "not_modified"),
    "redirect to nowhere": (lambda h: h.send(302, b""), "http_302"),
    "empty": (page(b""), "empty"),
    "blank": (page(b" \r\n "), "empty"),
    "empty gzip": (page(gzip.compress(b""), Content_Encoding="gzip"), "empty"),
    "nothing, said to be gzip": (page(b"", Content_Encoding="gzip"), "empty"),
    "bomb": (page(BOMB, Content_Encoding="gzip"), "too_large"),
    "deflate bomb": (page(zlib.compress(b"\0" * (8 << 20)), Content_Encoding="deflate"), "too_large"),
    "endless": (endless, "too_large"),
    "announced": (lambda h: h.send(200, b"x", Content_Length="99999999"), "too_large"),
    "brotli": (page(b"\x8b\x00", Content_Encoding="br"), "bad_encoding"),
    "twice": (page(b"x", Content_Encoding="gzip, gzip"), "bad_encoding"),
    "broken gzip": (page(gzip.compress(TEXT)[:20] + b"\xff" * 99, Content_Encoding="gzip"), "bad_encoding"),
    "short gzip": (page(gzip.compress(TEXT)[:-30], Content_Encoding="gzip"), "truncated"),
    "short": (cut_short, "truncated"),
    "reset": (lambda h: h.reset(), "reset"),
    "hang-up": (lambda h: setattr(h, "close_connection", True), "reset"),
    "drip": (drip, "timeout"),
    "drip of headers": (drip_headers, "timeout"),
    "silence": (lambda h: time.sleep(0.8), "timeout"),
    "nonsense": (lambda h: h.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n"), "bad_response"),
    "huge headers": (lambda h: h.send(200, b"x", X_A="a" * 200_000), "bad_response"),
    "to a mail address": (moved("mailto:a@b.example"), "bad_url"),
    "with a password": (moved("http://u:p@127.0.1.21/"), "bad_url"),
    "loop": (moved("/x"), "redirect_loop"),
    "to loopback": (moved("http://127.0.0.1:8080/"), "forbidden_address"),
    "to metadata": (moved("http://169.254.169.254/latest/meta-data/"), "forbidden_address"),
    "to an inner host by v6": (moved("http://[::1]:8080/"), "forbidden_address"),
    "to the mail server": (moved("http://127.0.1.21:25/"), "forbidden_address"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_an_outcome(site: Site, name: str) -> None:
    site.answers["/x"], outcome = FAULTS[name]
    started = time.monotonic()
    with client() as web:
        answer = web.get(site.url("/x"))
    assert answer.outcome == outcome, answer.detail
    assert answer.body == b""
    assert answer.raw_ref == ""
    assert "\n" not in answer.detail
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, "identity"),
        (TEXT, "gzip"),  # declared, not done
        (gzip.compress(TEXT[:300]) + gzip.compress(TEXT[300:]), "x-gzip"),
        (gzip.compress(TEXT) + b"\0" * 40, "GZIP"),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT)[2:-4], "deflate"),
    ],
)
def test_encodings_that_are_understood(site: Site, body: bytes, encoding: str) -> None:
    site.answers["/x"] = page(body, Content_Encoding=encoding)
    with client() as web:
        assert web.get(site.url("/x")).body == TEXT


def test_bytes_in_any_portions(site: Site) -> None:
    def in_pieces(handler: Handler) -> None:
        packed = gzip.compress(TEXT)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in packed:
            handler.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    site.answers["/x"] = in_pieces
    with client() as web:
        assert web.get(site.url("/x")).body == TEXT


def test_limits_by_kind_and_by_call(site: Site) -> None:
    site.answers["/x"] = page(b"x" * 250_000)
    with client() as web:
        assert web.get(site.url("/x")).outcome == Reason.TOO_LARGE
        assert web.get(site.url("/x"), kind=RecordKind.FEED).outcome == Reason.OK
        assert web.get(site.url("/x"), max_bytes=250_000).outcome == Reason.OK


def test_redirects(site: Site) -> None:
    site.answers |= {
        "/p1": moved("/p2", 301),
        "/p2": moved("../p3", 308),
        "/p3": moved("/t1", 302),
        "/t1": page(),
        "/q1": moved("/q2", 301),
        "/q2": moved("/t1?utm_source=x", 308),
        "/t1?utm_source=x": page(),
        **{f"/n{n}": moved(f"/n{n + 1}") for n in range(9)},
        "/n9": page(),
        "/l1": moved("/l2"),
        "/l2": moved("/l1"),
        "/utf8": moved("/\xc3\xa9t\xc3\xa9"),
        "/%C3%A9t%C3%A9": page(),
    }
    with client() as web:
        mixed, permanent, many = (web.get(site.url(p)) for p in ("/p1", "/q1", "/n0"))
        assert (mixed.outcome, mixed.final_url, mixed.permanent_url) == (Reason.OK, site.url("/t1"), None)
        assert permanent.permanent_url == permanent.final_url == site.url("/t1?utm_source=x")
        assert many.outcome == Reason.TOO_MANY_REDIRECTS
        assert web.get(site.url("/n4")).outcome == Reason.OK  # five are followed
        assert web.get(site.url("/l1")).outcome == Reason.REDIRECT_LOOP
        assert web.get(site.url("/utf8")).outcome == Reason.OK


def test_where_no_connection_can_be_had(site: Site) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if host == "inconnu.example":
            raise NameNotFound(f"{host}: no such name")
        return ["127.0.2.99"] if host == "interne.example" else ["127.0.1.21"]

    with client(resolve=resolve) as web:
        assert web.get("http://inconnu.example/").outcome == Reason.DNS
        inner = web.get("http://interne.example:8900/")
        assert (inner.outcome, inner.is_sunk) == (Reason.FORBIDDEN_ADDRESS, True)
        assert not web.get("http://127.0.0.1:8900/").is_sunk
        assert web.get("http://127.0.1.250:9/").outcome == Reason.FORBIDDEN_ADDRESS  # a port of no web server
        assert web.get("http://127.0.1.250:65001/").outcome == Reason.CONNECT
        assert web.get(f"https://127.0.1.21:{site.port}/").outcome == Reason.TLS
        assert web.get("ftp://127.0.1.21/").outcome == Reason.BAD_URL
        assert web.get("http://127.0.1.21:99999/").outcome == Reason.BAD_URL
        assert web.get(f"http://public.example:{site.port}/").outcome == "http_404"
    assert site.log[-1].headers["Host"] == f"public.example:{site.port}"


def test_what_is_fetched_is_archived(site: Site, tmp_path: Path) -> None:
    now = dt.datetime(2023, 11, 25, 12, tzinfo=dt.UTC)
    site.answers |= {
        "/a": moved("/b"),
        "/b": page(gzip.compress(TEXT), Content_Encoding="gzip"),
        "/c": page(status=500),
    }
    with Archive(tmp_path, now) as archive, client(archive=archive, clock=lambda: now) as web:
        good, bad = web.get(site.url("/a"), kind=RecordKind.FEED), web.get(site.url("/c"))
    assert bad.raw_ref == ""
    record = read(tmp_path, good.raw_ref)
    assert (record.url, record.fetched_at, record.kind, record.body) == (site.url("/b"), now, "feed", TEXT)


def test_a_closed_client_asks_nothing(site: Site) -> None:
    with client() as web:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        web.get(site.url("/a"))


def sent(*parts: bytes) -> Callable[[Handler], None]:
    """An answer byte for byte, after which the connection ends."""

    def answer(handler: Handler) -> None:
        for part in parts:
            handler.wfile.write(part)
        handler.close_connection = True

    return answer


OK_LINE, LENGTH = b"HTTP/1.1 200 OK\r\n", b"Content-Length: %d\r\n\r\n" % len(TEXT)


@pytest.mark.parametrize(
    "head",
    [
        OK_LINE + b"PHP Warning in /srv/x.php on line 3\r\n" + LENGTH,
        OK_LINE + b"X Odd Name: 1\r\n" + LENGTH,
        OK_LINE + b"Server : nginx\r\nX-Nul: a\0b\x07\r\n" + LENGTH,
        OK_LINE + b": empty\r\n\tgoes on\r\nX-Folded: a\r\n  b\r\n" + LENGTH,
        OK_LINE + b"X-Bytes: \xe9t\xe9 \xff\r\nX-\xe9: 1\r\n" + LENGTH,
        OK_LINE.replace(b"\r", b"") + b"Oddity\n" + LENGTH.replace(b"\r", b""),
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK_LINE + b"Oddity\r\n" + LENGTH,
    ],
)
def test_header_lines_that_are_none_are_passed_over(site: Site, head: bytes) -> None:
    site.answers |= {"/x": sent(head, TEXT), "/y": sent(*(bytes([b]) for b in head), TEXT)}
    with client() as web:
        for path in ("/x", "/y"):
            answer = web.get(site.url(path))
            assert (answer.outcome, answer.body) == (Reason.OK, TEXT), answer.detail


@pytest.mark.parametrize(
    ("body", "is_whole"),
    [
        (b"<rss><channel><item/></channel></rss>\n", True),
        (b"<html><p>Gao</p></html><!-- 0.3 s -->", True),
        (b'{"items": []}', True),
        (b"<html><p>Gao", False),
        (b"<rss><channel><item/></channel>", False),
    ],
)
def test_a_transfer_that_ends_early_is_good_if_the_document_is_whole(site: Site, body: bytes, is_whole: bool) -> None:
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    site.answers |= {
        "/chunked": sent(OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n", chunk),
        "/long": sent(OK_LINE + b"Content-Length: 9999\r\n\r\n", body),
        "/gzip": sent(OK_LINE + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n", gzip.compress(body)),
        "/torn": sent(OK_LINE + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n", gzip.compress(body)[:-4]),
    }
    with client() as web:
        for path in ("/chunked", "/long", "/gzip"):
            answer = web.get(site.url(path))
            assert (answer.outcome, answer.body) == ((Reason.OK, body) if is_whole else (Reason.TRUNCATED, b""))
        assert web.get(site.url("/torn")).outcome == Reason.TRUNCATED


def test_cookies_live_as_long_as_a_chain_of_redirects(site: Site) -> None:
    def gate(handler: Handler) -> None:
        if "visite=1" in handler.headers.get("Cookie", ""):
            handler.send(200, TEXT)
        else:
            handler.send(302, b"", Location="/x", Set_Cookie="visite=1; Path=/; HttpOnly")

    site.answers["/x"] = gate
    with serving("127.0.1.22") as (other,), client() as web:
        other.answers["/y"] = page(TEXT)
        site.answers["/away"] = lambda h: h.send(302, b"", Location=other.url("/y"), Set_Cookie="secret=1; Path=/")
        assert web.get(site.url("/x")).body == TEXT
        assert web.get(site.url("/x")).body == TEXT
        assert [("Cookie" in s.headers) for s in site.log if s.path == "/x"] == [False, True, False, True]
        assert web.get(site.url("/away")).body == TEXT
        assert "Cookie" not in other.log[-1].headers


def test_a_page_that_only_sends_on_is_a_redirect(site: Site) -> None:
    def refresh(content: str) -> Callable[[Handler], None]:
        return page(
            f"<html><head><meta http-equiv='refresh' content='{content}'></head><p>Un instant</p></html>".encode()
        )

    site.answers |= {
        "/a": refresh("0;url=/b"),
        "/b": page(TEXT),
        "/reloads": refresh("300;url=/b"),
        "/self": refresh("0; URL=/self"),
        "/hidden": page(b'<noscript><meta http-equiv="refresh" content="0;url=/b"></noscript><p>Gao</p>'),
        "/inside": refresh("0;url=http://127.0.2.9/"),
    }
    with client() as web:
        assert web.get(site.url("/a")).body == TEXT
        assert web.get(site.url("/a")).final_url == site.url("/b")
        assert web.get(site.url("/a"), kind=RecordKind.FEED).body != TEXT
        for path in ("/reloads", "/self", "/hidden"):
            assert web.get(site.url(path)).final_url == site.url(path)
            assert web.get(site.url(path)).outcome == Reason.OK
        assert web.get(site.url("/inside")).outcome == Reason.FORBIDDEN_ADDRESS
