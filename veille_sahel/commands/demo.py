"""`veille demo`: the ingest flow over the press of the demo, then the event of Niafounké as both sides tell it."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import shlex
import shutil
import sys
import textwrap
import tomllib
import urllib.parse
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from veille import settings as config
from veille.cleaning import one_line
from veille.codes import ClaimKind
from veille.errors import WorkFailed
from veille_sahel.demo.press import feeds_toml
from veille_sahel.demo.server import HOST, serving
from veille_sahel.ingesting import run_ingest
from warehouse import published
from warehouse.store import Row

#: The present of the demo: a few days after its last article.
NOW = dt.datetime(2023, 12, 2, 6, tzinfo=dt.UTC)
#: Tried in turn at the first run. The port is part of every address, hence of every id: the next run takes the same.
PORTS = range(8423, 8443)
WIDTH = 100

_QUESTIONS = (
    "SELECT event_date, location, country, event_type, actor1, actor2, fatalities_low AS low, fatalities_high AS high"
    " FROM events ORDER BY event_date",
    "SELECT claimant, kind, outcome, victims, low, high, quote FROM claims JOIN events USING (event_id)"
    " WHERE location = 'Djibo' AND is_current",
    "SELECT outlet, title, copy_of FROM articles WHERE copy_of IS NOT NULL",
    "SELECT reason, url, detail FROM rejected",
)


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_: argparse.Namespace) -> int:
    """Run the pipeline over the press of the demo into `demo` under the home, and print what it found.

    A second run finds nothing new. WorkFailed: the port of the first run is taken, or the event is not there.
    """
    home = config.load().home / "demo"
    feeds = home / "feeds.toml"
    with _press(feeds) as base, _environment(home, feeds):
        try:
            home.mkdir(parents=True, exist_ok=True)
            feeds.write_text(feeds_toml(base), "utf-8")
        except OSError as error:
            raise WorkFailed(
                f"{home}: cannot be written ({error.strerror}); set VEILLE_HOME to a folder that can"
            ) from None
        print(f"Five invented outlets, served on {base}; warehouse in {_shown(home)}\n")
        code = run_ingest(None, force=True, now=NOW)
        if code:
            return code
    with published.reading(home / "sahel.duckdb") as con:
        event = published.demo_event(con)
        if event is None:
            raise WorkFailed("the event of Niafounké, 24 November 2023, was not found; please report this")
        claims = published.claims_by_side(con, event["event_id"])
        _print_event(event, claims, published.articles_of(con, event["event_id"]))
    _print_questions(home)
    return 0


@contextlib.contextmanager
def _press(feeds: Path) -> Iterator[str]:
    """The press, on the port of an earlier run or on the first free one."""
    known = _known_port(feeds)
    with contextlib.ExitStack() as stack:
        for port in (known,) if known else (*PORTS, 0):
            with contextlib.suppress(OSError):
                base = stack.enter_context(serving(port))
                break
        else:
            where = f"port {known} of {HOST}, which the demo used before, is taken"
            raise WorkFailed(f"{where}; end what uses it, or remove {feeds.parent} to start over")
        yield base


def _known_port(feeds: Path) -> int | None:
    try:
        first = tomllib.loads(feeds.read_text("utf-8"))["feeds"][0]
        return urllib.parse.urlsplit(str(first["url"])).port
    except (OSError, ValueError, LookupError):
        return None


@contextlib.contextmanager
def _environment(home: Path, feeds: Path) -> Iterator[None]:
    """The settings of the demo, and no Prefect server of the user's; both as before when the block ends."""
    before = dict(os.environ)
    ours = {"VEILLE_HOME": home, "VEILLE_FEEDS": feeds, "VEILLE_HOST_DELAY": 0, "VEILLE_ALLOW_NETWORKS": f"{HOST}/32"}
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update({name: str(value) for name, value in ours.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _print_event(event: Row, claims: Sequence[Row], articles: Sequence[Row]) -> None:
    low, best, high = (event[f"fatalities_{x}"] for x in ("low", "best", "high"))
    day = f"{event['event_date']:%d %B %Y}"
    sure = "no figure" if best is None else best
    print(f"\n{event['location']}, {event['admin1']}, {event['country']} · {day} · {event['event_id']}")
    print(f"  {event['headline']}")
    print(f"  type        {event['event_type']} / {event['sub_event_type']}")
    print(f"  actors      {event['actor1'] or '?'} against {event['actor2'] or '?'}")
    print(f"  dead        {_figures(low, high)}; most independent reports say {sure}")
    print(f"  contested   {'yes: the claims contradict each other' if event['contested'] else 'no'}")
    print(f"  reports     {event['n_articles']} of {event['n_outlets']} outlets, {event['n_independent']} independent")
    print("\nWho claims what")
    for claimant, said in groupby(claims, key=lambda c: c["claimant"]):
        print(f"  {claimant}")
        for quote, same in groupby(said, key=lambda c: c["quote"]):
            _print_quote(quote, list(same))
    print("\nReported in")
    for a in articles:
        mark = "copy" if a["is_copy"] else a["role"]
        print(f"  {a['published_at']:%d %b %H:%M}  {mark:<10} {a['outlet']:<22} {one_line(a['title'], 58)}")


def _print_quote(quote: str, claims: Sequence[Row]) -> None:
    first = claims[0]
    copies = f", and {first['n_articles'] - 1} more" if first["n_articles"] > 1 else ""
    claimed = "; ".join(_claim(c) for c in claims)
    print(f"    {claimed}  [{first['outlet']}, {first['first_at']:%d %b %H:%M}{copies}]")
    print(textwrap.fill(f"«\u00a0{quote}\u00a0»", WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8))


def _claim(claim: Row) -> str:
    if claim["kind"] != ClaimKind.TOLL:
        return str(claim["kind"])
    return f"toll: {claim['outcome']} {claim['victims']} {_figures(claim['low'], claim['high'])}"


def _figures(low: Any, high: Any) -> str:
    """Bounds as words: 20 and NULL are "20 or more"."""
    if low is None and high is None:
        return "no figure"
    if low is None or high is None:
        return f"{low} or more" if high is None else f"up to {high}"
    return str(low) if low == high else f"{low} to {high}"


def _print_questions(home: Path) -> None:
    print(f"\nAsk more ({_shown(home / 'sahel.duckdb')} is an ordinary DuckDB file)")
    for question in _QUESTIONS:
        print(f'  {_command()} --home {shlex.quote(_shown(home))} sql "{question}"')


def _shown(path: Path) -> str:
    """A path as `--home` takes it: relative to the project's root where it lies below it."""
    return str(path.relative_to(config.ROOT)) if path.is_relative_to(config.ROOT) else str(path)


def _command() -> str:
    """How the reader called us, so that the lines can be copied."""
    called = Path(sys.argv[0])
    if shutil.which("veille") or called.name != "veille":
        return "veille"
    near = os.path.relpath(called.resolve())
    return near if not near.startswith("..") else str(called.resolve())
