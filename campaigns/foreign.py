#!/usr/bin/env python3
"""Feeds, pages and strings that nobody here wrote, through the whole flow by HTTP: is every outcome typed, and nothing injected?

    python -m campaigns.foreign [FOLDER]        (default: ../shared/foreign beside the project)

FOLDER holds two test suites of feeds and real pages (*.tar.gz) and blns.json. Every file is a feed of its own, served with
right and wrong content types in turn. Whatever name a feed links to resolves to one loopback server, which answers with the
foreign pages in turn; an address by number outside loopback is refused before it is dialled.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import logging
import os
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpcore

from campaigns.stage import LOOPBACK, ask, feeds_toml
from tests.loopback import Handler, Site, page, serving
from veille.settings import ROOT

CATCH_ALL = "127.0.6.1"
KINDS = ("application/xml", "text/html; charset=iso-8859-1", "application/octet-stream")
BATCH, A_HOST = 600, 40
_TYPED = re.compile(r"[a-z][a-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of a .tar.gz."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and (file := tar.extractfile(member)):
                yield member.name, file.read()


def catch_all(site: Site, pages: Sequence[bytes]) -> None:
    """Whatever is asked for: one of the pages, the same each time for the same address."""

    class Any_(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            n = int(hashlib.sha256(path.encode("utf-8", "replace")).hexdigest(), 16)
            return page(pages[n % len(pages)])

    site.answers = Any_()


@contextlib.contextmanager
def indoors(port: int) -> Iterator[None]:
    """The flow's client with a resolver and a dialler that never leave loopback."""
    from flows import ingest
    from veille.web.client import Client
    from veille.web.guard import connect_address, resolve_name

    def resolve(host: str, asked: int) -> list[str]:
        is_number = re.fullmatch(r"[0-9.]+|.*:.*", host)
        return list(resolve_name(host, asked)) if is_number else [CATCH_ALL]

    def connect(ip: str, asked: int, timeout: float | None) -> httpcore.NetworkStream:
        if not ip.startswith("127."):
            raise httpcore.ConnectError(f"{ip}: not dialled in a campaign")
        return connect_address(ip, port if ip == CATCH_ALL else asked, timeout)

    own = vars(ingest)
    own["Client"] = partial(Client, resolve=resolve, connect=connect)
    try:
        yield
    finally:
        own["Client"] = Client


def naughty(site: Site, strings: Sequence[str]) -> None:
    """A feed whose titles, authors and summaries are the strings, and pages that carry them, escaped and not."""
    text = "Deux civils ont été tués lundi dans l'attaque du village de Bouro par des hommes armés, selon des habitants joints par téléphone. "
    items = []
    for n, s in enumerate(strings):
        told = html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", s))
        items.append(f"<item><title>{told}</title><author>{told}</author><description>{told}</description><guid>{told}{n}</guid><link>{site.url(f'/n/{n}')}</link></item>")  # fmt: skip
        shown = s if n % 2 else told
        body = f"<html lang='fr'><head><title>{shown}</title></head><body><article><h1>{shown}</h1><p>{text} {shown}</p><p>{text * 2}</p></article></body></html>"
        site.answers[f"/n/{n}"] = page(body.encode("utf-8", "surrogatepass"))
    whole = f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>"
    site.answers["/feed"] = page(whole.encode(), kind="application/rss+xml")


def run(folder: Path, batch: dict[str, str]) -> float:
    """One run over a batch of feeds; seconds."""
    from flows.ingest import ingest

    (folder / "feeds.toml").write_text(feeds_toml(batch), "utf-8")
    started = time.monotonic()
    ingest(force=True, return_state=True)
    return time.monotonic() - started


