"""One writer at a time, whatever started it: a lock of the operating system, which ends with its process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from veille.errors import Busy, WorkFailed

POLL_S = 0.5


@contextmanager
def writer(home: Path, wait_s: float = 0.0, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Hold the warehouse for writing.

    Waits up to `wait_s` seconds for another run and says so once.

    Raises Busy: another run still holds it. WorkFailed: the folder cannot be written.
    """
    handle = _opened(home, "writer.lock")
    try:
        _acquire(handle, fcntl.LOCK_EX, home, wait_s, say)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


@contextmanager
def archive(
    home: Path, *, to_change: bool, wait_s: float = 0.0, say: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the raw archive as it is while it is copied, or alone `to_change` what was written before; taken before `writer`.

    Runs append to the archive without it: a copy takes the bytes that were there.

    Raises Busy: a backup is being written, or the archive being changed. WorkFailed: the folder cannot be written.
    """
    handle = _opened(home, "archive.lock")
    try:
        _acquire(handle, fcntl.LOCK_EX if to_change else fcntl.LOCK_SH, home, wait_s, say)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _opened(home: Path, name: str) -> int:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return os.open(home / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WorkFailed(
            f"{home}: cannot be written ({error.strerror}); set VEILLE_HOME to a folder that can"
        ) from None


def _acquire(handle: int, how: int, home: Path, wait_s: float, say: Callable[[str], None]) -> None:
    deadline, said = time.monotonic() + wait_s, False
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "?"
            if time.monotonic() >= deadline:
                raise Busy(
                    f"{home}: another run (process {holder}) is writing; wait for it to end, then try again"
                ) from None
            if not said:
                say(f"waiting for another run (process {holder}) to end")
                said = True
            time.sleep(POLL_S)
