"""What campaigns share: the real command in a process of its own, watched; rows of what it published."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from veille.settings import ROOT

LOOPBACK = {"VEILLE_HOST_DELAY": "0", "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24,127.0.4.0/22"}


@dataclass(frozen=True)
class Ran:
    """How a command ended: its code and output, seconds, and the most memory (MiB, PSS) that its processes had at once."""

    code: int
    out: str
    seconds: float
    peak_mib: float


def veille(
    *args: str, home: Path, feeds: Path, prefect: Path | None = None, timeout: float = 1800, **settings: str
) -> Ran:
    """Run `veille ARGS` over a home; Prefect's own files stay in `prefect`, so that its database is made once."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("VEILLE_")} | LOOPBACK | settings
    env |= {
        "VEILLE_HOME": str(home),
        "VEILLE_FEEDS": str(feeds),
        "PREFECT_HOME": str(prefect or home.parent / "prefect"),
    }
    started = time.monotonic()
    run = subprocess.Popen(
        [sys.executable, "-m", "veille_sahel", *args], env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )  # fmt: skip
    peak, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.2):
            peak[0] = max(peak[0], memory_mib(str(home)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        out, _ = run.communicate(timeout=timeout)
    finally:
        is_over.set()
        watcher.join()
        if run.poll() is None:
            run.kill()
            run.communicate()
    return Ran(run.returncode, out, time.monotonic() - started, peak[0])


def processes(home: str) -> dict[int, str]:
    """The processes whose environment names this home: the run's own, its server and its parsers."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if f"VEILLE_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return {pid: line for pid, line in found.items() if line}


def memory_mib(home: str) -> float:
    """Memory of the processes of a home, pages that they share counted once."""
    total = 0.0
    for pid in processes(home):
        with contextlib.suppress(OSError, IndexError, ValueError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
    return total


def ask(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of the published file."""
    with duckdb.connect(str(home / "sahel.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def feeds_toml(feeds: Mapping[str, str]) -> str:
    """A list of feeds: id to address."""
    return "\n".join(
        f'[[feeds]]\nid = "{i}"\noutlet = "{i}"\ncountry = "ML"\nurl = "{url}"\n' for i, url in feeds.items()
    )
