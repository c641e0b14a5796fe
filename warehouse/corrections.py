"""What analysts decided, and what moved: corrections, reassigned mentions, and the ids that they leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from veille.codes import Change
from veille.records.linking import Correction, Reassignment
from warehouse.events import add_evidence, add_history
from warehouse.store import Con, Row, Transaction, rows


def corrections(con: Con) -> list[Correction]:
    """Return every correction, oldest first; those undone are marked."""
    found = rows(con, 'SELECT * FROM store.corrections ORDER BY "at", correction_id')
    return [
        Correction(**{**r, "what": Change(r["what"]), "moved": _pairs(r["moved"]), "kept": _pairs(r["kept"])})
        for r in found
    ]


def _pairs(value: Sequence[Row] | None) -> tuple[tuple[str, str], ...]:
    return tuple((p["mention_id"], p["article_id"]) for p in value or ())


def add_correction(tx: Transaction, c: Correction) -> None:
    """Store a correction."""

    def stored(pairs: Iterable[tuple[str, str]]) -> list[Row]:
        return [{"mention_id": m, "article_id": a} for m, a in pairs]

    row = {name: getattr(c, name) for name in Correction.__slots__}
    tx.insert("store.corrections", [{**row, "moved": stored(c.moved), "kept": stored(c.kept)}])


def mark_undone(con: Con, correction_id: str) -> None:
    """Let a correction rule no longer."""
    con.execute("UPDATE store.corrections SET is_undone = true WHERE correction_id = ?", [correction_id])


def journal_line(c: Correction) -> dict[str, Any]:
    """Return a correction as the journal keeps it, without its time, which is the line's."""
    row = {name: getattr(c, name) for name in Correction.__slots__ if name not in ("is_undone", "at", "what")}
    return {**row, "kind": c.what, "moved": [list(p) for p in c.moved], "kept": [list(p) for p in c.kept]}


def of_journal(line: dict[str, Any], undone: Collection[str]) -> Correction:
    """Return the correction of a journal line; `undone` are the ids of those taken back."""
    values: dict[str, Any] = {name: line[name] for name in ("correction_id", "event_id", "other_id", "why", "author")}
    values |= {name: tuple((m, a) for m, a in line[name]) for name in ("moved", "kept")}
    values |= {"what": Change(line["kind"]), "is_undone": line["correction_id"] in undone}
    return Correction(at=dt.datetime.fromisoformat(line["at"]), **values)


def save_reassignments(tx: Transaction, moves: Sequence[Reassignment], author: str) -> list[str]:
    """Store reassigned mentions: links, evidence, aliases of emptied events, history. Returns the events touched."""
    if not moves:
        return []
    tx.stage(
        "moved",
        (
            {"mention_id": m.mention_id, "from_id": m.from_id, "to_id": m.to_id, "confidence": m.confidence}
            for m in moves
        ),
    )
    tx.run("save_moves")
    add_evidence(tx, ((m.to_id, m.mention_id, m.evidence) for m in moves))
    told = dict.fromkeys((m.to_id, m.what, m.from_id, m.why) for m in moves)
    add_history(
        tx,
        (
            {"event_id": event_id, "what": what, "other_id": other, "why": why, "author": author}
            for to_id, what, from_id, why in told
            for event_id, other in ((to_id, from_id), (from_id, to_id))
        ),
    )
    return sorted({e for m in moves for e in (m.from_id, m.to_id)})


def resolve_lost(tx: Transaction, founded: Sequence[Row]) -> None:
    """Make ids that no event bears resolve to where their founding report is now (old_id, mention_id, article_id)."""
    tx.stage("founded", founded)
    tx.run("resolve_lost")


def resolved(con: Con, event_id: str) -> str | None:
    """Return the event that an id stands for now; None if there never was one of that id."""
    if rows(con, "SELECT 1 FROM store.events WHERE event_id = $id", {"id": event_id}):
        return event_id
    alias = rows(con, "SELECT event_id FROM store.event_aliases WHERE old_id = $id", {"id": event_id})
    return str(alias[0]["event_id"]) if alias else None
