#!/usr/bin/env python3
"""Files damaged at random, full and read-only disks, clocks that jump: does doctor say what to do, and does doing it help?

    python -m campaigns.damage [--cases 24] [--seed 1]

A home is filled once over the tests' press; each case damages a copy of it, asks `veille doctor`, does what it says
(`veille rebuild` where the state is damaged, `veille ingest` where the published file is), and compares the events. The disks are small file systems in
memory (this part needs root, and is left out without).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from campaigns.stage import Ran, ask, veille
from tests import press as small

EVENTS = "SELECT event_id, event_date, location, n_articles, fatalities_low, fatalities_high FROM events ORDER BY ALL"
NOW = ("--now", small.NOW.isoformat())
Damage = Callable[[Path, random.Random], None]


def flip(file: Path, draw: random.Random) -> None:
    """Some bytes in the middle become others."""
    content = bytearray(file.read_bytes())
    for _ in range(draw.choice([1, 20, 2000])):
        content[draw.randrange(len(content))] ^= draw.randrange(1, 256)
    file.write_bytes(content)


def cut(file: Path, draw: random.Random) -> None:
    """The file ends early."""
    os.truncate(file, draw.randrange(file.stat().st_size))


def blank(file: Path, draw: random.Random) -> None:
    """A block reads as zeros, as after a power cut."""
    content = bytearray(file.read_bytes())
    at = draw.randrange(len(content)) // 4096 * 4096
    content[at : at + 65_536] = bytes(len(content[at : at + 65_536]))
    file.write_bytes(content)


def wal(file: Path, draw: random.Random) -> None:
    """A write-ahead log of nonsense lies beside it."""
    file.with_name(file.name + ".wal").write_bytes(draw.randbytes(draw.randrange(1, 20_000)))


def gone(file: Path, draw: random.Random) -> None:
    file.unlink()


def events(home: Path) -> list[tuple[Any, ...]] | str:
    try:
        return ask(home, EVENTS)
    except duckdb.Error as error:
        return f"{type(error).__name__}"


def one(home: Path, run: Callable[..., Ran], good: list[tuple[Any, ...]]) -> str:
    """What a case came to: what doctor said, what was done, and whether the events are there again."""
    told = run("doctor", home=home)
    if "Traceback" in told.out:
        return f"BAD: doctor failed: {told.out[-300:]}"
    bad = {line.split()[1]: line for line in told.out.splitlines() if line.startswith("bad")}
    if "state" in bad or "integrity" in bad:
        done = run("rebuild", home=home)
    else:
        done = run("ingest", "--force", *NOW, home=home)
    if done.code or "Traceback" in done.out:
        return f"BAD: doctor said {sorted(bad)}, then exit {done.code}: {done.out[-300:]}"
    if events(home) != good:
        return f"BAD: doctor said {sorted(bad)}, and the events are others afterwards"
    if run("doctor", home=home).code:
        return f"BAD: doctor is not content afterwards ({sorted(bad)})"
    return f"doctor: {', '.join(sorted(bad)) or 'nothing'}; mended"


@contextlib.contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes, in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "veille-campaign", str(folder)],
        check=True,
        capture_output=True,
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def disks(folder: Path, run: Callable[..., Ran], good: list[tuple[Any, ...]]) -> list[str]:
    """Runs on disks that fill up at different moments, and on one that cannot be written; then with room again."""
    found = []
    for megabytes in (1, 2, 3, 4, 5, 6, 8, 12):
        with disk(folder / f"disk-{megabytes}", megabytes) as home:
            full = run("ingest", "--force", *NOW, home=home)
            remount(home, "size=200m")
            after = run("ingest", "--force", *NOW, home=home)
            is_well = (
                full.code in (0, 1)
                and "Traceback" not in full.out + after.out
                and not after.code
                and events(home)[0:]
                and _like(events(home), good)
            )
            line = full.out.strip().splitlines()[-1] if full.code else "it fitted"
            found.append(
                f"{'' if is_well else 'BAD: '}disk of {megabytes} MB: {line[-150:]}; then with room: {'the same events' if is_well else after.out[-300:]}"
            )
    with disk(folder / "disk-ro", 200) as home:
        run("ingest", "--force", *NOW, home=home)
        remount(home, "ro")
        told, readable = run("ingest", "--force", *NOW, home=home), events(home)
        remount(home, "rw")
        is_well = told.code == 1 and "Traceback" not in told.out and _like(readable, good)
        found.append(
            f"{'' if is_well else 'BAD: '}read-only disk: exit {told.code}, {told.out.strip().splitlines()[-1][-150:]}; readers still read"
        )
    return found


def _like(found: Any, good: list[tuple[Any, ...]]) -> bool:
    """The same events, under ids of their own."""
    return not isinstance(found, str) and sorted(r[1:] for r in found) == sorted(r[1:] for r in good)


def clocks(home: Path, run: Callable[..., Ran], good: list[tuple[Any, ...]]) -> list[str]:
    """Runs whose present jumps years ahead and back: nothing is lost, and no feed rests until that year."""
    found = []
    for jump in (dt.timedelta(days=400), dt.timedelta(days=-400), dt.timedelta(hours=-3)):
        run("ingest", "--now", (small.NOW + jump).isoformat(), home=home)
        back = run("ingest", "--now", (small.NOW + dt.timedelta(days=1)).isoformat(), home=home)
        polled = next((int(x.split()[-1]) for x in back.out.splitlines() if x.startswith("feeds polled")), 0)
        is_well = not back.code and polled >= 4 and events(home) == good
        found.append(
            f"{'' if is_well else 'BAD: '}clock {jump.days:+d} days and back: {polled} feeds polled on the next day, the same events"
        )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    draw, lines = random.Random(args.seed), []
    with small.press() as press, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "feeds.toml").write_text(press.feeds_toml(), "utf-8")

        def run(*command: str, home: Path) -> Ran:
            return veille(*command, home=home, feeds=folder / "feeds.toml", prefect=folder / "prefect")

        run("ingest", "--force", *NOW, home=folder / "home")
        good = ask(folder / "home", EVENTS)
        kinds: list[Damage] = [flip, cut, blank, wal, gone]
        for n in range(args.cases):
            home = folder / f"case-{n}"
            shutil.copytree(folder / "home", home)
            kind, name = (
                kinds[n % len(kinds)],
                "sahel.duckdb" if n % 4 == 3 and kinds[n % len(kinds)] is not wal else "state.duckdb",
            )
            kind(home / name, draw)
            lines.append(f"{kind.__name__} {name}: {one(home, run, good)}")
            print(lines[-1], flush=True)
            shutil.rmtree(home)
        rest = clocks(folder / "home", run, good)
        rest += disks(folder, run, good) if os.geteuid() == 0 else ["disks: left out, this needs root"]
        print("\n".join(rest))
    bad = [line for line in (*lines, *rest) if "BAD" in line]
    print(
        f"{args.cases} damaged files, {len(rest)} disks and clocks, {len(bad)} not mended: {dict(Counter(x.split(': ', 1)[1][:40] for x in lines))}"
    )
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
