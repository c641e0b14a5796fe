"""A function that hangs, crashes, eats memory or raises costs itself; the pool goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from veille.codes import Reason
from veille.sandbox import Sandbox, WorkerFailed


def double(n: int) -> int:
    return 2 * n


def worker() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        time.sleep(0.01)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    raise SystemExit(3)


def eat() -> int:
    return len(bytearray(4 << 30))


def stumble() -> None:
    raise ValueError("mal formé")


def chatter() -> str:
    print("du bruit sur la sortie standard", flush=True)
    os.write(1, b"encore du bruit\n")
    return "calme"


def unanswerable() -> object:
    return lambda: None


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1, 5.0) as it:
        yield it


def test_a_call_is_answered_by_one_worker_that_stays(sandbox: Sandbox) -> None:
    assert sandbox.call(double, 21) == 42
    assert sandbox.call(worker) == sandbox.call(worker) != os.getpid()
    assert sandbox.call(len, b"\0" * (3 << 20)) == 3 << 20


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (crash, "died"),
        (leave, "died"),
        (eat, "MemoryError"),
        (stumble, "ValueError: mal formé"),
        (unanswerable, "died"),
    ],
)
def test_what_kills_a_parser_is_a_reason(
    function: object, said: str, sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(WorkerFailed, match=said) as caught:
        sandbox.call(function)  # type: ignore[arg-type]
    assert caught.value.reason == Reason.PARSE_CRASH
    assert sandbox.call(double, 4) == 8
    capfd.readouterr()


def test_a_function_that_raises_does_not_cost_its_worker(sandbox: Sandbox) -> None:
    before = sandbox.call(worker)
    with pytest.raises(WorkerFailed):
        sandbox.call(stumble)
    assert sandbox.call(worker) == before


def test_a_hanging_parser_is_ended_in_time() -> None:
    with Sandbox(1, 1.5) as sandbox:
        before = sandbox.call(worker)
        started = time.monotonic()
        with pytest.raises(WorkerFailed) as caught:
            sandbox.call(hang)
        assert caught.value.reason == Reason.PARSE_TIMEOUT
        assert time.monotonic() - started < 4
        assert sandbox.call(worker) != before
        assert not os.path.exists(f"/proc/{before}")


def test_what_a_library_prints_does_not_garble_the_answers(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert sandbox.call(chatter) == "calme"
    assert sandbox.call(double, 1) == 2
    assert capfd.readouterr().out == ""


def test_threads_share_the_workers_and_none_is_lost() -> None:
    with Sandbox(2, 2.0) as sandbox, ThreadPoolExecutor(6) as pool:
        jobs = [
            pool.submit(sandbox.call, stumble if n % 5 == 0 else double, *([] if n % 5 == 0 else [n]))
            for n in range(20)
        ]
        done = [job.exception() or job.result() for job in jobs]
        assert [isinstance(d, WorkerFailed) for d in done] == [n % 5 == 0 for n in range(20)]
        assert len({sandbox.call(worker) for _ in range(6)}) <= 2


def test_leaving_ends_the_workers() -> None:
    with Sandbox(2, 5.0) as sandbox:
        pids = {sandbox.call(worker) for _ in range(3)}
    assert pids
    assert not [p for p in pids if os.path.exists(f"/proc/{p}")]


def test_a_worker_whose_run_was_killed_ends_by_itself() -> None:
    """kill -9 of the run closes the pipe; a worker that waits for a call then goes."""
    code = (
        "import time; from tests.test_sandbox import worker; from veille.sandbox import Sandbox;"
        " s = Sandbox(1, 5.0); print(s.call(worker), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        pid = int(run.stdout.readline())
        assert os.path.exists(f"/proc/{pid}")
        run.kill()
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{pid}")
