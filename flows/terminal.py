"""Running a flow from a terminal: no server to set up, no noise, one line of progress and a table at the end."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from veille import settings as config
from veille.errors import VeilleError
from veille.feedlist import load_feeds, select

WIDTH = 78


def quiet_prefect() -> None:
    """Prefect without a server of its own: its files under VEILLE_HOME, its log only where something is wrong."""
    if not os.environ.get("PREFECT_API_URL"):
        home = config.load().home / "prefect"
        with contextlib.suppress(
            OSError
        ):  # Prefect makes no parent folders; a home that cannot be written is told later
            home.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")


def say(text: str) -> None:
    """A line that must be seen, terminal or not."""
    clear()
    print(f"veille: {text}", file=sys.stderr)


def clear() -> None:
    """Wipe the line of progress."""
    progress("")
    if sys.stderr.isatty():
        sys.stderr.write("\r")


def progress(text: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text[:WIDTH]:<{WIDTH}}")
        sys.stderr.flush()


def run_ingest(feeds: list[str] | None, force: bool, now: dt.datetime | None) -> int:
    """Run the flow here; prints its table. 0 if it ended, 1 if every feed that it tried failed."""
    _refuse_unknown(feeds)
    quiet_prefect()
    warnings.simplefilter("ignore")
    progress("starting")
    from flows import ingest as module
    from flows.report import counts_table

    _end_cleanly()
    logging.getLogger("veille").setLevel(logging.ERROR)
    module.set_progress(progress, say)
    begun = time.monotonic()
    failed: VeilleError | None = None
    try:
        module.ingest(feeds=feeds, force=force, now=now)
    except VeilleError as error:
        failed = error
    finally:
        clear()
    if done := module.last_run():
        print(counts_table(*done, time.monotonic() - begun))
    if failed is not None:
        raise failed
    return 0


def _refuse_unknown(feeds: list[str] | None) -> None:
    """Say at once, not after Prefect has started, that a feed is not declared."""
    declared = load_feeds(config.load().feeds)
    if feeds:
        select(declared, feeds)


def _end_cleanly() -> None:
    """SIGTERM ends a run as Ctrl-C does; what Prefect's own server has to say goes to a file.

    Ctrl-C reaches every process of a terminal, and the server answers it with a traceback: it is started with the
    signal held back, and ended by Prefect when the run ends.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if os.environ.get("PREFECT_API_URL"):
        return
    from prefect.server.api import server

    def popen(**options: Any) -> subprocess.Popen[bytes]:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited by what is started now
        try:
            with (Path(os.environ["PREFECT_HOME"]) / "server.log").open("ab") as noise:
                started: subprocess.Popen[bytes] = subprocess.Popen(**options, stdout=noise, stderr=noise)
                return started
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    server.__dict__["subprocess"] = SimpleNamespace(**{**vars(subprocess), "Popen": popen})
