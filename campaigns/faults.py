#!/usr/bin/env python3
"""Scripted faults of feeds and pages, each an outlet of its own on loopback, through the whole flow in one run: does each
end as it should, and are the outlets that behave served as if the others were not there?

    python -m campaigns.faults
"""

from __future__ import annotations

import contextlib
import gzip
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from campaigns.stage import Ran, ask, feeds_toml, veille
from tests.loopback import Answer, Handler, Site, free_port, moved, page, serving

FORBIDDEN = "127.0.2.99"
TEXT = (
    "Les habitants du quartier ont reçu hier les nouvelles pompes promises par la mairie, et la fête a duré tard dans la nuit. "
    "Selon le maire, dix autres seront posées avant les pluies, si les pièces arrivent à temps du port. Les femmes de la "
    "coopérative demandent aussi que l'on répare la route du marché, coupée chaque année pendant plusieurs semaines."
)


class Fault(NamedTuple):
    """`setup` prepares the outlet's site; `ends` is what becomes of the feed ("ok" or a reason), and of its item if it has one."""

    setup: Callable[[Site], None]
    ends: str
    item: str = ""


def html(text: str = TEXT, title: str = "Des pompes pour le quartier") -> bytes:
    return f"<!doctype html><html lang='fr'><head><title>{title}</title></head><body><main><article><h1>{title}</h1><p>{text}</p></article></main></body></html>".encode()


def rss(site: Site, items: str = "", n: int = 1) -> bytes:
    listed = items or "".join(
        f"<item><title>Des pompes pour le quartier {i}</title><link>{site.url(f'/p/{i}')}</link><pubDate>Wed, 13 Mar 2024 08:00:00 GMT</pubDate></item>"
        for i in range(n)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title><link>{site.url()}</link>{listed}</channel></rss>'.encode()


def feed(answer: Answer) -> Callable[[Site], None]:
    """The feed itself answers so."""
    return lambda site: site.answers.__setitem__("/feed", answer)


def body(make: Callable[[Site], bytes], kind: str = "application/rss+xml", **headers: str) -> Callable[[Site], None]:
    """A feed with this body, whose one page behaves."""

    def setup(site: Site) -> None:
        content = make(site)
        site.answers["/feed"] = lambda handler: handler.send(200, content, kind, **headers)
        site.answers["/p/0"] = page(html())

    return setup


def item(answer: Answer, robots: Answer | str = "") -> Callable[[Site], None]:
    """A good feed, whose one page answers so."""

    def setup(site: Site) -> None:
        site.answers["/feed"] = page(rss(site), kind="application/rss+xml")
        site.answers["/p/0"] = answer
        site.robots = robots

    return setup


def raw(payload: bytes) -> Answer:
    """These bytes in place of an HTTP answer."""

    def answer(h: Handler) -> None:
        h.wfile.write(payload)
        h.close_connection = True

    return answer


def drip(h: Handler) -> None:
    """A byte a second, for ever."""
    h.close_connection = True
    h.send(200, b"", Content_Length="", Connection="close")
    for _ in range(600):
        h.wfile.write(b" ")
        h.wfile.flush()
        time.sleep(1)


def silent(h: Handler) -> None:
    """Accepts and says nothing."""
    time.sleep(120)


def endless(h: Handler) -> None:
    h.close_connection = True
    h.send(200, b"", Content_Length="", Connection="close")
    for _ in range(4000):
        h.wfile.write(b"<p>" + b"a" * 8192 + b"</p>")


def hops(n: int) -> Callable[[Site], None]:
    def setup(site: Site) -> None:
        site.answers["/feed"] = moved("/h/0")
        for i in range(n):
            site.answers[f"/h/{i}"] = moved(f"/h/{i + 1}")

    return setup


def once(first: Answer, then: bytes) -> Answer:
    """Another answer the first time."""
    seen: list[int] = []

    def answer(h: Handler) -> None:
        seen.append(1)
        (first if len(seen) == 1 else page(then))(h)

    return answer


def robots(answer: Answer | str) -> Callable[[Site], None]:
    def setup(site: Site) -> None:
        body(rss)(site)
        site.robots = answer

    return setup


def json_feed(site: Site) -> bytes:
    items = [{"id": "0", "url": site.url("/p/0"), "title": "Des pompes pour le quartier"}]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}).encode()


def feed_and_page(answer: Answer) -> Callable[[Site], None]:
    """The feed answers so, and lists a page that behaves."""
    return also({"/feed": answer, "/p/0": page(html())})


