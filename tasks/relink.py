"""Judge the events of a window again, week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from veille.codes import Change, FlowName
from veille.events.constraints import Constraints
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.linking import BY_RULES, Report
from veille.settings import Settings
from warehouse import articles, corrections, events, journal
from warehouse.session import Say, Session, write

#: The window of the nightly run, and of `veille relink` without --since.
USUAL_DAYS = 14
WEEK = dt.timedelta(days=7)
_COUNTS = ("events_new", Change.MERGED, Change.SPLIT, Change.MOVED, "linked", "events_updated")
_IN_WORDS = {
    Change.MERGED: "merged",
    Change.SPLIT: "split off",
    Change.MOVED: "reports moved",
    "linked": "waiting mentions found their event",
}


def relink_events(settings: Settings, since: dt.date | None, say: Say) -> dict[str, int]:
    """Relink the events reported since a day; counts of what changed. Raises WorkFailed, Damaged, Busy."""
    with write(settings, FlowName.RELINK, say) as session:
        first = since or session.tx.now.date() - dt.timedelta(days=USUAL_DAYS)
        constraints = corrections.constraints(session.tx.con)
        last = articles.last_published_at(session.tx.con)
        start = dt.datetime.combine(first, dt.time(), dt.UTC)
        while last is not None and start <= last:
            _relink_week(session, constraints, start, start + WEEK)
            start += WEEK
        return {k: session.counts[k] for k in _COUNTS}


def _relink_week(session: Session, constraints: Constraints, since: dt.datetime, until: dt.datetime) -> None:
    """Judge the events with news of a week again, with all that stands near them, and try what waits for its event."""
    tx = session.tx
    ids = events.events_in_window(tx, since, until)
    mine = events.members_of(tx, ids)
    waiting = events.waiting_reports(tx, since, until)
    reports: list[Report] = [r for members in mine.values() for r in members] + waiting
    held = Events(events.candidates(tx, reports, ids), constraints)
    known = set(held.members)
    decisions = link_reports(waiting, held)
    events.save_decisions(tx, waiting, decisions)
    moves = reassign(held, {*ids, *(d.event_id for d in decisions)}, known)
    touched = corrections.save_reassignments(tx, moves, BY_RULES)
    for d in decisions:
        if d.is_new:
            session.enter(Change.CREATED, **journal.founding(d, None))
        else:
            session.enter(Change.LINKED, event_id=d.event_id, mention_id=d.mention_id, confidence=d.confidence)
    for m in moves:
        session.enter(m.what, **journal.reassigning(m))
    for what in (Change.MERGED, Change.SPLIT, Change.MOVED):
        session.counts[what] += len({(m.from_id, m.to_id) for m in moves if m.what == what})
    session.counts["events_new"] += len({m.to_id for m in moves} - known)
    session.counts["linked"] += len(decisions)
    session.counts["events_updated"] += events.refresh(tx, [*touched, *(d.event_id for d in decisions)])


def in_words(counts: Mapping[str, int]) -> str:
    """Say in a line what a relink changed."""
    parts = [f"{counts[k]} {words}" for k, words in _IN_WORDS.items() if counts[k]]
    return ", ".join(parts) or "nothing to change"
