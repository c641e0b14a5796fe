"""One figure of a sentence, and which figures are parts or sums of others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from veille.codes import Outcome, Victims
from veille.reading.rules import TollRule

#: A total is told with so many parts at most.
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class TollMention:
    """One figure of a sentence."""

    outcome: Outcome | None  # None: people without a fate of their own
    victims: Victims
    low: int | None
    high: int | None
    start: int
    end: int
    rule: TollRule
    is_part: bool = False  # "dont trois enfants"


def added_up(text: str, found: list[TollMention]) -> list[TollMention]:
    """Return the figures with two of one side and outcome, joined by "et", added up to one.

    >>> from veille.reading.tolls import tolls
    >>> [(t.victims, t.low) for t in tolls("deux policiers et trois militaires tues")]
    [('military', 5)]
    """
    out: list[TollMention] = []
    for t in found:
        a = out[-1] if out else None
        if a and (a.victims, a.outcome) == (t.victims, t.outcome) and text[a.end : t.start].strip() == "et":
            high = a.high + t.high if a.high is not None and t.high is not None else None
            out[-1] = replace(t, low=(a.low or 0) + (t.low or 0), high=high, start=a.start)
        else:
            out.append(t)
    return out


def without_parts(found: list[TollMention]) -> list[TollMention]:
    """Return the figures without a total and its parts both: parts of one group leave the total, parts of several replace it.

    >>> from veille.reading.tolls import tolls
    >>> [(t.victims, t.low) for t in tolls("cinq membres des forces, trois militaires et deux policiers, ont ete tues")]
    [('military', 5)]
    """
    for n, total in enumerate(found):
        parts = [t for t in found[n + 1 :] if t.outcome == total.outcome]
        for k in range(2, min(len(parts), MOST_PARTS) + 1):
            some = parts[:k]
            if (
                total.low
                and sum(t.low or 0 for t in some) in (total.low, total.low - 10, total.low + 10)
                and (sum(t.low or 0 for t in some) == total.low or total.low >= 40)
            ):
                groups = {t.victims for t in some}
                if len(groups) == 1:
                    kept = replace(total, victims=groups.pop())
                    return without_parts([kept if t is total else t for t in found if t not in some])
                return [t for t in found if t is not total]
    return found