def also(answers: Mapping[str, Answer]) -> Callable[[Site], None]:
    """A good feed, but for these answers."""

    def setup(site: Site) -> None:
        body(rss)(site)
        site.answers |= answers

    return setup


def heading(lines: bytes, content: bytes = b"") -> Answer:
    """The feed, or what is given, below a head with these lines in it."""

    def answer(h: Handler) -> None:
        sent = content or rss(h.site)
        raw(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: %d\r\n\r\n" % len(sent) + sent)(h)

    return answer


def unending(h: Handler) -> None:
    """Chunks without a last one."""
    sent = rss(h.site)
    raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(sent), sent))(h)


def gate(make: Callable[[Site], bytes]) -> Answer:
    """Sends in a circle who brings no cookie."""

    def answer(h: Handler) -> None:
        if "seen=1" in h.headers.get("Cookie", ""):
            h.send(200, make(h.site))
        else:
            h.send(302, b"", Location=h.path, Set_Cookie="seen=1; Path=/")

    return answer


def refresh(url: str) -> Answer:
    return page(
        f"<html><head><meta http-equiv='refresh' content='0;url={url}'></head><p>Un instant.</p></html>".encode()
    )


CAPTION = b"<media:content xmlns:media='http://search.yahoo.com/mrss/'><media:description>A pump.</media:description></media:content>"
NEIGHBOUR = b"<script type='application/ld+json'>" + json.dumps(
    {"@type": "NewsArticle", "headline": "Football : la finale", "url": "/foot", "datePublished": "2019-01-01"}
).encode() + b"</script>"  # fmt: skip
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY a{i} "{"&a%s;" % (i - 1 if i else "") * 10}">'.encode() for i in range(12)
) + b']><rss version="2.0"><channel><title>&a11;</title></channel></rss>'  # fmt: skip
SECRET = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
BOMB = gzip.compress(bytes(200 << 20))
DEEP = b"<div>" * 100_000 + b"x" + b"</div>" * 100_000

