#!/usr/bin/env python3
"""Seven simulated days of a run every half hour, with restarts, kills and manual runs in between: are the outlets asked as they wish?

    python -m campaigns.days [--days 7] [--seed 1]

Each day is a process of its own over the same home; on some days it is killed in the middle of a run and started again. The
outlets keep a log in simulated time, which is checked against what each of them asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import email.utils
import itertools
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.kills import server
from campaigns.stage import LOOPBACK, feeds_toml
from tests.loopback import Handler, Site, page, serving
from veille.settings import ROOT

START = dt.datetime(2024, 3, 11, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=30)
SLACK = dt.timedelta(minutes=2)
#: How an outlet asks to be treated: least minutes between two polls, and what it sends.
PAUSES = {"plain": 30, "ttl": 120, "max-age": 180, "slow": 360, "modified": 30, "bare": 30, "busy": 30, "rests": 30, "gone": 30, "lost": 30, "closed": 30, "moved": 30}  # fmt: skip


@dataclass
class Asked:
    """One request in simulated time, and what it was answered."""

    at: dt.datetime
    path: str
    headers: dict[str, str]
    started: float
    ended: float = 0.0
    status: int = 0
    validators: tuple[str, str] = ("", "")
    is_forced: bool = False
    is_killed: bool = False


@dataclass
class Press:
    """The outlets, the simulated present, and what they were asked."""

    sites: dict[str, Site]
    now: dt.datetime = START
    is_forced: bool = False
    log: dict[str, list[Asked]] = field(default_factory=dict)

    def answer(self, name: str, path: str) -> Callable[[Handler], None]:
        def answer(h: Handler) -> None:
            seen = Asked(self.now, path, dict(h.headers.items()), time.monotonic(), is_forced=self.is_forced)
            self.log.setdefault(name, []).append(seen)
            h.date_time_string = lambda timestamp=None: email.utils.format_datetime(self.now, usegmt=True)  # type: ignore[method-assign]
            time.sleep(0.01)  # so that two at once would be seen
            try:
                self._say(h, name, seen) if path == "/feed" else h.send(200, _page(path))
            finally:
                seen.ended = time.monotonic()

        return answer

    def _say(self, h: Handler, name: str, seen: Asked) -> None:
        hours = int((self.now - START).total_seconds() // 3600)
        edition = hours // 5 if name != "slow" else hours // 30  # a new article every five hours
        seen.status = 200
        extra: dict[str, str] = {}
        if name == "gone" and hours >= 20:
            seen.status = 410
        elif name == "lost":
            seen.status = 404
        elif name == "busy" and hours % 24 in (6, 7):
            seen.status, extra = 429, {"Retry_After": str(3 * 3600)}
        elif name == "rests" and hours % 24 == 9:
            until = email.utils.format_datetime(self.now + dt.timedelta(hours=5), usegmt=True)
            seen.status, extra = 503, {"Retry_After": str(5 * 3600) if hours < 48 else until}
        elif name == "moved" and hours >= 30:
            seen.status, extra = 301, {"Location": "/feed2"}
        if seen.status != 200:
            h.send(seen.status, b"", **extra)
            return
        etag, stamp = (
            f'"{name}-{edition}"',
            email.utils.format_datetime(START + dt.timedelta(hours=edition), usegmt=True),
        )
        given = {"modified": {"Last_Modified": stamp}, "bare": {}}.get(name, {"ETag": etag, "Last_Modified": stamp})
        seen.validators = given.get("ETag", ""), given.get("Last_Modified", "")
        given = given | ({"Cache_Control": "max-age=10800"} if name == "max-age" else {})
        known = h.headers.get("If-None-Match") == etag or (
            name == "modified" and h.headers.get("If-Modified-Since") == stamp
        )
        if known and given:
            seen.status = 304
            h.send(304, b"", **given)
        else:
            h.send(200, _feed(self.sites[name], edition, 120 if name == "ttl" else 0), "application/rss+xml", **given)


def _feed(site: Site, edition: int, ttl: int) -> bytes:
    items = "".join(
        f"<item><title>Nouvelles pompes, édition {n}</title><link>{site.url(f'/p/{n}')}</link></item>"
        for n in range(max(0, edition - 9), edition + 1)
    )
    return f"<rss version='2.0'><channel><title>t</title>{f'<ttl>{ttl}</ttl>' if ttl else ''}{items}</channel></rss>".encode()


def _page(path: str) -> bytes:
    text = "Les habitants ont reçu hier les nouvelles pompes promises par la mairie, et la fête a duré tard dans la nuit, selon le maire du quartier. "
    return f"<html lang='fr'><head><title>Pompes {path}</title></head><body><article><p>{text * 3} {path}</p></article></body></html>".encode()


class Paths(dict[str, Callable[[Handler], None]]):
    """Every path of an outlet, answered by the press."""

    def __init__(self, press: Press, name: str) -> None:
        super().__init__()
        self.press, self.name = press, name

    def get(self, path: str, default: object = None) -> Callable[[Handler], None]:
        return self.press.answer(self.name, "/feed" if path == "/feed2" else path)


def offences(press: Press) -> list[str]:
    """Every request that an outlet had not wished.

    What a run learns is kept when it commits: what a killed run was answered is lost, so that its feeds are asked once more, with
    the validators that were known before.
    """
    found = []
    for name, log in press.log.items():
        for before, after in itertools.pairwise(log):
            if after.started < before.ended - 0.001:
                found.append(f"{name}: two at once at {after.at}")
        if name == "closed":
            found += [f"closed: {a.path} was disallowed" for a in log]
        found += [f"{name}: {text} at {at}" for at, text in _of_feed(name, [a for a in log if a.path == "/feed"])]
    return found


def _of_feed(name: str, asked: Sequence[Asked]) -> Iterator[tuple[dt.datetime, str]]:
    """When a feed was asked against its wish, and how."""
    known, wait = {("", "")}, None
    last: Asked | None = None
    for a in asked:
        is_hop = last is not None and last.status == 301 and last.at == a.at
        if last is not None and last.status == 410:
            yield a.at, "asked though it was gone"
        if wait and a.at < wait - SLACK:
            yield a.at, f"asked before its Retry-After ({wait})"
        pause = dt.timedelta(minutes=PAUSES[name]) - SLACK
        if last is not None and not a.is_forced and not is_hop and a.at - last.at < pause:
            yield a.at, f"asked {a.at - last.at} after the last time"
        if not is_hop and (a.headers.get("If-None-Match", ""), a.headers.get("If-Modified-Since", "")) not in known:
            yield a.at, "asked with other validators than it had given"
        if a.is_killed:
            known |= {a.validators}
            continue
        if a.status == 200:
            known = {a.validators}
        wait = a.at + dt.timedelta(hours=3 if name == "busy" else 5) if a.status in (429, 503) else None
        last = a


def day(number: int, control: str, seed: int) -> None:
    """One day in this process: runs at every half hour, and now and then a manual one in between."""
    import flows  # noqa: F401 - before Prefect, which it tells to be quiet
    from flows.ingest import ingest

    logging.disable(logging.CRITICAL)
    draw = random.Random(seed * 100 + number)
    kill_at = draw.randrange(48) if number % 2 else -1
    done = int(os.environ.get("STEPS_DONE", "0"))
    for step in range(done, 48):
        now = START + number * dt.timedelta(days=1) + step * STEP
        runs: list[tuple[dt.datetime, bool, list[str] | None]] = [(now, False, None)]
        if draw.random() < 0.15:
            runs.append(
                (now + dt.timedelta(minutes=draw.randrange(3, 28)), True, draw.choice([None, ["plain", "busy", "ttl"]]))
            )
        for at, force, feeds in runs:
            urllib.request.urlopen(
                f"{control}/?now={at.timestamp()}&forced={int(force)}&step={step}", timeout=10
            ).close()
            if step == kill_at and not done:
                threading.Timer(draw.uniform(0.2, 1.5), os.kill, (os.getpid(), signal.SIGKILL)).start()
            ingest(feeds=feeds, force=force, now=at, return_state=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--day", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--control", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.day is not None:
        day(args.day, args.control, args.seed)
        return 0
    n_kills = n_runs = step = 0
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        sites = dict(
            zip(PAUSES, held.enter_context(serving(*(f"127.0.4.{n}" for n in range(1, len(PAUSES) + 1)))), strict=True)
        )
        (control,) = held.enter_context(serving("127.0.1.250"))
        press = Press(sites)
        for name, site in sites.items():
            site.answers = Paths(press, name)
        sites["closed"].robots = "User-agent: *\nDisallow: /\n"

        class Told(dict[str, Callable[[Handler], None]]):
            def get(self, path: str, default: object = None) -> Callable[[Handler], None]:
                nonlocal n_runs, step
                told = dict(x.split("=") for x in path[2:].split("&"))
                press.now, press.is_forced = (
                    dt.datetime.fromtimestamp(float(told["now"]), dt.UTC),
                    told["forced"] == "1",
                )
                n_runs, step = n_runs + 1, int(told["step"])
                return page(b"ok")

        control.answers = Told()
        text = feeds_toml({name: site.url("/feed") for name, site in sites.items()})
        (folder / "feeds.toml").write_text(text.replace('id = "slow"', 'id = "slow"\npoll_minutes = 360'), "utf-8")
        env = {k: v for k, v in os.environ.items() if not k.startswith("VEILLE_")} | LOOPBACK
        env |= {
            "VEILLE_HOME": str(folder / "home"),
            "VEILLE_FEEDS": str(folder / "feeds.toml"),
            "PREFECT_HOME": str(folder / "prefect"),
        }
        env |= {"PREFECT_API_URL": held.enter_context(server(folder / "server")), "PREFECT_LOGGING_LEVEL": "ERROR"}
        for number in range(args.days):
            step = 0
            command = [
                sys.executable,
                "-m",
                "campaigns.days",
                "--day",
                str(number),
                "--control",
                control.url()[:-1],
                "--seed",
                str(args.seed),
            ]
            while (
                subprocess.run(command, env=env | {"STEPS_DONE": str(step)}, cwd=ROOT, check=False).returncode
                == -signal.SIGKILL
            ):
                n_kills += 1
                for a in (a for log in press.log.values() for a in log if a.at == press.now):
                    a.is_killed = True
            print(
                f"day {number + 1}: {sum(map(len, press.log.values()))} requests so far, {len(offences(press))} offences {offences(press)[:3]}",
                flush=True,
            )
        wrong = offences(press)
        n_lost = sum(a.is_killed for log in press.log.values() for a in log)
        n = {name: sum(a.path == "/feed" for a in log) for name, log in press.log.items()}
    print(
        f"{args.days} days, {n_runs} runs, {n_kills} of them killed, {sum(map(len, press.log.values()))} requests, {n_lost} of them in killed runs; feeds asked {n}"
    )
    print("\n".join(wrong[:20]) or "no outlet was asked against its wish")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
