#!/usr/bin/env python3
"""kill -9 of the whole process tree of `veille ingest` at random moments, then one clean run: is the warehouse the
same?

    python -m benchmarks.kills FEEDS.toml [--kills 20] [--seed 1] [--now TIME] [--folder DIR]

FEEDS.toml declares the feeds of a replayed press that is being served. One run without kills comes first, in a home
of its own; the moments are drawn from its duration. Settings come from the environment (VEILLE_ALLOW_NETWORKS,
VEILLE_HOST_DELAY).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

#: What must not depend on kills; times of our own doing (first seen, updated) aside.
CONTENTS = {
    "articles": "SELECT * EXCLUDE (first_seen_at, updated_at) FROM articles ORDER BY ALL",
    "events": "SELECT * EXCLUDE (updated_at) FROM events ORDER BY ALL",
    "claims": "FROM claims ORDER BY ALL",
    "event_articles": "FROM event_articles ORDER BY ALL",
}


@dataclass(frozen=True)
class Outcome:
    """What kills came to: `differing` names views that are not as without kills, `left` what stayed behind.

    `n_late`: runs that had ended before their moment; `n_homes`: a new one is begun once a killed run had committed.
    """

    n_killed: int
    n_late: int
    n_homes: int
    differing: tuple[str, ...]
    left: tuple[str, ...]
    doctor: int
    rows: Mapping[str, int]


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "flows.cli", *args]


def series(
    feeds: Path, folder: Path, kills: int, seed: int, options: Sequence[str] = (), earliest: float = 0.25
) -> Outcome:
    """Kill `kills` runs at moments from `earliest` (a share of a run's duration) on, run once cleanly, and compare."""
    env = {**os.environ, "VEILLE_FEEDS": str(feeds), "PREFECT_HOME": str(folder / "prefect")}
    calm, took = {}, 0.0
    for name in ("cold", "calm"):  # the first of them also makes Prefect's own database
        started = time.monotonic()
        ingest(env | {"VEILLE_HOME": str(folder / name)}, options)
        calm, took = contents(folder / name), time.monotonic() - started
    draw = random.Random(seed)
    homes, n_killed, n_late = [folder / "killed-1"], 0, 0
    while n_killed < kills:
        if is_committed(homes[-1]):
            homes.append(folder / f"killed-{len(homes) + 1}")
        is_late = ingest_killed(env | {"VEILLE_HOME": str(homes[-1])}, options, took * draw.uniform(earliest, 1.0))
        n_late, n_killed = n_late + is_late, n_killed + (not is_late)
    differing, left, doctor = set(), [], 0
    for home in homes:
        here = env | {"VEILLE_HOME": str(home)}
        ingest(here, options)
        found = contents(home)
        differing |= {name for name in CONTENTS if calm[name] != found[name]}
        doctor = max(doctor, subprocess.run(command("doctor"), env=here, stdout=subprocess.DEVNULL).returncode)
        left += [p.name for p in home.iterdir() if p.name.startswith(".")] + list(processes(str(home)).values())
    rows = {name: len(found) for name, found in calm.items()}
    return Outcome(n_killed, n_late, len(homes), tuple(sorted(differing)), tuple(left), doctor, rows)


def ingest(env: Mapping[str, str], options: Sequence[str]) -> None:
    """One run to its end."""
    subprocess.run(command("ingest", "--force", *options), env=env, check=True, stdout=subprocess.DEVNULL)


def ingest_killed(env: Mapping[str, str], options: Sequence[str], after_s: float) -> bool:
    """One run that is killed with all its processes after so long; True if it had ended before."""
    run = subprocess.Popen(
        command("ingest", "--force", *options),
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(after_s)
        return True
    os.killpg(run.pid, signal.SIGKILL)
    while pids := [pid for pid in processes(env["VEILLE_HOME"]) if pid != os.getpid()]:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        run.poll()
    run.wait()
    return False


def processes(home: str) -> dict[int, str]:
    """The processes whose environment names this home: the run's own, its server and its parsers."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if f"VEILLE_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return {pid: line for pid, line in found.items() if line}


def is_committed(home: Path) -> bool:
    """Whether a run's transaction was committed before the kill, published or not."""
    if not (home / "state.duckdb").exists():
        return False
    try:
        with duckdb.connect(str(home / "state.duckdb")) as con:
            return bool(con.execute("SELECT count(*) FROM store.revisions").fetchall()[0][0])
    except duckdb.CatalogException:
        return False


def contents(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """The published rows that must be the same."""
    with duckdb.connect(str(home / "sahel.duckdb"), read_only=True) as con:
        return {name: con.execute(query).fetchall() for name, query in CONTENTS.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", default="")
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    options = ["--now", args.now] if args.now else []
    with tempfile.TemporaryDirectory() as scratch:
        outcome = series(args.feeds.resolve(), args.folder or Path(scratch), args.kills, args.seed, options)
    print(outcome)
    return int(bool(outcome.differing or outcome.left or outcome.doctor))


if __name__ == "__main__":
    sys.exit(main())
