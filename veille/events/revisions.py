"""An edited article tells of the same incidents: which mention of the new text follows which of the old.

A chain of mentions through an article's revisions has one root, the first of them. The event, and what an analyst decided,
belong to the chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from veille.cleaning import words
from veille.codes import Role
from veille.events.evidence import distance_km
from veille.records.linking import Report

#: A corrected place lies about there, a corrected day about then.
NEAR_KM = 25.0
SAME_DAYS = 3
#: What two of an article's mentions must share to be one incident: of place, day and words, each from 0 to 1.
ENOUGH = 1.0


def followers(old: Sequence[Report], new: Sequence[Report]) -> dict[str, str]:
    """Return which mention (id) of an article's new text follows which of its old one; each is followed once at most.

    The nearest in place, day and words go first. What has no other like it on either side is followed for one of them.
    """
    alone = len(old) == len(new) == 1
    ranked = sorted(((-_likeness(a, b), a.order, b.order) for a in old for b in new), key=lambda x: x)
    pairs = [(less, str(a[-1]), str(b[-1])) for less, a, b in ranked]
    found: dict[str, str] = {}
    for less, a, b in pairs:
        if -less < (ENOUGH / 2 if alone else ENOUGH) or a in found.values() or b in found:
            continue
        found[b] = a
    return found


def _likeness(a: Report, b: Report) -> float:
    place = 1.0 if a.place == b.place and a.country == b.country else 0.7 if distance_km(a, b) <= NEAR_KM else 0.0
    if not place and a.admin1 and a.admin1 == b.admin1:
        place = 0.3
    gap = max(0, (b.date_low - a.date_high).days, (a.date_low - b.date_high).days)
    day = 1.0 if gap == 0 else 0.7 if gap <= SAME_DAYS else 0.0
    mine, theirs = set(words(a.sentence)), set(words(b.sentence))
    shared = len(mine & theirs) / max(1, len(mine | theirs))
    # a recall and the news of the day may share their place; what they are told as sets them apart
    role = 0.0 if (a.role == Role.BACKGROUND) == (b.role == Role.BACKGROUND) else 0.5
    return place * 0.6 + day * 0.4 + shared - role
