"""Parsing in processes that can be killed: a page or feed that hangs or eats memory costs itself, never the run.

A worker is `python -m veille.sandbox`: it reads pickled calls from its standard input and answers on its standard
output. It has a bound on memory; the caller has a bound on time, and replaces a worker that overran it. It stands in a
session of its own, so that a Ctrl-C reaches the run alone, and ends by itself: when its pipe closes, or by its own
alarm where the run was killed while it hung.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import pickle
import queue
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from veille.codes import Reason

MEMORY_BYTES = 1_500_000_000
#: Seconds after the caller's bound at which a worker ends itself, should nobody be left to end it.
ALARM_AFTER_S = 5
_LENGTH = struct.Struct(">Q")


class WorkerFailed(Exception):
    """A call took too long, too much memory, or crashed its worker; `reason` is "parse_timeout" or "parse_crash".

    `is_answered`: the function raised, and its worker lives on.
    """

    def __init__(self, reason: str, detail: str, is_answered: bool = False) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.is_answered = reason, detail, is_answered


class Sandbox:
    """A few workers shared by threads: `call(function, *args)` runs a module-level function in one of them."""

    def __init__(self, workers: int = 1, timeout_s: float = 20.0) -> None:
        self.workers, self.timeout_s = workers, timeout_s
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._idle.empty():
            if worker := self._idle.get_nowait():
                worker.stop()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return the function's value; raises WorkerFailed where the worker did not survive it in time."""
        worker = self._idle.get()
        try:
            worker = worker or _Worker()
            return worker.call(function, args, self.timeout_s)
        except BaseException as error:
            is_fine = isinstance(error, WorkerFailed) and error.is_answered
            if worker and not is_fine:
                worker.stop()
                worker = None
            raise
        finally:
            self._idle.put(worker)


class _Worker:
    def __init__(self) -> None:
        # the parent's own import path, so that a checkout and an installed wheel both work
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "veille.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], timeout_s: float) -> Any:
        deadline = time.monotonic() + timeout_s
        payload = pickle.dumps((function.__module__, function.__qualname__, args, timeout_s))
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(_LENGTH.pack(len(payload)) + payload)
            stdin.flush()
            size = _LENGTH.unpack(self._read(_LENGTH.size, deadline))[0]
            ok, value = pickle.loads(self._read(size, deadline))  # noqa: S301 - our own worker
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise WorkerFailed(Reason.PARSE_CRASH, f"the parser died ({type(error).__name__})") from None
        if not ok:
            raise WorkerFailed(Reason.PARSE_CRASH, str(value), is_answered=True)
        return value

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        handle, parts, left = self._process.stdout.fileno(), [], size
        while left:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([handle], [], [], wait)[0]:
                raise WorkerFailed(Reason.PARSE_TIMEOUT, "parsing took too long and was ended")
            chunk = os.read(handle, min(left, 1 << 20))
            if not chunk:
                raise EOFError
            parts.append(chunk)
            left -= len(chunk)
        return b"".join(parts)

    def stop(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was still to be written meets a closed pipe
                if pipe:
                    pipe.close()
        self._process.wait()


def _serve() -> None:
    """The worker's loop: ends when its parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not garble the answers
    while head := source.read(_LENGTH.size):
        module, name, args, timeout_s = pickle.loads(source.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - our own parent
        signal.alarm(math.ceil(timeout_s) + ALARM_AFTER_S)
        try:
            result = (True, getattr(importlib.import_module(module), name)(*args))
        except Exception as error:
            # whatever a hostile page provokes in a parser is an answer here: the caller turns it into a row
            result = (False, f"{type(error).__name__}: {str(error)[:200]}")
        signal.alarm(0)
        payload = pickle.dumps(result)
        answers.write(_LENGTH.pack(len(payload)) + payload)
        answers.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        _serve()
