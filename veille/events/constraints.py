"""What an analyst has decided: which mentions are one event, which articles stay out of one. Honoured for ever.

A correction names mentions; a later revision of the article, or better rules, give other mentions of the same incident. So a
correction also holds for its article: there its best mention follows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from veille.codes import Change
from veille.records.linking import Correction, Report


@dataclass(frozen=True, slots=True)
class Constraints:
    """Must-link by mention and by article (its best mention), cannot-link by article."""

    must_link: dict[str, str] = field(default_factory=dict)  # mention_id: event_id
    article_events: dict[str, tuple[str, ...]] = field(default_factory=dict)  # article_id: event_ids
    apart: frozenset[tuple[str, str]] = frozenset()  # (article_id, event_id)

    def cannot_link(self, report: Report, event_id: str) -> bool:
        """Tell whether this report may never be in that event."""
        return (report.article_id, event_id) in self.apart


def constraints_of(corrections: Iterable[Correction]) -> Constraints:
    """Return the constraints of the corrections that stand, the later over the earlier; what was undone binds nothing."""
    placed: dict[str, str] = {}
    homes: dict[str, dict[str, None]] = defaultdict(dict)
    apart: set[tuple[str, str]] = set()
    for c in sorted(corrections, key=lambda c: (c.at, c.correction_id)):
        if c.is_undone:
            continue
        source, target = c.source, c.target
        for mention_id, article_id in (*c.moved, *(c.kept if c.what == Change.MERGED else ())):
            placed[mention_id] = target
            homes[article_id].pop(source, None)
            homes[article_id][target] = None
            apart.discard((article_id, target))
            if c.what == Change.SPLIT:
                apart.add((article_id, source))
        if c.what == Change.MERGED:  # whatever else was put into the event that is no more
            placed = {m: target if e == source else e for m, e in placed.items()}
            for held in homes.values():
                if source in held:
                    del held[source]
                    held[target] = None
    return Constraints(placed, {a: tuple(held) for a, held in homes.items() if held}, frozenset(apart))
