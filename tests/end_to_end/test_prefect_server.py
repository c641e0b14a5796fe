"""A real Prefect server and worker: deploy, see a scheduled run appear, trigger a manual one, find its rows by SQL.

No unit test can notice that SQLAlchemy 2.1 silently stops Prefect's scheduler, or that fastapi 0.151 refuses
deployments.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import press as small
from tests.loopback import free_port
from veille.settings import ROOT

pytestmark = [pytest.mark.server, pytest.mark.slow]


class Server:
    """A Prefect server in a process of its own, its command line and its API."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.folder = folder
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "VEILLE_"))} | settings
        self.env |= {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "NO_COLOR": "1",
        }
        (folder / "prefect").mkdir()

    def start(self, name: str, *args: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", *args],
                env=self.env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def prefect(self, *args: str) -> str:
        """One command of Prefect's, from the project's folder."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *args],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the API; a server that is busy answers 503, which is asked again."""
        for attempt in range(40):
            request = urllib.request.Request(
                self.api + path,
                json.dumps(body).encode() if body is not None else None,
                {"Content-Type": "application/json"},
                method=method,
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 503 or attempt == 39:
                    raise
            except urllib.error.URLError:
                if attempt == 39:
                    raise
            time.sleep(0.5)
        raise AssertionError("unreachable")

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        wanted = {"flows": {"name": {"any_": ["ingest"]}}, "deployments": {"name": {"any_": [deployment]}}}
        found: list[dict[str, Any]] = self.call("POST", "/flow_runs/filter", wanted)
        return found


def until(what: str, seconds: float, look: Any) -> Any:
    """What `look` finds, as soon as it finds anything."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {seconds} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it as a Ctrl-C does; with force where it lingers (a worker now and then does, which is not ours to test)."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def of_this_test(folder: Path) -> list[str]:
    """The processes that run with this test's settings."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if str(folder).encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return [line for line in found if line]


@pytest.fixture
def press() -> Iterator[small.Press]:
    with small.press() as it:
        yield it


def test_deploy_schedule_trigger_and_query(press: small.Press, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(press.feeds_toml(), "utf-8")
    home = tmp_path / "home"
    settings = {
        "VEILLE_HOME": str(home),
        "VEILLE_FEEDS": str(feeds),
        "VEILLE_HOST_DELAY": "0",
        "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24",
    }
    server = Server(tmp_path, settings)
    serving = server.start("server", "server", "start", "--host", "127.0.0.1", "--port", str(server.port))
    worker: subprocess.Popen[bytes] | None = None
    try:
        until("the server", 60, lambda: _is_up(server))
        server.prefect("work-pool", "create", "--type", "process", "veille")
        server.prefect("--no-prompt", "deploy", "--all")
        _check_deployments(server)  # before the worker: it would take up the scheduled run if a half hour strikes
        worker = server.start("worker", "worker", "start", "--pool", "veille", "--type", "process")
        run = _triggered(server)
        assert run["state"]["type"] == "COMPLETED", run["state"]
        _check_log(server, run["id"])
    finally:
        for process in (worker, serving):  # the worker first: a worker without its server hangs
            if process:
                stop(process)
    assert until("a clean stop", 10, lambda: not of_this_test(tmp_path))
    with duckdb.connect(str(home / "sahel.duckdb"), read_only=True) as con:
        assert con.execute("SELECT DISTINCT feed_id FROM articles").fetchall() == [("fleuve",)]
        assert con.execute("SELECT title FROM articles ORDER BY title LIMIT 1").fetchall() == [(small.GOSSI.title,)]
        assert con.execute("SELECT location, fatalities_low FROM events").fetchall() == [("Gossi", 12)]


def _is_up(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.api}/health", timeout=2):
            return True
    except OSError:
        return False


def _check_deployments(server: Server) -> None:
    """What prefect.yaml promises, and that the scheduler fills the schedule; which then rests, not to run meanwhile."""
    scheduled = server.call("GET", "/deployments/name/ingest/scheduled")
    assert scheduled["schedules"][0]["schedule"]["cron"] == "*/30 * * * *"
    assert scheduled["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert scheduled["global_concurrency_limit"]["limit"] == 1
    assert (
        server.call("GET", "/deployments/name/ingest/manual")["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    )
    assert (
        server.call("GET", "/deployments/name/gazetteer-update/manual")["entrypoint"]
        == "flows.gazetteer.gazetteer_update"
    )
    described = scheduled["parameter_openapi_schema"]["properties"]
    assert all(described[name].get("description") for name in ("feeds", "force", "now"))
    runs = until("a scheduled run", 40, lambda: server.runs("scheduled"))
    assert {run["state"]["type"] for run in runs} == {"SCHEDULED"}
    server.call("PATCH", f"/deployments/{scheduled['id']}", {"paused": True})


def _triggered(server: Server) -> dict[str, Any]:
    """A manual run with parameters, once it has ended."""
    manual = server.call("GET", "/deployments/name/ingest/manual")
    parameters = {"feeds": ["fleuve"], "force": True, "now": small.NOW.isoformat()}
    run = server.call("POST", f"/deployments/{manual['id']}/create_flow_run", {"parameters": parameters})

    def ended() -> Any:
        now = server.call("GET", f"/flow_runs/{run['id']}")
        return now if now["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    found: dict[str, Any] = until("the manual run", 60, ended)
    return found


def _check_log(server: Server, run_id: str) -> None:
    """Our own lines reach the UI, and the artifact stands there."""
    wanted = {"logs": {"flow_run_id": {"any_": [run_id]}}}
    lines = until(
        "the run's log", 15, lambda: [x for x in server.call("POST", "/logs/filter", wanted) if x["name"] == "veille"]
    )
    assert any("poll fleuve: ok" in line["message"] for line in lines)
    artifacts = server.call("POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["collecte"]}}})
    assert "nouveaux articles | 2" in artifacts[0]["data"]
    events = server.call("POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["evenements"]}}})
    assert "| nouveau | 2024-03-12 | Gossi (ML) |" in events[0]["data"]
    assert "](http://127.0.1." in events[0]["data"]
    assert server.call("GET", f"/flow_runs/{run_id}")["name"] == "fleuve, forced"
