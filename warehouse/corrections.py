"""What analysts decided, and what moved: corrections, the moves of a repair, and the ids that they leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from veille.records.linking import Correction, Move
from warehouse.events import add_evidence
from warehouse.store import Row, insert, rows, run

Con = duckdb.DuckDBPyConnection


def corrections(con: Con) -> list[Correction]:
    """Every correction, oldest first; those undone are marked."""
    found = rows(con, 'SELECT * FROM store.corrections ORDER BY "at", correction_id')
    return [Correction(**{**r, "moved": _pairs(r["moved"]), "kept": _pairs(r["kept"])}) for r in found]


def _pairs(value: Sequence[Row] | None) -> tuple[tuple[str, str], ...]:
    return tuple((p["mention_id"], p["article_id"]) for p in value or ())


def add_correction(con: Con, c: Correction, scratch: Path) -> None:
    """Store a correction."""

    def stored(pairs: Iterable[tuple[str, str]]) -> list[Row]:
        return [{"mention_id": m, "article_id": a} for m, a in pairs]

    row = {name: getattr(c, name) for name in Correction.__slots__}
    insert(con, "store.corrections", [{**row, "moved": stored(c.moved), "kept": stored(c.kept)}], scratch)


def mark_undone(con: Con, correction_id: str) -> None:
    """The correction rules no longer."""
    con.execute("UPDATE store.corrections SET is_undone = true WHERE correction_id = ?", [correction_id])


def journal_line(c: Correction) -> dict[str, Any]:
    """A correction as the journal keeps it, without its time, which is the line's."""
    row = {name: getattr(c, name) for name in Correction.__slots__ if name not in ("is_undone", "at", "what")}
    return {**row, "kind": c.what, "moved": [list(p) for p in c.moved], "kept": [list(p) for p in c.kept]}


def of_journal(line: dict[str, Any], undone: Collection[str]) -> Correction:
    """The correction of a journal line; `undone` are the ids of those taken back."""
    values: dict[str, Any] = {name: line[name] for name in ("correction_id", "event_id", "other_id", "why", "author")}
    values |= {name: tuple((m, a) for m, a in line[name]) for name in ("moved", "kept")}
    values |= {"what": line["kind"], "is_undone": line["correction_id"] in undone}
    return Correction(at=dt.datetime.fromisoformat(line["at"]), **values)


def save_moves(con: Con, moves: Sequence[Move], now: dt.datetime, author: str, scratch: Path) -> list[str]:
    """Store moves: links, evidence, aliases of emptied events, history. Returns the events touched."""
    if not moves:
        return []
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved (mention_id VARCHAR, from_id VARCHAR, to_id VARCHAR, confidence DOUBLE)"
    )
    staged = (
        {"mention_id": m.mention_id, "from_id": m.from_id, "to_id": m.to_id, "confidence": m.confidence} for m in moves
    )
    insert(con, "moved", staged, scratch)
    run(con, "queries/save_moves")
    add_evidence(con, ((m.to_id, m.mention_id, m.evidence) for m in moves), scratch)
    told = dict.fromkeys((m.to_id, m.what, m.from_id, m.why) for m in moves)
    insert(
        con,
        "store.event_history",
        (
            {"event_id": event_id, "at": now, "what": what, "other_id": other, "why": why, "author": author}
            for to_id, what, from_id, why in told
            for event_id, other in ((to_id, from_id), (from_id, to_id))
        ),
        scratch,
    )
    return sorted({e for m in moves for e in (m.from_id, m.to_id)})


def resolve_lost(con: Con, founded: Sequence[Row], scratch: Path) -> None:
    """Make the ids of foundings (old_id, mention_id, article_id) that no event bears resolve to where that report is now."""
    con.execute("CREATE OR REPLACE TEMP TABLE founded (old_id VARCHAR, mention_id VARCHAR, article_id VARCHAR)")
    insert(con, "founded", founded, scratch)
    run(con, "queries/resolve_lost")


def resolved(con: Con, event_id: str) -> str | None:
    """The event that an id stands for now; None if there never was one of that id."""
    if rows(con, "SELECT 1 FROM store.events WHERE event_id = $id", {"id": event_id}):
        return event_id
    alias = rows(con, "SELECT event_id FROM store.event_aliases WHERE old_id = $id", {"id": event_id})
    return str(alias[0]["event_id"]) if alias else None
