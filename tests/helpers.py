"""What several tests share: a run of the real flow, a command in this process, rows of a file."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from tests import press as small

SETTINGS = {"VEILLE_HOST_DELAY": "0", "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24"}
Rows = list[tuple[Any, ...]]


class Loaded(NamedTuple):
    """A press, and a home that holds its first run."""

    press: small.Press
    home: Path
    feeds: Path


def use(patch: pytest.MonkeyPatch, home: Path, feeds: Path) -> None:
    for name, value in {**SETTINGS, "VEILLE_HOME": str(home), "VEILLE_FEEDS": str(feeds)}.items():
        patch.setenv(name, value)


def run(now: dt.datetime, force: bool = True) -> dict[str, int]:
    """Run the flow in this process; its counts."""
    from flows.ingest import ingest

    counts: dict[str, int] = ingest(force=force, now=now)
    return counts


def ask(home: Path, query: str) -> Rows:
    con = duckdb.connect(str(home / "sahel.duckdb"), read_only=True)
    try:
        return con.execute(query).fetchall()
    finally:
        con.close()


def command(*args: str) -> int:
    """The command in this process, with what it sets put back."""
    from veille_sahel.cli import main

    before, environ = signal.getsignal(signal.SIGTERM), dict(os.environ)
    logging.disable(logging.CRITICAL)  # a command silences Prefect as it is imported; here it was already
    try:
        return main(args)
    finally:
        logging.disable(logging.NOTSET)
        signal.signal(signal.SIGTERM, before)
        os.environ.clear()
        os.environ.update(environ)


#: A property over a database is slow by its nature, and shares its file on purpose.
OVER_DB = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def many(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return con.execute(query).fetchall()
