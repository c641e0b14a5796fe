"""`veille up` in a process of its own, with what tests and campaigns ask of it over the API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.helpers import SETTINGS
from tests.loopback import free_port
from veille.settings import ROOT

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


class Up:
    """`veille up` in a process of its own."""

    def __init__(self, folder: Path, feeds: Path, **settings: str) -> None:
        self.port = free_port()
        self.home = folder / "home"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "VEILLE_"))} | SETTINGS
        self.env |= {"VEILLE_HOME": str(self.home), "VEILLE_FEEDS": str(feeds), "PREFECT_WORKER_QUERY_SECONDS": "1"}
        self.env |= {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3", **settings}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "veille_sahel", "up", "--port", str(self.port)], env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
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
            except TimeoutError:  # a server that is busy: what only asks may ask again
                if method != "GET":
                    raise
            time.sleep(0.5)
        raise AssertionError(path)

    def trigger(self, deployment: str, parameters: dict[str, Any]) -> str:
        found = self.call("GET", f"/deployments/name/{deployment}")
        return str(self.call("POST", f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})["id"])

    def state(self, run_id: str) -> str:
        return str(self.call("GET", f"/flow_runs/{run_id}")["state"]["type"])

    def ended(self, run_id: str, seconds: float = 90) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (kind := self.state(run_id)) in ENDED:
                return kind
            time.sleep(0.5)
        raise AssertionError("the run does not end")

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        """The runs of a deployment such as "scheduled", the newest first."""
        wanted = {"deployments": {"name": {"any_": [deployment]}}, "sort": "START_TIME_DESC"}
        found: list[dict[str, Any]] = self.call("POST", "/flow_runs/filter", wanted)
        return found

    def every(self, deployment: str, seconds: int) -> None:
        """Another schedule for a deployment, for who cannot wait for half an hour."""
        found = self.call("GET", f"/deployments/name/{deployment}")
        body = [{"active": True, "schedule": {"interval": seconds}}]
        self.call("POST", f"/deployments/{found['id']}/schedules", body)

    def webhook(self, url: str) -> None:
        """The notification block "veille": a webhook that posts subject and body as JSON."""
        kind = self.call("GET", "/block_types/slug/custom-webhook")
        (schema, *_) = self.call(
            "POST", "/block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
        )
        data = {
            "name": "veille",
            "url": url,
            "method": "POST",
            "json_data": {"subject": "{{subject}}", "body": "{{body}}"},
        }
        block = {"name": "veille", "block_type_id": kind["id"], "block_schema_id": schema["id"], "data": data}
        self.call("POST", "/block_documents/", block)
