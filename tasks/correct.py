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
from warehouse.store import Transaction

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
        n_moved = take_back(session.tx, last, author())
        session.enter(Change.UNDONE, correction_id=last.correction_id, author=author())
        return Corrected(last, n_moved)


def carry_out(tx: Transaction, c: Correction) -> int:
    """Store a correction, and move what it names and is where it was; how many reports moved.

    An edited article's mention stands for those before it. A merge takes all that the other event holds.
    """
    corrections.add_correction(tx, c)
    held = events.chains(tx.con, [m for m, _ in c.moved])
    # in a rebuild the source may never have been: who founded it was taken down since
    is_there = corrections.resolved(tx.con, c.source) is not None
    moving = {m for m, e in held.items() if e == c.source or (not is_there and e != c.target)}
    if c.what == Change.MERGED:
        moving |= {r.mention_id for r in events.members_of(tx, (c.source,)).get(c.source, ())}
    return _reassign(tx, [(m, held.get(m, c.source), c.target) for m in sorted(moving)], c.what, c.why, c.author)


def take_back(tx: Transaction, c: Correction, who: str) -> int:
    """Let a correction rule no longer, and move back what it moved; how many reports went back."""
    corrections.mark_undone(tx.con, c.correction_id)
    held = events.chains(tx.con, [m for m, _ in c.moved])
    moves = [(m, e, c.source) for m, e in sorted(held.items()) if e != c.source]
    what = Change.SPLIT if c.what == Change.MERGED else Change.MERGED
    return _reassign(tx, moves, what, f"undone: {c.why}", who)


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
    session.enter(Change.CORRECTED, **corrections.journal_line(c))
    return Corrected(c, carry_out(session.tx, c))


def _reassign(tx: Transaction, moves: Sequence[tuple[str, str, str]], what: Change, why: str, who: str) -> int:
    evidence = (Evidence(ANALYST, f"{who}: {why}", 0.0),)
    done = [Reassignment(m, a, b, what, 1.0, evidence, why) for m, a, b in moves]
    events.refresh(tx, corrections.save_reassignments(tx, done, who))
    return len(done)
