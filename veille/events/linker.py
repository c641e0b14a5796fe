"""Which event is this? One report against whole events, in order of publication.

A report is compared with every mention of a candidate event (copies of one wire text count once); the event's score is
the mean of the better half, so that a chain of lookalikes cannot pull two attacks together, and one odd report in an
event does not keep the others out. The best event above the threshold takes the report; else it founds one, unless it
only recalls (background mentions found nothing: they wait for their event). An analyst's constraints come first.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from veille.codes import Role
from veille.events.constraints import Constraints
from veille.events.evidence import VETO, Weights, compare, score, weights
from veille.events.keys import blocking_keys, query_keys
from veille.records.linking import ANALYST, Decision, Evidence, Report

#: Against an event that already has a mention of the same article: an article seldom tells of one event twice.
SAME_ARTICLE = 2.0
#: Reports of an event that a new one is compared with, at most.
MOST_COMPARED = 20
#: What speaks for a mention of an edited article.
EDITED = (Evidence("same_article", "told by an earlier revision of the article", 0.0),)
RULED = (Evidence(ANALYST, "an analyst decided so", 0.0),)
Verdict = tuple[float, list[Evidence]]


def event_id_of(report: Report) -> str:
    """Return the permanent id of the event that a report founds."""
    return "e-" + hashlib.sha256(f"event|{report.mention_id}".encode()).hexdigest()[:12]


class Events:
    """The events that a batch may touch: their reports, and an index by key."""

    def __init__(
        self,
        members: Mapping[str, Sequence[Report]],
        constraints: Constraints | None = None,
        weights_of_evidence: Weights | None = None,
    ) -> None:
        self.members: dict[str, list[Report]] = {}
        self.constraints = constraints or Constraints()
        self.weights = weights_of_evidence or weights()
        self._index: dict[tuple[str, object], set[str]] = defaultdict(set)
        self._articles: dict[str, Counter[str]] = defaultdict(Counter)
        self._first: dict[str, Report] = {}
        for event_id, reports in members.items():
            for report in sorted(reports, key=lambda r: r.order):
                self.add(event_id, report)

    def add(self, event_id: str, report: Report) -> None:
        """Put a report into an event, which may be new."""
        self.members.setdefault(event_id, []).append(report)
        self._articles[event_id][report.article_id] += 1
        first = self._first.get(event_id)
        self._first[event_id] = min(first, report, key=lambda r: r.order) if first else report
        if report.role != Role.BACKGROUND:
            for key in blocking_keys(report):
                self._index[key].add(event_id)

    def remove(self, event_id: str, report: Report) -> None:
        """Take a report out; an event without reports is gone. (Its keys stay in the index, and find nothing.)"""
        self.members[event_id].remove(report)
        self._articles[event_id][report.article_id] -= 1
        if not self.members[event_id]:
            del self.members[event_id], self._first[event_id]
        elif self._first[event_id] == report:
            self._first[event_id] = min(self.members[event_id], key=lambda r: r.order)

    def order(self, event_id: str) -> tuple[object, ...]:
        """Return what events are sorted by: their first report's order."""
        return self._first[event_id].order

    def holds(self, event_id: str, article_id: str) -> bool:
        """Tell whether any report of an event is of this article."""
        return self._articles[event_id][article_id] > 0

    def near(self, report: Report) -> list[str]:
        """Return the events that share a key with a report."""
        found = set().union(*(self._index.get(key, ()) for key in query_keys(report)))
        return sorted((e for e in found if e in self.members), key=self.order)


