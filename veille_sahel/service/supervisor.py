"""`veille up`: one machine, one command. Prefect's server, the work pool, the deployments and the worker, watched over.

Every process that it starts carries a mark in its environment, and so does what those start (Prefect runs each flow in a
session of its own, which no signal to a process group would reach). Stopping ends the worker first, then whatever flow is
left, then the server; starting after an unclean stop first ends what still carries the mark of the time before.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from veille import settings as config
from veille.errors import Busy, WorkFailed
from veille.settings import ROOT
from veille.web.local import listens
from veille_sahel.service.processes import MARK, end_flows, end_marked, kill_group
from veille_sahel.terminal import say

POOL = "veille"
START_S, STOP_S = 120.0, 25.0
#: When to look for what a worker that died had taken and not begun: a process that it had just started may die a little later.
LOOK_FOR_LOST_S = (35.0, 100.0)
#: A part that dies is started again, unless it does so this often within as many minutes.
MAX_DEATHS, DEATHS_S = 5, 600.0


class Stopped(Exception):
    """A signal asked for the end."""


def run_up(port: int) -> int:
    """Run until a signal; returns 0 after a clean stop. Busy if it is up already, WorkFailed if a part does not start."""
    settings = config.load()
    logs = settings.home / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkFailed(f"{logs}: cannot be made ({error.strerror}); set VEILLE_HOME to a folder that can") from None
    with _alone(settings.home, port) as mark:
        up = Up(settings, port, logs, mark)
        with _signals():
            try:
                up.start()
                print(f"Prefect UI  http://127.0.0.1:{port}\nlogs        {logs}\nCtrl-C stops it", flush=True)
                up.watch()
            except Stopped:
                pass
            finally:
                up.stop()
    print("stopped; no process is left")
    return 0


class Up:
    """The parts and how they are started, watched and ended."""

    def __init__(self, settings: config.Settings, port: int, logs: Path, mark: str) -> None:
        self.settings, self.logs, self.port, self.mark = settings, logs, port, mark
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: list[float] = []
        self.lost_at: list[float] = []
        self.env = {
            **os.environ,
            "VEILLE_HOME": str(settings.home),
            "VEILLE_FEEDS": str(settings.feeds),
            "VEILLE_WATCHES": str(settings.watches),
            "PREFECT_HOME": str(settings.home / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
            # Prefect's own database keeps runs and logs for two weeks, and events for one
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(14 * 24 * 3600),
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
            MARK: mark,
        }

    def start(self) -> None:
        """Start server, pool, deployments, worker. WorkFailed says which part, and where its log is."""
        end_marked(self.settings.home, self.mark)
        if listens(self.port):
            told = "another server answers there, whose runs and deployments are not ours"
            raise Busy(f"up: port {self.port} is taken: {told}; choose another with --port")
        (self.settings.home / "prefect").mkdir(exist_ok=True)
        self._spawn("server")
        _until(
            lambda: self._answers(), START_S, f"the server does not answer on port {self.port}", self._died("server")
        )
        self._prefect("work-pool", "create", "--type", "process", POOL, "--overwrite")
        self._prefect("--no-prompt", "deploy", "--all")
        for job in ("lost_running_runs", "automations"):
            if self._run(job):
                raise WorkFailed(
                    f"`python -m veille_sahel.service.server_jobs {job}` failed; see {self._log('deploy')}"
                )
        self._spawn("worker")

    def watch(self) -> None:
        """Watch until a signal: a part that dies is started again. WorkFailed where it keeps dying."""
        while True:
            time.sleep(1.0)
            if self.lost_at and time.monotonic() >= self.lost_at[0]:
                self.lost_at.pop(0)
                self._run("lost_pending_runs")
            for name, process in list(self.parts.items()):
                if process.poll() is None:
                    continue
                now = time.monotonic()
                self.deaths = [t for t in self.deaths if now - t < DEATHS_S] + [now]
                if len(self.deaths) > MAX_DEATHS:
                    raise WorkFailed(
                        f"the {name} ended {MAX_DEATHS} times in {DEATHS_S / 60:.0f} minutes; see {self._log(name)}"
                    )
                say(f"the {name} ended (exit {process.returncode}); it is started again, see {self._log(name)}")
                time.sleep(2.0 * len(self.deaths) - 2.0)
                if name == "worker":
                    self.lost_at = [now + s for s in LOOK_FOR_LOST_S]
                else:
                    kill_group(process.pid)  # its children may outlive it, and hold the port
                self._spawn(name)
                if name == "server":
                    with contextlib.suppress(WorkFailed):  # where it died again, the next turn sees it
                        _until(lambda: self._answers(), START_S, "the server does not answer", self._died("server"))

    def stop(self) -> None:
        """Stop worker, flows, server: in this order, each with time to end by itself."""
        with _deaf():
            self._end("worker")
            end_flows(self.mark, {p.pid for p in self.parts.values()})
            self._end("server")
            end_marked(self.settings.home, "", self.mark)

    def _spawn(self, name: str) -> None:
        args = {
            "server": ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)),
            "worker": ("-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"),
        }[name]
        with self._log(name).open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, *args], env=self.env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _died(self, name: str) -> Callable[[], str]:
        def why() -> str:
            process = self.parts[name]
            if process.poll() is None:
                return ""
            tail = self._log(name).read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()
            reason = next((line.strip() for line in reversed(tail) if "in use" in line or "Error" in line), "")
            return f"the {name} ended at once ({reason or f'exit {process.returncode}'}); see {self._log(name)}, or take another --port"

        return why

    def _answers(self) -> bool:
        return self._run("health") == 0

    def _run(self, what: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "veille_sahel.service.server_jobs", what], env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )  # fmt: skip
        if done.returncode and what != "health":
            with self._log("deploy").open("a", encoding="utf-8") as log:
                log.write(f"$ python -m veille_sahel.service.server_jobs {what}\n{done.stdout}{done.stderr}\n")
        return done.returncode

    def _prefect(self, *args: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *args], env=self.env, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )  # fmt: skip
        with self._log("deploy").open("a", encoding="utf-8") as log:
            log.write(f"$ prefect {' '.join(args)}\n{done.stdout}{done.stderr}\n")
        if done.returncode:
            raise WorkFailed(f"`prefect {' '.join(args)}` failed; see {self._log('deploy')}")

    def _end(self, name: str) -> None:
        process = self.parts.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT if name == "worker" else signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        if process.poll() is None:
            kill_group(process.pid)
            process.wait()


def _until(ready: Callable[[], bool], seconds: float, failure: str, died: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if why := died():
            raise WorkFailed(why)
        if time.monotonic() > deadline:
            raise WorkFailed(f"{failure} within {seconds:.0f} s")
        time.sleep(0.5)


@contextlib.contextmanager
def _alone(home: Path, port: int) -> Iterator[str]:
    """The lock of `up`, and this time's mark. Busy if it is up already."""
    handle = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = _told(os.pread(handle, 500, 0))
            raise Busy(
                f"{home}: up already (process {told.get('pid', '?')}), its UI is http://127.0.0.1:{told.get('port', '?')}; "
                "stop that one with Ctrl-C or SIGTERM first"
            ) from None
        mark = f"{home}|{uuid.uuid4().hex[:12]}"
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps({"pid": os.getpid(), "port": port}).encode())
        yield mark
    finally:
        os.close(handle)


def _told(raw: bytes) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise Stopped."""

    def stop(_: int, __: FrameType | None) -> None:
        raise Stopped

    before = {s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Another signal does not break off the stopping."""
    before = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
