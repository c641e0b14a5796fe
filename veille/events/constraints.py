"""What an analyst has decided: which mentions are one event, which articles stay out of one. Honoured for ever.

A correction names mentions; a later revision of the article, or better rules, give other mentions of the same incident. So a
correction also holds for its article: there its best mention follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from veille.codes import Change
from veille.records.linking import Correction, Report


@dataclass(frozen=True, slots=True)
class Constraints:
    """Must-link by the root of a mention's chain through its article's revisions, cannot-link by article."""

    must_link: dict[str, str] = field(default_factory=dict)  # root: event_id
    apart: frozenset[tuple[str, str]] = frozenset()  # (article_id, event_id)

    def cannot_link(self, report: Report, event_id: str) -> bool:
        """Tell whether this report may never be in that event."""
        return (report.article_id, event_id) in self.apart


def constraints_of(corrections: Iterable[Correction], roots: Mapping[str, str]) -> Constraints:
    """Return the constraints of the corrections that stand, the later over the earlier; what was undone binds nothing.

    `roots` gives the root of each mention that a correction names; a mention that is not there any more binds nothing.
    """
    placed: dict[str, str] = {}
    apart: set[tuple[str, str]] = set()
    for c in sorted(corrections, key=lambda c: (c.at, c.correction_id)):
        if c.is_undone:
            continue
        for mention_id, article_id in (*c.moved, *(c.kept if c.what == Change.MERGED else ())):
            if mention_id in roots:
                placed[roots[mention_id]] = c.target
            apart.discard((article_id, c.target))
            if c.what == Change.SPLIT:
                apart.add((article_id, c.source))
        if c.what == Change.MERGED:  # whatever else was put into the event that is no more
            placed = {m: c.target if e == c.source else e for m, e in placed.items()}
    return Constraints(placed, frozenset(apart))
