"""Reassignment: the events that a run touched are judged again, so that the order in which news arrived matters little.

Three moves, until nothing changes: two events that each other's reports would join become one; a report that fits another
event clearly better moves there; a report that its own event's others would not take founds one of its own. Vetoes and an
analyst's constraints bind here as they do in `linker`. An event keeps its id as long as it has reports; of two that merge, the
one known longer stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from veille.codes import Change, Role
from veille.events.evidence import VETO, Weights
from veille.events.linker import Events, Verdict, confidence, event_id_of, rank_candidates, score_with_event, speakers
from veille.records.linking import Reassignment, Report

ROUNDS = 4


def reassign(events: Events, touched: Iterable[str], known: Iterable[str] = ()) -> list[Reassignment]:
    """Judge the `touched` events again, in place; the moves made. `known` are ids that were published before."""
    moves: dict[str, Reassignment] = {}
    old = frozenset(known)
    here = {r.mention_id: e for e, reports in events.members.items() for r in reports}
    work = {e for e in touched if e in events.members}
    for _ in range(ROUNDS):
        made = [*_merges(events, work, old), *_moves(events, work)]
        if not made:
            break
        for move in made:
            first = here[move.mention_id]
            moves[move.mention_id] = Reassignment(
                move.mention_id, first, move.to_id, move.what, move.confidence, move.evidence, move.why
            )
        work = {e for m in made for e in (m.from_id, m.to_id) if e in events.members}
    return sorted((m for m in moves.values() if m.from_id != m.to_id), key=lambda m: (m.to_id, m.mention_id))


def _news(reports: Iterable[Report]) -> list[Report]:
    return [r for r in reports if r.role != Role.BACKGROUND]


def _merges(events: Events, work: set[str], old: frozenset[str]) -> list[Reassignment]:
    made: list[Reassignment] = []
    for event_id in sorted(work, key=events.order):
        if event_id not in events.members:
            continue
        others = {e for r in _news(events.members[event_id]) for e in events.near(r)} - {event_id}
        best: tuple[float, str] | None = None
        for other in sorted(others, key=events.order):
            value = event_similarity(events, event_id, other)
            if value >= events.weights["threshold"] + events.weights["merge_margin"] and (
                best is None or value > best[0]
            ):
                best = value, other
        if best is not None:
            made += _merge(events, event_id, best[1], best[0], old)
    return made


def event_similarity(events: Events, a: str, b: str) -> float:
    """Return how well two events' reports take each other in: the lesser of both means over independent reports."""
    mine, theirs = events.members[a], events.members[b]
    if _kept_apart(events, a, b) or _kept_apart(events, b, a):
        return VETO
    if {r.article_id for r in _news(mine)} & {r.article_id for r in _news(theirs)}:
        return VETO  # an article tells of both: it holds them for two
    return min(_mean(mine, theirs, events.weights), _mean(theirs, mine, events.weights))


def _mean(reports: list[Report], members: list[Report], w: Weights) -> float:
    wires: dict[str, float] = {}
    for r in speakers(reports):
        wires[r.wire] = max(wires.get(r.wire, VETO), score_with_event(r, members, w)[0])
    return sum(wires.values()) / len(wires)


def _kept_apart(events: Events, a: str, b: str) -> bool:
    """Does a constraint keep a report of `a` out of `b`?"""
    return any(events.constraints.cannot_link(r, b) for r in events.members[a])


def _merge(events: Events, a: str, b: str, value: float, old: frozenset[str]) -> list[Reassignment]:
    into, gone = sorted((a, b), key=lambda e: (e not in old, events.order(e)))
    why = f"their reports take each other in (mean {value:.1f})"
    made = []
    for r in list(events.members[gone]):
        evidence = tuple(score_with_event(r, events.members[into], events.weights)[1])
        events.remove(gone, r)
        events.add(into, r)
        sure = confidence(value - events.weights["threshold"])
        made.append(Reassignment(r.mention_id, gone, into, Change.MERGED, sure, evidence, why))
    return made


def _moves(events: Events, work: set[str]) -> list[Reassignment]:
    made: list[Reassignment] = []
    limit, margin = events.weights["threshold"], events.weights["move_margin"]
    for event_id in sorted((e for e in work if e in events.members), key=events.order):
        for r in list(events.members.get(event_id, ())):
            if r.root in events.constraints.must_link:
                continue
            others = [m for m in speakers(events.members[event_id]) if m is not r and m.wire != r.wire]
            if not _news(others):
                continue
            own = score_with_event(r, others, events.weights)[0]
            best = next(iter(rank_candidates(r, events, but=(event_id,))), None)
            enough = margin if r.is_dated else 2 * margin  # without a day there is less to go by
            if best and best[0][0] >= limit and best[0][0] > own + enough:
                why = f"fits better there ({best[0][0]:.1f} against {own:.1f})"
                made.append(_move(events, r, event_id, best[1], Change.MOVED, best[0], why))
            elif own < limit - events.weights["split_margin"] and r.founds and r.role != Role.BACKGROUND:
                why = f"its event's other reports would not take it in ({own:.1f})"
                made.append(_move(events, r, event_id, _fresh_id(r, events), Change.SPLIT, (own, []), why))
    return made


def _fresh_id(r: Report, events: Events) -> str:
    """The id that the report would have founded; another if its old event goes on under that one."""
    plain = event_id_of(r)
    if plain not in events.members:
        return plain
    return "e-" + hashlib.sha256(f"again|{r.mention_id}".encode()).hexdigest()[:12]


def _move(
    events: Events, r: Report, from_id: str, to_id: str, what: Change, verdict: Verdict, why: str
) -> Reassignment:
    events.remove(from_id, r)
    events.add(to_id, r)
    sure = confidence(abs(verdict[0] - events.weights["threshold"]))
    return Reassignment(r.mention_id, from_id, to_id, what, sure, tuple(verdict[1]), why)