def injected(home: Path) -> list[str]:
    """Text that could do harm where it is shown: control characters in the warehouse, live markup in artifacts."""
    from flows.report import _cell, _link

    found = []
    for table in ("articles", "events", "claims", "pending", "rejected"):
        for row in ask(
            home,
            f"SELECT COLUMNS(c -> c IN ('title', 'text', 'headline', 'quote', 'url', 'detail', 'location')) FROM {table}",
        ):
            found += [
                f"{table}: control character in {value[:60]!r}"
                for value in row
                if isinstance(value, str) and _CONTROL.search(value)
            ]
    for title, url in ask(home, "SELECT title, url FROM articles"):
        cell = _cell(title)
        if re.search(r"[<>\n|]|(?<!\\)[\[\]()`*_#!]", cell):
            found.append(f"artifact: live markup in {cell[:60]!r}")
        if not re.fullmatch(r"(https?://[^\s()<>\"'\[\]]+)?", _link(url)):
            found.append(f"artifact: a link that breaks out: {_link(url)[:80]!r}")
    return found


def main() -> int:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "foreign"
    if not (source / "blns.json").exists():
        print(f"{source}: no foreign files there; name their folder", file=sys.stderr)
        return 2
    files = [f for name in ("feedparser-feeds", "w3c-feeds") for f in members(source / f"{name}.tar.gz")]
    pages = [content for name, content in members(source / "pages.tar.gz") if not name.endswith("jsonl")]
    strings = json.loads((source / "blns.json").read_text("utf-8"))
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        home = folder / "home"
        os.environ |= LOOPBACK | {
            "VEILLE_HOME": str(home),
            "VEILLE_FEEDS": str(folder / "feeds.toml"),
            "PREFECT_HOME": str(folder / "prefect"),
        }
        from prefect.testing.utilities import prefect_test_harness

        import flows  # noqa: F401 - before Prefect, which it tells to be quiet

        logging.disable(logging.CRITICAL)
        held.enter_context(prefect_test_harness(server_startup_timeout=120))
        hosts = [f"127.0.4.{n}" for n in range(1, BATCH // A_HOST + 1)]
        (catch,) = held.enter_context(serving(CATCH_ALL))
        catch_all(catch, pages)
        held.enter_context(indoors(catch.port))
        sites = held.enter_context(serving(*hosts))
        took = []
        for first in range(0, len(files), BATCH):
            batch = {}
            for n, (_, content) in enumerate(files[first : first + BATCH]):
                site = sites[n // A_HOST]
                site.answers[f"/{n}"] = partial(_send, content=content, kind=KINDS[n % 3])
                batch[f"f{first + n}"] = site.url(f"/{n}")
            took.append(run(folder, batch))
            print(f"{first + len(batch)} of {len(files)} feed files, {took[-1]:.0f} s", flush=True)
        (site,) = held.enter_context(serving("127.0.5.200"))
        naughty(site, strings)
        took.append(run(folder, {"naughty": site.url("/feed")}))
        ends = Counter((e or "ok").split(":")[0] for (e,) in ask(home, "SELECT last_error FROM feed_health"))
        items = Counter(
            dict(
                ask(
                    home,
                    "SELECT reason, count(*) FROM (SELECT reason FROM rejected UNION ALL SELECT reason FROM pending) GROUP BY 1",
                )
            )
        )
        n_articles = ask(home, "SELECT count(*) FROM articles")[0][0]
        n_runs = ask(home, "SELECT count(*) FROM runs")[0][0]
        untyped = [e for e in (*ends, *items) if not _TYPED.fullmatch(str(e))]
        bad = injected(home)
    print(f"{sum(ends.values())} feeds in {n_runs} runs, {sum(took):.0f} s: {dict(ends.most_common())}")
    print(f"{n_articles} articles; other items: {dict(items.most_common())}")
    print("\n".join([*(f"untyped: {e}" for e in untyped), *bad[:20]]) or "every outcome typed; nothing injected")
    return int(bool(untyped or bad or sum(ends.values()) != len(files) + 1 or n_runs != len(took)))


def _send(handler: Handler, content: bytes, kind: str) -> None:
    handler.send(200, content, kind)


if __name__ == "__main__":
    sys.exit(main())