def link_reports(
    new: Iterable[Report],
    events: Events,
    kept: Mapping[str, str] | None = None,
    followed: Mapping[str, str] | None = None,
) -> list[Decision]:
    """Decide where each new report belongs; `events` grows as it goes.

    `kept` maps a founding mention to its old id, `followed` a mention of an edited article to the event of the mention that it
    follows: an edit is no other event.
    """
    decisions = []
    new = sorted(new, key=lambda r: (r.role == Role.BACKGROUND, not r.founds, r.order))
    for report in new:
        if target := events.constraints.must_link.get(report.root):
            decision: Decision | None = Decision(report.mention_id, target, False, 1.0, RULED, is_ruled=True)
        elif followed and report.mention_id in followed:
            decision = Decision(report.mention_id, followed[report.mention_id], False, 1.0, EDITED)
        else:
            decision = decide_link(report, events)
        if decision is None:
            continue
        if decision.is_new and kept and report.mention_id in kept and not decision.is_ruled:
            decision = replace(decision, event_id=kept[report.mention_id])
        events.add(decision.event_id, report)
        decisions.append(decision)
    return decisions


def decide_link(report: Report, events: Events) -> Decision | None:
    """Return where one report belongs; None for a recall whose event is not known."""
    limit, band = events.weights["threshold"], events.weights["band"]
    ranked = rank_candidates(report, events)
    best = ranked[0] if ranked else None
    second = ranked[1] if len(ranked) > 1 else None
    if best and best[0][0] >= limit:
        value, evidence = best[0]
        runner = second[1] if second and second[0][0] >= limit - 2 * band else None
        close = value < limit + band or bool(second and second[0][0] >= limit and value - second[0][0] < band)
        return Decision(report.mention_id, best[1], False, confidence(value - limit), tuple(evidence), runner, close)
    if report.role == Role.BACKGROUND or not report.founds:
        return None
    near_miss = bool(best and best[0][0] > limit - band)
    sure = confidence(limit - best[0][0]) if best else 1.0
    return Decision(report.mention_id, event_id_of(report), True, sure, (), best[1] if best else None, near_miss)


def rank_candidates(report: Report, events: Events, but: Collection[str] = ()) -> list[tuple[Verdict, str]]:
    """Return the candidate events of a report (leaving out those of `but`), the best first; vetoed ones are none."""
    found = []
    for event_id in events.near(report):
        if event_id in but or events.constraints.cannot_link(report, event_id):
            continue
        members = events.members[event_id]
        value, evidence = score_with_event(report, members, events.weights)
        if value > VETO / 2:
            twice = events.holds(event_id, report.article_id)
            found.append(((value - SAME_ARTICLE * twice, evidence), event_id))
    return sorted(found, key=lambda x: (-round(x[0][0], 9), events.order(x[1])))


def score_with_event(report: Report, members: Sequence[Report], w: Weights) -> Verdict:
    """Return the score of a report with an event, and the evidence with the mention that speaks most for it."""
    best_of_wire: dict[str, Verdict] = {}
    for member in _on_the_day(speakers(members)):
        evidence = compare(report, member, w)
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


def speakers(members: Sequence[Report]) -> list[Report]:
    """Return those reports of an event that are compared with others: its news, of many the first and the last to come.

    So a report costs the same in an event of a hundred reports as in one of a thousand.
    """
    if len(members) <= MOST_COMPARED:
        return [m for m in members if m.role != Role.BACKGROUND] or list(members)
    half = MOST_COMPARED // 2
    first = list(islice((m for m in members if m.role != Role.BACKGROUND), half))
    last = list(islice((m for m in reversed(members) if m.role != Role.BACKGROUND), half))
    known = {m.mention_id for m in first}
    return first + [m for m in reversed(last) if m.mention_id not in known] or list(members[:MOST_COMPARED])


def _on_the_day(members: Sequence[Report]) -> Sequence[Report]:
    """Members told without a day took place on the event's: when a dated one says it, they are compared as if they did."""
    dated = [m for m in members if m.is_dated and m.time_precision == 1]
    if not dated or len(dated) == len(members):
        return members
    day = Counter(m.date_low for m in dated).most_common(1)[0][0]
    return [
        m if m.is_dated else replace(m, date_low=day, date_high=day, is_dated=True, time_precision=1) for m in members
    ]


def confidence(margin: float) -> float:
    """Return a margin over (or under) the threshold as a number from 0 to 1."""
    return round(1 / (1 + math.exp(-margin)), 3)
