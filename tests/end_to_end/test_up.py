"""`veille up` with the real server and worker: runs by schedule, API and browser, readers meanwhile, clean and unclean stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import browser
from tests import press as small
from tests.helpers import ask
from tests.loopback import Handler, serving
from tests.up import Up
from veille.settings import ROOT
from veille_sahel.service.processes import marked

pytestmark = [pytest.mark.server, pytest.mark.slow]
WATCHES = """
deaths = 10
[[watches]]
name = "Gourma"
latitude = 15.8
longitude = -1.3
radius_km = 50
"""


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with small.press() as press:
        feeds, watches = tmp_path / "feeds.toml", tmp_path / "watches.toml"
        feeds.write_text(press.feeds_toml(), "utf-8")
        watches.write_text(WATCHES, "utf-8")
        it = Up(tmp_path, feeds, VEILLE_WATCHES=str(watches))
        yield it
        if it.process and it.process.poll() is None:
            it.process.kill()
            it.process.wait()
        for pid in marked(it.home):
            os.kill(pid, signal.SIGKILL)


def until(what: str, seconds: float, look: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.5)


def test_up_runs_deployments_notifies_and_leaves_nothing_behind(up: Up) -> None:
    told: list[dict[str, str]] = []

    def hook(handler: Handler) -> None:
        told.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.send(200, b"ok")

    with serving("127.0.1.67") as (site,):
        site.answers["/hook"] = hook
        up.start()
        names = {d["name"] for d in up.call("POST", "/deployments/filter", {})}
        assert names == {"scheduled", "manual", "nightly"}
        up.webhook(site.url("/hook"))
        errand = [sys.executable, "-m", "veille_sahel.service.server_jobs", "automations"]
        api = up.env | {"PREFECT_API_URL": f"http://127.0.0.1:{up.port}/api"}
        subprocess.run(errand, env=api, cwd=ROOT, check=True, timeout=60, capture_output=True)
        run_id = up.trigger("ingest/manual", {"feeds": ["fleuve"], "force": True, "now": small.NOW.isoformat()})
        assert up.ended(run_id) == "COMPLETED"
        assert ask(up.home, "SELECT location FROM events") == [("Gossi",)]
        until("the notifications", 20, lambda: len(told) >= 2)
        failed = up.trigger("ingest/manual", {"feeds": ["muet"], "force": True, "now": small.NOW.isoformat()})
        assert up.ended(failed) == "FAILED"
        until("the notification of the failed run", 20, lambda: len(told) >= 3)
    assert sorted(t["body"].split(" :")[0] for t in told[:2]) == ["lourd bilan", "veille « Gourma »"]
    assert all("Gossi (ML), 2024-03-12, 12 morts" in t["body"] for t in told[:2])
    assert told[2]["subject"] == "Veille Sahel : une collecte a échoué"
    assert "none of the 1 feeds could be had" in told[2]["body"]
    assert ask(up.home, "SELECT kind, watch FROM alerts ORDER BY ALL") == [("deadly", ""), ("watched", "Gourma")]
    again = subprocess.run(
        [sys.executable, "-m", "veille_sahel", "up"], env=up.env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert (again.returncode, "up already" in again.stderr) == (1, True)
    assert up.stop() == 0
    assert marked(up.home) == {}


def test_a_scheduled_run_and_one_from_the_browser_while_people_read(up: Up) -> None:
    browser.chromium()
    up.start()
    up.every("ingest/scheduled", 10)
    until("a scheduled run", 60, lambda: any(r["state"]["type"] == "COMPLETED" for r in up.runs("scheduled")))
    scheduled = up.call("GET", "/deployments/name/ingest/scheduled")
    up.call("PATCH", f"/deployments/{scheduled['id']}", {"paused": True})
    manual = up.call("GET", "/deployments/name/ingest/manual")
    seen: list[int] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.append(ask(up.home, "SELECT count(*) FROM articles")[0][0])

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        ui = f"http://127.0.0.1:{up.port}"
        with browser.page(f"{ui}/deployments/deployment/{manual['id']}/run") as page:
            browser.submit_run(page, ["fleuve", "plateau"])
            until("the run that was submitted", 20, lambda: up.runs("manual"))
            (run,) = up.runs("manual")
            text = browser.run_to_its_end(page, f"{ui}/runs/flow-run/{run['id']}")
    finally:
        is_over.set()
        reader.join()
    assert "fleuve, plateau, forced" in text
    assert "poll plateau" in text
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert seen[-1] > 0
    assert run["parameters"] == {"feeds": ["fleuve", "plateau"], "force": True, "now": None}
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
