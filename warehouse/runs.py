"""Runs and their ledger."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from veille.codes import FlowName
from warehouse.store import Con, Loaded, Transaction, rows

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
#: Runs of ingest are so many that their ids are kept short.
_PREFIXES = {FlowName.INGEST: "r"}


def new_run_id(flow: FlowName, now: dt.datetime) -> str:
    """Return an id for a run that nothing else has, with its flow and present in it for those who read logs."""
    return f"{_PREFIXES.get(flow, flow)}-{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"


def flow_of(line: Mapping[str, str]) -> str:
    """Return the flow that wrote a line of the journal; lines of before it was noted tell by their run's id."""
    prefix = line["run_id"].split("-")[0]
    return line.get("flow") or next((flow for flow, p in _PREFIXES.items() if p == prefix), prefix)


def close_run(
    tx: Transaction,
    flow: FlowName,
    ended_at: dt.datetime,
    counts: Mapping[str, int],
    ledger: Sequence[tuple[str, Loaded]],
) -> None:
    """Write the row of a run and its ledger (table, what it brought), inside the run's transaction."""
    row = {
        "run_id": tx.run_id,
        "flow": flow,
        "started_at": tx.now,
        "ended_at": ended_at,
        "status": "completed",
        "seconds": round((ended_at - tx.now).total_seconds(), 1),
    }
    tx.insert("store.runs", [{**row, **{k: counts.get(k, 0) for k in _COUNTS}}])
    tx.insert(
        "store.ledger",
        ({"run_id": tx.run_id, "at": tx.now, "table_name": name, **loaded._asdict()} for name, loaded in ledger),
    )


def committed_runs(con: Con) -> set[str]:
    """Return the ids of the runs whose transaction committed."""
    return {r["run_id"] for r in rows(con, "SELECT run_id FROM store.runs")}


def add_lost_runs(tx: Transaction, lines: Sequence[Mapping[str, str]]) -> None:
    """Write the rows of runs that lines of the journal alone remember."""
    known = committed_runs(tx.con)
    lost = {x["run_id"]: x for x in lines if x["run_id"] not in known}
    tx.insert(
        "store.runs",
        (
            {"run_id": run_id, "flow": flow_of(x), "started_at": x["at"], "status": "completed"}
            for run_id, x in lost.items()
        ),
    )
