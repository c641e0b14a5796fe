"""The ingest flow from a terminal: for the commands that run it (ingest, demo, retry)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time

from veille import settings as config
from veille.feedlist import load_feeds, select
from veille_sahel.terminal import TERMINAL, apart, clear, end_cleanly, progress, quiet_prefect


def run_ingest(feeds: list[str] | None, force: bool, now: dt.datetime | None) -> int:
    """Run the flow here, and print its table, with the seconds of the whole command. Raises what the flow raises."""
    declared = load_feeds(config.load().feeds)
    if feeds:
        select(declared, feeds)  # said at once, not after Prefect has started
    begun = time.monotonic()
    quiet_prefect()
    progress("starting")
    with apart():
        from flows.ingest import ingest_flow
        from flows.report import Report, counts_table

        end_cleanly()

        def report(done: Report) -> None:
            clear()
            print(counts_table(dataclasses.replace(done, seconds=time.monotonic() - begun)))

        try:
            ingest_flow(TERMINAL, report)(feeds=feeds, force=force, now=now)
        finally:
            clear()
    return 0
