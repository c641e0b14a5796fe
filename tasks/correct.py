"""An analyst's corrections: two events merged, one split, the last correction taken back; recorded with author and reason."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from veille.codes import Change, FlowName, Role
from veille.errors import SettingError
from veille.records.linking import ANALYST, Correction, Evidence, Reassignment, Report
from veille.settings import Settings
from warehouse import articles, corrections, events
from warehouse.session import Say, Session, write

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: between which events, and how many reports moved."""

    correction: Correction
    n_moved: int


def merge_events(settings: Settings, into: str, other: str, why: str, say: Say) -> Corrected:
    """Put all reports of `other` into `into`; the other id resolves there. SettingError: unknown ids, no reason."""
    _needs_reason("merge", why)
    with write(settings, FlowName.MERGE, say) as session:
        a, b = _known(session, "merge", into), _known(session, "merge", other)
        if a == b:
            raise SettingError(f"merge: {into} and {other} are one event already ({a})")
        members = events.members_of(session.tx, (a, b))
        moved, kept = _pairs(members.get(b, ())), _pairs(members.get(a, ()))
        return _carry_out(session, _correction(session, Change.MERGED, a, b, moved, kept, why))


def split_event(settings: Settings, event: str, wanted: Sequence[str], why: str, say: Say) -> Corrected:
    """Take the reports of some articles out of an event into one of their own.

    SettingError: unknown ids, no reason, articles that do not report it, or nothing but recalls on either side.
    """
    _needs_reason("split", why)
    with write(settings, FlowName.SPLIT, say) as session:
        e = _known(session, "split", event)
        members = events.members_of(session.tx, (e,)).get(e, [])
        held = {r.article_id for r in members}
        ids = [articles.id_of(session.tx.con, a) for a in wanted]
        for given, article_id in zip(wanted, ids, strict=True):
            if article_id not in held:
                raise SettingError(f"split: {given} reports no incident of {e}; it holds {', '.join(sorted(held))}")
        out = [r for r in members if r.article_id in ids]
        kept = [r for r in members if r not in out]
        if not any(r.role != Role.BACKGROUND for r in kept):
            raise SettingError(f"split: nothing but recalls would be left of {e}; name fewer articles")
        if not any(r.role != Role.BACKGROUND for r in out):
            raise SettingError(f"split: {', '.join(wanted)} only recall {e}; an event needs a report of its own")
        fresh = "e-" + hashlib.sha256(f"split|{e}|{session.tx.run_id}".encode()).hexdigest()[:12]
        return _carry_out(session, _correction(session, Change.SPLIT, e, fresh, _pairs(out), _pairs(kept), why))


def undo_correction(settings: Settings, say: Say) -> Corrected:
    """Take back the last correction that stands. SettingError: there is none."""
    with write(settings, FlowName.UNDO, say) as session:
        standing = [c for c in corrections.corrections(session.tx.con) if not c.is_undone]
        if not standing:
            raise SettingError("undo: no correction stands; `veille merge` and `veille split` make them")
        last = standing[-1]
        is_merge, back = last.what == Change.MERGED, last.source
        ids = [m for m, _ in last.moved]
        there = events.events_of(session.tx.con, ids)
        moves = [(m, there[m], back) for m in ids if m in there and there[m] != back]
        corrections.mark_undone(session.tx.con, last.correction_id)
        session.enter(Change.UNDONE, correction_id=last.correction_id, author=author())
        _reassign(session, moves, Change.SPLIT if is_merge else Change.MERGED, f"undone: {last.why}")
        return Corrected(last, len(moves))


def author() -> str:
    """Return who is at the terminal, for the journal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "analyst"


def _needs_reason(command: str, why: str) -> None:
    if not why.strip():
        example = '--why "two attacks, a day apart"'
        raise SettingError(f"{command}: --why is empty; say in a few words why, such as {example}")


def _known(session: Session, command: str, event_id: str) -> str:
    found = corrections.resolved(session.tx.con, event_id)
    if found is None:
        raise SettingError(f'{command}: no event {event_id!r}; find ids with `veille sql "FROM events"`')
    return found


def _pairs(reports: Sequence[Report]) -> Pairs:
    return tuple((r.mention_id, r.article_id) for r in reports)


def _correction(
    session: Session, what: Change, event_id: str, other_id: str, moved: Pairs, kept: Pairs, why: str
) -> Correction:
    key = f"{what}|{event_id}|{other_id}|{session.tx.run_id}"
    ident = "k-" + hashlib.sha256(key.encode()).hexdigest()[:12]
    return Correction(ident, session.tx.now, what, event_id, other_id, moved, kept, why.strip(), author())


def _carry_out(session: Session, c: Correction) -> Corrected:
    corrections.add_correction(session.tx, c)
    session.enter(Change.CORRECTED, **corrections.journal_line(c))
    _reassign(session, [(m, c.source, c.target) for m, _ in c.moved], c.what, c.why)
    return Corrected(c, len(c.moved))


def _reassign(session: Session, moves: Sequence[tuple[str, str, str]], what: Change, why: str) -> None:
    who = author()
    evidence = (Evidence(ANALYST, f"{who}: {why}", 0.0),)
    done = [Reassignment(m, a, b, what, 1.0, evidence, why) for m, a, b in moves]
    touched = corrections.save_reassignments(session.tx, done, who)
    session.counts["events_updated"] = events.refresh(session.tx, touched)