FAULTS: Mapping[str, Fault] = {
    # feeds that cannot be had
    "html": Fault(feed(page(html())), "html"),
    "empty": Fault(feed(page(b"")), "empty"),
    "not-found": Fault(feed(page(b"", 404)), "http_404"),
    "gone": Fault(feed(page(b"", 410)), "http_410"),
    "forbidden": Fault(feed(page(b"", 403)), "http_403"),
    "broken": Fault(feed(page(b"", 500)), "http_500"),
    "busy": Fault(feed(page(b"", 503, Retry_After="3600")), "http_503"),
    "too-many": Fault(feed(page(b"", 429, Retry_After="7200")), "http_429"),
    "odd-status": Fault(feed(page(b"", 299)), "http_299"),
    "reset": Fault(feed(lambda h: h.reset()), "reset"),
    "cut": Fault(feed(page(b"<rss>", Content_Length="5000", Connection="close")), "truncated"),
    "loop": Fault(feed(moved("/feed")), "redirect_loop"),
    "hops": Fault(hops(9), "too_many_redirects"),
    "inside": Fault(feed(moved(f"http://{FORBIDDEN}/latest/meta-data/")), "forbidden_address"),
    "file": Fault(feed(moved("file:///etc/passwd")), "bad_url"),
    "bomb": Fault(feed(page(BOMB, kind="application/rss+xml", Content_Encoding="gzip")), "too_large"),
    "endless": Fault(feed(endless), "too_large"),
    "drip": Fault(feed(drip), "timeout"),
    "silent": Fault(feed(silent), "timeout"),
    "bad-gzip": Fault(feed(page(b"this is no gzip", Content_Encoding="gzip")), "not_a_feed"),
    "brotli": Fault(feed(page(b"\x0b\x02\x80hello\x03", Content_Encoding="br")), "bad_encoding"),
    "no-http": Fault(feed(raw(b"SSH-2.0-OpenSSH_9.2\r\n")), "reset"),
    "bad-chunk": Fault(feed(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc")), "truncated"),
    "big-header": Fault(feed(page(b"<rss/>", X_Long="a" * 300_000)), "bad_response"),
    "json": Fault(feed(page(b'{"version": "https://jsonfeed.org/version/1", "items": []}', kind="application/json")), "ok"),
    "json-api": Fault(feed(page(b'{"posts": [{"url": "/p/0"}]}', kind="application/json")), "not_a_feed"),
    "json-deep": Fault(feed(page(b'{"a":' * 200_000, kind="application/feed+json")), "not_a_feed"),
    "unmodified": Fault(feed(page(b"", 304)), "http_304"),
    "robots-rules": Fault(robots("User-agent: *\n" + "Disallow: /*a*b*c*d*e$\n" * 20_000), "ok", "article"),
    "robots-stars": Fault(robots("User-agent: *\nDisallow: /" + "*a" * 2_000 + "$\n"), "ok", "article"),
    "moved-to-nothing": Fault(feed(moved("/away", 301)), "http_404"),
    "hostile-cookies": Fault(feed(lambda h: h.send(302, b"", Location="/feed", Set_Cookie="a=" + "b" * 60_000)), "redirect_loop"),
    "binary": Fault(feed(page(bytes(range(256)) * 64, kind="application/rss+xml")), "not_a_feed"),
    "laughs": Fault(feed(page(LAUGHS, kind="application/rss+xml")), "ok"),
    "nested": Fault(feed(page(b"<rss version='2.0'><channel>" + b"<a>" * 200_000, kind="application/rss+xml")), "unparsable"),
    "disallowed": Fault(robots("User-agent: *\nDisallow: /\n"), "robots"),
    "robots-500": Fault(robots(page(b"", 500)), "robots_unreachable"),
    "robots-silent": Fault(robots(silent), "robots_unreachable"),
    "robots-big": Fault(robots("# " + "a" * 3_000_000), "ok", "article"),
    # feeds that are odd, and are read
    "secret": Fault(body(lambda s: SECRET.encode() + rss(s)[38:].replace(b"<title>t", b"<title>&x;")), "ok", "article"),
    "cut-xml": Fault(body(lambda s: rss(s)[:-20]), "ok", "article"),
    "php-warning": Fault(body(lambda s: b"<br />\n<b>Warning</b>: mysql in <b>/var/www</b>\n" + rss(s)), "ok", "article"),
    "latin-lies": Fault(body(lambda s: rss(s).decode().replace("pompes", "pompées").encode("latin-1")), "ok", "article"),
    "text-plain": Fault(body(rss, kind="text/plain"), "ok", "article"),
    "utf-16": Fault(body(lambda s: rss(s).decode().replace("utf-8", "utf-16").encode("utf-16")), "ok", "article"),
    "deflated": Fault(body(lambda s: gzip.compress(rss(s)), Content_Encoding="gzip"), "ok", "article"),
    "wild-dates": Fault(body(lambda s: rss(s).replace(b"Wed, 13 Mar 2024 08:00:00 GMT", b"hier soir, inchallah")), "ok", "article"),
    "evil-links": Fault(
        body(lambda s: rss(s, "".join(f"<item><title>x</title><link>{u}</link></item>" for u in ("javascript:alert(1)", "file:///etc/passwd", "gopher://x/", "//", "http://[::1", s.url("/p/0"))))),
        "ok", "",
    ),
    "json-feed": Fault(body(json_feed, kind="application/feed+json"), "ok", "article"),
    "partial": Fault(feed_and_page(lambda h: h.send(206, rss(h.site))), "ok", "article"),
    "delta": Fault(feed_and_page(lambda h: h.send(226, rss(h.site))), "ok", "article"),
    "encoding-utf8": Fault(body(rss, Content_Encoding="utf-8"), "ok", "article"),
    "encoding-none": Fault(body(rss, Content_Encoding="none, identity"), "ok", "article"),
    "gzip-unannounced": Fault(body(lambda s: gzip.compress(rss(s))), "ok", "article"),
    "php-header": Fault(feed_and_page(heading(b"PHP Notice: x in /srv/a.php\r\n")), "ok", "article"),
    "spaced-header": Fault(feed_and_page(heading(b"X Cache Hit: 1\r\nServer : x\r\n\t: y\r\n")), "ok", "article"),
    "no-last-chunk": Fault(feed_and_page(unending), "ok", "article"),
    "long-length": Fault(feed_and_page(lambda h: h.send(200, rss(h.site), Content_Length="99999", Connection="close")), "ok", "article"),
    "cookie-gate": Fault(feed_and_page(gate(rss)), "ok", "article"),
    "caption": Fault(body(lambda s: rss(s).replace(b"</item>", CAPTION + b"</item>")), "ok", "article"),
    "picture-link": Fault(body(lambda s: rss(s).replace(b"</item>", b"<enclosure url='/i.jpg'>http://x/i.jpg</enclosure></item>")), "ok", "article"),
    "escaped-cdata": Fault(body(lambda s: rss(s).replace(b"<title>Des", b"<title>&lt;![CDATA[Des").replace(b"0</title>", b"0]]&gt;</title>")), "ok", "article"),
    "no-title": Fault(body(lambda s: rss(s).replace(b"<title>Des pompes pour le quartier 0</title>", b"")), "ok", "article"),
    "next-year": Fault(body(lambda s: rss(s).replace(b"2024", b"2187")), "ok", "article"),
    "many-items": Fault(feed(lambda h: h.send(200, rss(h.site, n=50_000)[: 8 << 20], "application/rss+xml")), "ok", ""),
    # pages
    "page-404": Fault(item(page(b"", 404)), "ok", "http_404"),
    "page-410": Fault(item(page(b"", 410)), "ok", "http_410"),
    "page-403": Fault(item(page(b"", 403)), "ok", "http_403"),
    "page-451": Fault(item(page(b"", 451)), "ok", "http_451"),
    "page-reset": Fault(item(once(lambda h: h.reset(), html())), "ok", "article"),
    "page-empty": Fault(item(page(b"")), "ok", "empty"),
    "page-binary": Fault(item(page(bytes(range(256)) * 64)), "ok", "not_html"),
    "page-pdf": Fault(item(page(b"%PDF-1.7\n" + bytes(4000), kind="application/pdf")), "ok", "not_html"),
    "page-bomb": Fault(item(page(BOMB, Content_Encoding="gzip")), "ok", "too_large"),
    "page-zip-in-zip": Fault(item(page(gzip.compress(BOMB), Content_Encoding="gzip, gzip")), "ok", "bad_encoding"),
    "page-endless": Fault(item(endless), "ok", "too_large"),
    "page-drip": Fault(item(drip), "ok", "timeout"),
    "page-inside": Fault(item(moved(f"http://{FORBIDDEN}/")), "ok", "forbidden_address"),
    "page-loop": Fault(item(moved("/p/0")), "ok", "redirect_loop"),
    "page-robots": Fault(item(page(html()), "User-agent: *\nDisallow: /p/\n"), "ok", "robots"),
    "page-wait": Fault(item(page(b"", 429, Retry_After="3600")), "ok", "http_429"),
    "page-deep": Fault(item(page(html(TEXT) + DEEP)), "ok", "too_many_tags"),
    "page-links": Fault(item(page(html(TEXT + "".join(f"<a href='/{i}'>lien</a> " for i in range(100_000))))), "ok", "too_many_tags"),
    "page-consent": Fault(item(page(html("Nous et nos partenaires utilisons des traceurs. Tout accepter ou refuser.", "Avant de continuer"))), "ok", "wall"),
    "page-robot-check": Fault(item(page(html("Making sure you&#39;re not a bot! This may take a few seconds.", "Checking"))), "ok", "wall"),
    "page-unknown-wall": Fault(item(page(html("Please stand by while our automated systems have a look at this visit, then go on.", "Hold on"))), "ok", "wall"),
    "page-login": Fault(item(page(html("Connectez-vous pour lire la suite de ce contenu.", "Connexion"))), "ok", "wall"),
    "page-soft-404": Fault(item(page(html("La page demandée n'existe pas ou plus.", "Page introuvable"))), "ok", "soft_404"),
    "page-front": Fault(also({"/p/0": moved("/"), "/": page(html())}), "ok", "redirected"),
    "page-refresh": Fault(also({"/p/0": refresh("/q"), "/q": page(html())}), "ok", "article"),
    "page-refresh-inside": Fault(item(refresh(f"http://{FORBIDDEN}/")), "ok", "forbidden_address"),
    "page-refresh-loop": Fault(also({"/p/0": refresh("/q"), "/q": refresh("/p/0")}), "ok", "redirected"),
    "page-cookie-gate": Fault(item(gate(lambda s: html())), "ok", "article"),
    "page-php-header": Fault(item(heading(b"PHP Notice: x\r\n", html())), "ok", "article"),
    "page-comments": Fault(item(page(html(TEXT + "</p><div id='comments'><p>Vos chiffres sont faux.</p></div><p>"))), "ok", "article"),
    "page-neighbour": Fault(item(page(html().replace(b"<head>", b"<head>" + NEIGHBOUR))), "ok", "article"),
    "page-json-deep": Fault(item(page(html().replace(b"<head>", b"<head><script type='application/ld+json'>" + b"[" * 90_000 + b"</script>"))), "ok", "article"),
    "page-bad-byte": Fault(item(page(html().replace(b"mairie", b"mair\xffie"))), "ok", "article"),
    "page-charset": Fault(item(page(html().decode().encode("latin-1"), kind="text/html; charset=iso-8859-1")), "ok", "article"),
    "page-hidden": Fault(item(page(html().replace(b"</p>", b"</p><p aria-hidden='true'>Les pompes seront payantes, dit le maire.</p>"))), "ok", "article"),
    "page-script": Fault(item(page(html(TEXT).replace(b"<main>", b"<script>while(1){}</script><main>"))), "ok", "article"),
    "page-nul": Fault(item(page(html(TEXT.replace(" ", "\x00 ", 3)))), "ok", "article"),
    "page-title": Fault(item(page(html(title="A" * 100_000))), "ok", "language"),
    "page-utf-16": Fault(item(page(html().decode().encode("utf-16"), kind="text/html")), "ok", ""),
    "page-deflate": Fault(item(page(zlib.compress(html()), Content_Encoding="deflate")), "ok", "article"),
    "page-english": Fault(item(page(html("The council has promised new pumps before the rains, and the people of the quartier have waited for their pompes for years. " * 3))), "ok", "language"),
}  # fmt: skip


class Played(NamedTuple):
    """One run: what became of each outlet's feed and item, when the outlets that behave were first asked (seconds)."""

    ran: Ran
    ends: dict[str, tuple[str, str]]
    waits: list[float]
    n_forbidden: int


def play(names: Sequence[str], n_good: int = 12) -> Played:
    """Run the whole flow over outlets with these faults and some that behave, all at once."""
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        hosts = [f"127.0.4.{n}" for n in range(1, len(names) + 1)]
        sites = dict(zip(names, held.enter_context(serving(*hosts)), strict=True))
        (forbidden,) = held.enter_context(serving(FORBIDDEN))
        good = held.enter_context(serving(*(f"127.0.5.{n}" for n in range(1, n_good + 1))))
        for name, site in sites.items():
            FAULTS[name].setup(site)
        for site in good:
            body(rss)(site)
        urls = {f"good-{n}": s.url("/feed") for n, s in enumerate(good)} | {n: s.url("/feed") for n, s in sites.items()}
        urls["refused"] = f"http://127.0.4.250:{free_port('127.0.4.250')}/feed"
        urls["no-tls"] = good[0].url("/feed").replace("http:", "https:")
        feeds = folder / "feeds.toml"
        feeds.write_text(feeds_toml(dict(sorted(urls.items(), key=lambda x: x[0][::-1]))), "utf-8")
        ran = veille("ingest", "--force", home=folder / "home", feeds=feeds)
        first = min(s.log[0].started for s in good)
        health = dict(ask(folder / "home", "SELECT feed_id, coalesce(last_error, 'ok') FROM feed_health"))
        items: dict[str, str] = dict(ask(folder / "home", "SELECT feed_id, 'article' FROM articles"))
        items |= dict(
            ask(folder / "home", "SELECT feed_id, reason FROM rejected UNION ALL SELECT feed_id, reason FROM pending")
        )
        ends = {name: (health[name].split(":")[0], items.get(name, "")) for name in urls}
        return Played(ran, ends, [s.log[0].started - first for s in good], len(forbidden.log))


def main() -> int:
    played = play(list(FAULTS))
    expected = {n: (f.ends, f.item) for n, f in FAULTS.items()}
    expected |= {n: ("ok", "article") for n in played.ends if n.startswith("good-")}
    expected |= {"refused": ("connect", ""), "no-tls": ("tls", "")}
    wrong = []
    for name, (ends, one) in expected.items():
        found = played.ends[name]
        is_open = ends == "ok" and not one  # any typed end of the item will do
        if found[0] != ends or (found[1] != one and not is_open):
            wrong.append(f"{name}: expected {ends} {one}, found {' '.join(found)}")
    ran = played.ran
    print(
        f"{len(FAULTS) + 2} faults beside {len(expected) - len(FAULTS) - 2} outlets that behave: exit {ran.code}, {ran.seconds:.0f} s, peak {ran.peak_mib:.0f} MiB"
    )
    print(
        f"outlets that behave: all asked within {max(played.waits):.1f} s; requests to the forbidden host: {played.n_forbidden}"
    )
    print("\n".join(wrong) or "every outcome as expected")
    return int(bool(wrong or max(played.waits) > 30 or ran.code or played.n_forbidden or "Traceback" in ran.out))


if __name__ == "__main__":
    sys.exit(main())
