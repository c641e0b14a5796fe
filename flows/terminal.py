"""Running a flow from a terminal: no server to set up, no noise, one line of progress and a table at the end."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import sys
import time
import warnings

from veille import settings as config
from veille.errors import VeilleError, WorkFailed

WIDTH = 78


def quiet_prefect() -> None:
    """Prefect without a server of its own: its files under VEILLE_HOME, its log only where something is wrong."""
    if not os.environ.get("PREFECT_API_URL"):
        home = config.load().home / "prefect"
        with contextlib.suppress(OSError):  # Prefect makes no parent folders; a home that cannot be written is told later
            home.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")


def progress(text: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text[:WIDTH]:<{WIDTH}}")
        sys.stderr.flush()


def run_ingest(feeds: list[str] | None, force: bool, now: dt.datetime | None) -> int:
    """Run the flow here; prints its table. 0 if it ended, 1 if every feed that it tried failed."""
    quiet_prefect()
    warnings.simplefilter("ignore")
    from flows import ingest as module
    from flows.report import counts_table

    logging.getLogger("veille").setLevel(logging.WARNING)
    module.set_progress(progress)
    begun = time.monotonic()
    failed: VeilleError | None = None
    try:
        module.ingest(feeds=feeds, force=force, now=now)
    except VeilleError as error:
        failed = error
    progress("")
    if sys.stderr.isatty():
        sys.stderr.write("\r")
    done = module.last_run()
    if done is not None:
        counts, failures = done
        print(counts_table(counts, failures, time.monotonic() - begun))
    if failed is not None:
        if isinstance(failed, WorkFailed) and done is not None:
            print(f"veille: {failed}", file=sys.stderr)
            return 1
        raise failed
    return 0
