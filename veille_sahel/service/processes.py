"""The processes of `veille up`: each carries a mark in its environment, by which all that it started can be found."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

#: Not VEILLE_...: those are settings, and an unknown one is an error.
MARK = "VS_UP_MARK"
FLOW_S = 20.0


def marked(home: Path | None = None, mark: str = "") -> dict[int, str]:
    """Find processes (pid, command) that carry a mark of this home, or just this mark; never this process."""
    wanted = f"{MARK}={mark}\0".encode() if mark else f"{MARK}={home}|".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes() + b"\0":
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                if command:
                    found[int(entry.name)] = command
    return found


def values_of(name: str) -> set[str]:
    """Return the values that an environment variable has over all processes."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                for line in (entry / "environ").read_bytes().split(b"\0"):
                    if line.startswith(f"{name}=".encode()):
                        found.add(line.decode("utf-8", "replace").split("=", 1)[1])
    return found


def end_flows(mark: str, but: set[int]) -> None:
    """End flows that the worker left: asked to end (their transaction comes to nothing), then made to."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + FLOW_S
        left = {pid for pid in marked(mark=mark) if pid not in but}
        left = {pid for pid in left if "server start" not in marked(mark=mark).get(pid, "")}
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while left and time.monotonic() < deadline:
            time.sleep(0.2)
            left &= set(marked(mark=mark))
        if not left:
            return


def end_marked(home: Path, mine: str, only: str = "") -> None:
    """End what carries the mark of an earlier time (or just `only`), with force where it must be."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        left = marked(mark=only) if only else {p: c for p, c in marked(home).items() if not _carries(p, mine)}
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + 5.0
        while left and time.monotonic() < deadline:
            time.sleep(0.2)
            left = {p: c for p, c in left.items() if Path(f"/proc/{p}/cmdline").exists() and _alive(p)}
        if not left:
            return


def _carries(pid: int, mark: str) -> bool:
    return bool(mark) and pid in marked(mark=mark)


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
