"""Which event is this? One report against whole events, in order of publication.

A report is compared with every mention of a candidate event (copies of one wire text count once); the event's score is
the mean of the better half, so that a chain of lookalikes cannot pull two attacks together, and one odd report in an
event does not keep the others out. The best event above the threshold takes the report; else it founds one, unless it
only recalls (background mentions found nothing: they wait for their event).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from veille.events.evidence import VETO, compare, score, weights
from veille.events.keys import asking, standing
from veille.records import Decision, Evidence, Report


def event_id_of(report: Report) -> str:
    """The permanent id of the event that a report founds."""
    return "e-" + hashlib.sha256(f"event|{report.mention_id}".encode()).hexdigest()[:12]


class Events:
    """The events that a batch may touch: their reports, and an index by key."""

    def __init__(self, members: Mapping[str, Sequence[Report]]) -> None:
        self.members: dict[str, list[Report]] = {}
        self._index: dict[tuple[str, object], set[str]] = defaultdict(set)
        for event_id, reports in members.items():
            for report in reports:
                self.add(event_id, report)

    def add(self, event_id: str, report: Report) -> None:
        """Put a report into an event, which may be new."""
        self.members.setdefault(event_id, []).append(report)
        if report.role != "background":
            for key in standing(report):
                self._index[key].add(event_id)

    def near(self, report: Report) -> list[str]:
        """The events that share a key with a report."""
        return sorted(set().union(*(self._index.get(key, ()) for key in asking(report))))


def judge(new: Iterable[Report], events: Events, kept: Mapping[str, str] | None = None) -> list[Decision]:
    """Decide where each new report belongs; `events` grows as it goes. `kept` maps a founding mention to its old id."""
    decisions = []
    for report in sorted(new, key=lambda r: (r.role == "background", not r.founds, r.published_at, r.mention_id)):
        decision = decide(report, events)
        if decision is None:
            continue
        if decision.is_new and kept and report.mention_id in kept:
            decision = Decision(report.mention_id, kept[report.mention_id], True, 1.0)
        events.add(decision.event_id, report)
        decisions.append(decision)
    return decisions


def decide(report: Report, events: Events) -> Decision | None:
    """Where one report belongs; None for a recall whose event is not known."""
    limit, band = weights()["threshold"], weights()["band"]
    ranked = sorted(
        ((_against(report, events.members[e]), e) for e in events.near(report)), key=lambda x: (-x[0][0], x[1])
    )
    taken = (
        {e for e, reports in events.members.items() if any(r.article_id == report.article_id for r in reports)}
        if ranked
        else set()
    )
    ranked = [r for r in ranked if r[0][0] > VETO / 2]
    ranked = [((value - (2.0 if e in taken else 0.0), evidence), e) for (value, evidence), e in ranked]
    ranked.sort(key=lambda x: (-x[0][0], x[1]))
    best = ranked[0] if ranked else None
    second = ranked[1] if len(ranked) > 1 else None
    if best and best[0][0] >= limit:
        value, evidence = best[0]
        runner = second[1] if second and second[0][0] >= limit - 2 * band else None
        close = value < limit + band or bool(second and second[0][0] >= limit and value - second[0][0] < band)
        return Decision(report.mention_id, best[1], False, _confidence(value - limit), tuple(evidence), runner, close)
    if report.role == "background" or not report.founds:
        return None
    near_miss = bool(best and best[0][0] > limit - band)
    sure = _confidence(limit - best[0][0]) if best else 1.0
    return Decision(report.mention_id, event_id_of(report), True, sure, (), best[1] if best else None, near_miss)


def _against(report: Report, members: Sequence[Report]) -> tuple[float, list[Evidence]]:
    """The score of a report with an event, and the evidence with the mention that speaks most for it."""
    best_of_wire: dict[str, tuple[float, list[Evidence]]] = {}
    current = [m for m in members if m.role != "background"] or list(members)
    for member in _on_the_day(current):
        evidence = compare(report, member)
        value = score(evidence)
        if member.wire not in best_of_wire or value > best_of_wire[member.wire][0]:
            best_of_wire[member.wire] = (value, evidence)
    values = sorted(best_of_wire.values(), key=lambda v: -v[0])
    vetoes = sum(v[0] <= VETO / 2 for v in values)
    if vetoes * 2 > len(values):
        return VETO, values[0][1]
    good = [v for v in values if v[0] > VETO / 2]
    half = good[: max(1, math.ceil(len(good) / 2))]
    return sum(v[0] for v in half) / len(half), half[0][1]


def _on_the_day(members: Sequence[Report]) -> Sequence[Report]:
    """Members told without a day took place on the event's: when a dated one says it, they are compared as if they did."""
    dated = [m for m in members if m.is_dated and m.time_precision == 1]
    if not dated or len(dated) == len(members):
        return members
    day = Counter(m.date_low for m in dated).most_common(1)[0][0]
    return [
        m if m.is_dated else replace(m, date_low=day, date_high=day, is_dated=True, time_precision=1) for m in members
    ]


def _confidence(margin: float) -> float:
    return round(1 / (1 + math.exp(-margin)), 3)
