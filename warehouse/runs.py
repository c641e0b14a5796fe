"""Runs, their ledger, and the next looks at articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.store import insert

Con = duckdb.DuckDBPyConnection
_COUNTS = (
    "feeds_polled",
    "feeds_failed",
    "feeds_unchanged",
    "items_new",
    "articles_new",
    "revisions_new",
    "copies",
    "rejected",
    "pending",
    "events_new",
    "events_updated",
)


def close_run(
    con: Con,
    run_id: str,
    flow: str,
    started_at: dt.datetime,
    ended_at: dt.datetime,
    counts: Mapping[str, int],
    ledger: Sequence[Mapping[str, Any]],
    scratch: Path,
) -> None:
    """Write the row of a run and its ledger, inside the run's transaction."""
    seconds = round((ended_at - started_at).total_seconds(), 1)
    row = {
        "run_id": run_id,
        "flow": flow,
        "started_at": started_at,
        "ended_at": ended_at,
        "status": "completed",
        "seconds": seconds,
    }
    insert(con, "store.runs", [{**row, **{k: counts.get(k, 0) for k in _COUNTS}}], scratch)
    insert(con, "store.ledger", ledger, scratch)


def committed_runs(con: Con) -> set[str]:
    """The ids of the runs whose transaction committed."""
    return {r[0] for r in con.execute("SELECT run_id FROM store.runs").fetchall()}


def set_looks(con: Con, looks: Mapping[str, dt.datetime | None], scratch: Path) -> None:
    """Set when the pages of these articles are looked at again; None for never."""
    con.execute("CREATE OR REPLACE TEMP TABLE staged_looks (article_id VARCHAR, next_look_at TIMESTAMPTZ)")
    insert(con, "staged_looks", ({"article_id": k, "next_look_at": v} for k, v in looks.items()), scratch)
    con.execute(
        "UPDATE store.articles a SET next_look_at = s.next_look_at FROM staged_looks s WHERE s.article_id = "
        "a.article_id"
    )
