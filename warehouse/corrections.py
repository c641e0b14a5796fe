"""What analysts decided, and what moved: corrections, reassigned mentions, and the ids that they leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from veille.codes import Change
from veille.events.constraints import Constraints, constraints_of
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


def of_journal(line: dict[str, Any]) -> Correction:
    """Return the correction of a journal line, as it was made (not undone)."""
    values: dict[str, Any] = {name: line[name] for name in ("correction_id", "event_id", "other_id", "why", "author")}
    values |= {name: tuple((m, a) for m, a in line[name]) for name in ("moved", "kept")}
    values |= {"what": Change(line["kind"])}
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


def drop_unpublished(tx: Transaction, published: Collection[str]) -> None:
    """Drop what became of ids that were in nobody's hands: a rebuild made and emptied them on its way."""
    for table in ("event_aliases", "deleted_events"):
        query = f"DELETE FROM store.{table} WHERE old_id NOT IN (SELECT unnest($ids::VARCHAR[]))"  # noqa: S608 - ours
        tx.con.execute(query, {"ids": sorted(published)})


def resolve_lost(
    tx: Transaction,
    founded: Sequence[Row],
    went: Mapping[str, str],
    aliases: Mapping[str, str],
    deleted: Mapping[str, str],
    taken: Mapping[str | None, str],
) -> None:
    """Resolve ids of the journal that a rebuild made nothing of: to an event, or to why there is none.

    `founded` are the foundings (old_id, mention_id, article_id), `went` where reports went by the journal, `aliases` and
    `deleted` what an old file knew, `taken` why articles were taken down.
    """
    live = {r["event_id"] for r in rows(tx.con, "SELECT event_id FROM store.events")}
    _leave_deleted(tx, live, deleted)
    known = live | {r["old_id"] for r in rows(tx.con, "FROM store.event_aliases")}
    known |= {r["old_id"] for r in rows(tx.con, "FROM store.deleted_events")}
    tx.stage("founded", [f for f in founded if f["old_id"] not in known])
    by_report = {r["old_id"]: r["event_id"] for r in tx.ask("resolve_lost")}
    article_of = {f["old_id"]: f["article_id"] for f in founded}
    asked = {f["old_id"] for f in founded} | set(went) | set(went.values()) | set(aliases) | set(deleted)
    resolved_to, gone = {}, []
    for old_id in sorted(asked - known):
        target = aliases.get(old_id)
        if target not in live and old_id not in deleted:
            target = _end_of(old_id, went, live) or by_report.get(old_id)
        if target in live:
            resolved_to[old_id] = target
        else:
            reread = "reread: the rules of now read no such event"
            why = f"forgotten: {taken[article_of[old_id]]}" if article_of.get(old_id) in taken else reread
            gone.append({"old_id": old_id, "why": deleted.get(old_id, why)})
    tx.insert("store.event_aliases", ({"old_id": a, "event_id": b} for a, b in resolved_to.items()))
    tx.insert("store.deleted_events", ({**g, "deleted_at": tx.now, "run_id": tx.run_id} for g in gone))


def _leave_deleted(tx: Transaction, live: Collection[str], deleted: Mapping[str, str]) -> None:
    """What an old file told to be taken down or taken back stays so, although its reports' last way led elsewhere."""
    ended = {e: why for e, why in deleted.items() if e not in live and why.startswith(("forgotten", "retracted"))}
    gone = [r["old_id"] for r in rows(tx.con, "FROM store.event_aliases") if r["old_id"] in ended]
    tx.con.execute("DELETE FROM store.event_aliases WHERE old_id IN (SELECT unnest($ids::VARCHAR[]))", {"ids": gone})
    lost = ({"old_id": e, "why": ended[e], "deleted_at": tx.now, "run_id": tx.run_id} for e in gone)
    tx.insert("store.deleted_events", lost)


def _end_of(event_id: str, went: Mapping[str, str], live: Collection[str]) -> str | None:
    """Follow an id to an event that is there; None where the way ends or goes round."""
    seen = {event_id}
    while (event_id := went.get(event_id, "")) and event_id not in seen:
        if event_id in live:
            return event_id
        seen.add(event_id)
    return None


def constraints(con: Con) -> Constraints:
    """Return what the corrections that stand ask of linking; their mentions by their chains, their events as they resolve."""
    found = corrections(con)
    named = sorted({m for c in found for m, _ in (*c.moved, *c.kept)})
    bound = constraints_of(found, roots_of(con, named))
    aliases = {r["old_id"]: r["event_id"] for r in rows(con, "SELECT old_id, event_id FROM store.event_aliases")}
    return replace(bound, must_link={m: aliases.get(e, e) for m, e in bound.must_link.items()})


def roots_of(con: Con, mention_ids: Sequence[str]) -> dict[str, str]:
    """Return the roots of the chains of those of these mentions that are there."""
    query = "SELECT mention_id, root_id FROM store.mentions WHERE mention_id IN (SELECT unnest($ids::VARCHAR[]))"
    return {r["mention_id"]: r["root_id"] for r in rows(con, query, {"ids": list(mention_ids)})}


def deleted(con: Con, event_id: str) -> str | None:
    """Return why nothing is left of an event that once was; None where it resolves, or never was."""
    found = rows(con, "SELECT why FROM store.deleted_events WHERE old_id = $id", {"id": event_id})
    return str(found[0]["why"]) if found else None


def resolved(con: Con, event_id: str) -> str | None:
    """Return the event that an id stands for now; None if there never was one of that id."""
    if rows(con, "SELECT 1 FROM store.events WHERE event_id = $id", {"id": event_id}):
        return event_id
    alias = rows(con, "SELECT event_id FROM store.event_aliases WHERE old_id = $id", {"id": event_id})
    return str(alias[0]["event_id"]) if alias else None
