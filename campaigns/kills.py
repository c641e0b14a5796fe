#!/usr/bin/env python3
"""kill -9 of the whole process tree of `veille ingest` at random moments, then one clean run: is the warehouse the
same?

    python -m campaigns.kills [FEEDS.toml] [--kills 20] [--seed 1] [--now TIME] [--folder DIR] [--server]

FEEDS.toml declares the feeds of a replayed press that is being served; without it the tests' own small press is. One run
without kills comes first, in a home of its own; the moments are drawn from its duration. Each run starts Prefect's server
for itself, and loses it with the kill; with `--server` one is there throughout, and more of the moments fall into the work.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from campaigns.stage import processes
from tests import press as small
from tests.loopback import free_port

#: What must not depend on kills; times of our own doing (first seen, updated) aside.
CONTENTS = {
    "articles": "SELECT * EXCLUDE (first_seen_at, updated_at) FROM articles ORDER BY ALL",
    "events": "SELECT * EXCLUDE (updated_at, run_id) FROM events ORDER BY ALL",
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
    return [sys.executable, "-m", "veille_sahel", *args]


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


@contextlib.contextmanager
def server(home: Path) -> Iterator[str]:
    """A Prefect server of its own; its API's address."""
    port = free_port()
    env = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    run = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds", type=Path, nargs="?")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--server", action="store_true")
    args = parser.parse_args()
    os.environ |= {"VEILLE_HOST_DELAY": "0", "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24"}
    with contextlib.ExitStack() as held:
        folder = args.folder or Path(held.enter_context(tempfile.TemporaryDirectory()))
        feeds, now = args.feeds, args.now
        if feeds is None:
            feeds, now = folder / "feeds.toml", small.NOW.isoformat()
            feeds.write_text(held.enter_context(small.press()).feeds_toml(), "utf-8")
        if args.server:
            os.environ["PREFECT_API_URL"] = held.enter_context(server(folder / "server"))
        outcome = series(feeds.resolve(), folder, args.kills, args.seed, ["--now", now] if now else [])
    print(outcome)
    return int(bool(outcome.differing or outcome.left or outcome.doctor))


if __name__ == "__main__":
    sys.exit(main())
