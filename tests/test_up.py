"""`veille up` with the real server and worker: a run from the API, readers meanwhile, a clean stop, an unclean one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.up import marked
from tests import press as small
from tests.helpers import SETTINGS, ask
from veille.settings import ROOT

pytestmark = [pytest.mark.server, pytest.mark.slow]


class Up:
    """`veille up` in a process of its own."""

    def __init__(self, folder: Path, feeds: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = folder / "home"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "VEILLE_"))} | SETTINGS
        self.env |= {"VEILLE_HOME": str(self.home), "VEILLE_FEEDS": str(feeds), "PREFECT_WORKER_QUERY_SECONDS": "1"}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "up", "--port", str(self.port)], env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )  # fmt: skip
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError("".join(lines))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.process.stdout.read()
        code = self.process.wait(60)
        self.process.stdout.close()
        return code

    def call(self, method: str, path: str, body: Any = None) -> Any:
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api{path}", content, {"Content-Type": "application/json"}, method=method
        )
        for _ in range(40):
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 503:
                    raise
            time.sleep(0.5)
        raise AssertionError(path)

    def trigger(self, deployment: str, parameters: dict[str, Any]) -> str:
        found = self.call("GET", f"/deployments/name/{deployment}")
        return str(self.call("POST", f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})["id"])

    def ended(self, run_id: str) -> str:
        for _ in range(180):
            kind = str(self.call("GET", f"/flow_runs/{run_id}")["state"]["type"])
            if kind in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
                return kind
            time.sleep(0.5)
        raise AssertionError("the run does not end")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with small.press() as press:
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(press.feeds_toml(), "utf-8")
        it = Up(tmp_path, feeds)
        yield it
        if it.process and it.process.poll() is None:
            it.process.kill()
            it.process.wait()
        for pid in marked(it.home):
            os.kill(pid, signal.SIGKILL)


def test_up_runs_deployments_and_leaves_nothing_behind(up: Up) -> None:
    up.start()
    names = {d["name"] for d in up.call("POST", "/deployments/filter", {})}
    assert names == {"scheduled", "manual", "nightly"}
    run_id = up.trigger("ingest/manual", {"feeds": ["fleuve"], "force": True, "now": small.NOW.isoformat()})
    assert up.ended(run_id) == "COMPLETED"
    assert ask(up.home, "SELECT location FROM events") == [("Gossi",)]
    again = subprocess.run(
        [sys.executable, "-m", "flows.cli", "up"], env=up.env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert (again.returncode, "up already" in again.stderr) == (1, True)
    assert up.stop() == 0
    assert marked(up.home) == {}


def test_up_after_an_unclean_stop_takes_the_place_of_what_was_left(up: Up) -> None:
    up.start()
    run_id = up.trigger("relink/nightly", {})
    assert up.ended(run_id) in ("COMPLETED", "FAILED")
    assert up.process is not None
    up.process.kill()
    up.process.wait()
    assert up.process.stdout is not None
    up.process.stdout.close()
    left = marked(up.home)
    assert left
    up.start()
    assert not left.keys() & marked(up.home).keys()
    states = {r["state"]["type"] for r in up.call("POST", "/flow_runs/filter", {})}
    assert "RUNNING" not in states
    assert up.stop(signal.SIGINT) == 0
    assert marked(up.home) == {}
