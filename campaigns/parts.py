#!/usr/bin/env python3
"""kill -9 of parts of `veille up` while runs go: the flow, the worker, both, the server, or everything at once.

    python -m campaigns.parts [--kills 15] [--seed 1]

After each kill the run that was going must end in a final state (nothing is "Running" for ever), and after the last one a
clean run must leave the warehouse as if nothing had been.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from campaigns.kills import contents
from tests import press as small
from tests.up import ENDED, Up
from veille_sahel.service.processes import marked

#: Heartbeats stop, 90 s pass, Prefect looks every few seconds.
PATIENCE_S = 200.0


def kill(up: Up, part: str) -> int:
    """End a part with -9; how many processes it had."""
    found = marked(up.home)
    parts = {"both": ("flow", "worker"), "all": ("flow", "worker", "server")}.get(part, (part,))
    own = {pid for pid, line in found.items() if _part_of(line) in parts}
    if part == "all" and up.process:
        own.add(up.process.pid)
    for pid in own:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if part == "all" and up.process:
        up.process.wait()
        if up.process.stdout:
            up.process.stdout.close()
    return len(own)


def _part_of(line: str) -> str:
    if "worker start" in line:
        return "worker"
    if "server start" in line or "uvicorn" in line or "services" in line:
        return "server"
    return "flow"


def end_of(up: Up, run_id: str) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, AssertionError):
            if (state := up.state(run_id)) in ENDED:
                return state
        time.sleep(1)
    return "RUNNING FOR EVER"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    draw, ends, starts = random.Random(args.seed), Counter[str](), 1
    with small.press() as press, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "feeds.toml").write_text(press.feeds_toml(), "utf-8")
        # a task must be long enough to be hit: half a second between two requests to one outlet
        up = Up(folder, folder / "feeds.toml", VEILLE_HOST_DELAY="0.5")
        parameters: dict[str, Any] = {"force": True, "now": small.NOW.isoformat()}
        try:
            up.start()
            for n in range(args.kills):
                part = ("flow", "worker", "both", "server", "all")[n % 5]
                run_id = up.trigger("ingest/manual", parameters)
                time.sleep(draw.uniform(3.0, 14.0))
                n_hit = kill(up, part)
                if part == "all":
                    up.start()
                    starts += 1
                began = time.monotonic()
                state = end_of(up, run_id)
                ends[f"{part}: {state}"] += 1
                print(
                    f"{n + 1}: {part} killed ({n_hit} processes); the run ended {state} after {time.monotonic() - began:.0f} s",
                    flush=True,
                )
            clean = end_of(up, up.trigger("ingest/manual", parameters))
            killed = contents(up.home)
            code = up.stop()
            left = marked(up.home)
            up.home = folder / "calm"
            up.env["VEILLE_HOME"] = str(up.home)
            up.start()
            end_of(up, up.trigger("ingest/manual", parameters))
            calm = contents(up.home)
            up.stop()
        finally:
            for home in (folder / "home", folder / "calm"):
                for pid in marked(home):
                    os.kill(pid, signal.SIGKILL)
    differing = [name for name in calm if _plain(calm[name]) != _plain(killed[name])]
    print(
        f"{args.kills} kills, {starts} starts: {dict(ends)}; last run {clean}, stopped with {code}, left {len(left)} processes, differing: {differing or 'nothing'}"
    )
    return int(bool(differing or left or code or clean != "COMPLETED" or any("EVER" in e for e in ends)))


def _plain(rows: list[tuple[object, ...]]) -> list[str]:
    """Rows without the ids, which each home draws for itself."""
    return sorted(str(r[1:]) for r in rows)


if __name__ == "__main__":
    sys.exit(main())
