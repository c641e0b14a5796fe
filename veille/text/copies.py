"""Which articles are one wire text, under other titles, with cut tails and added leads.

Observations: true reprints share a third of their word n-grams on average, so the similarity of two whole texts
(Jaccard, MinHash) misses them; *containment* in the smaller of the two finds them, and unrelated articles on one attack
share almost nothing five words long.

Rules: word 5-grams hashed to 64 bits, a quarter of them kept (those divisible by SAMPLE), containment of CONTAINMENT or
more and at least MIN_SHARED hashes in common. If either text has under SHORT words, all its 3-grams are compared
instead, within SHORT_DAYS days, since short texts on one attack share stock phrases over time. Accents and case do not
count: some sites strip them.

Groups are stars around the earliest article, never chains: A copied by B, and B's extra lead copied by C, make no copy
of C and A.

Rejected: MinHash at Jaccard 0.5 (finds .04 of rewrites), one hash per sentence (loses swapped words).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from veille.cleaning import fold

SAMPLE = 4
CONTAINMENT = 0.40
MIN_SHARED = 3
SHORT = 150
SHORT_DAYS = 7
LONG_N, SHORT_N = 5, 3
#: A hash that so many articles of one outlet share is the boilerplate of its pages.
BOILERPLATE = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """The hashes of one text: `long` sampled 5-grams, `short` all 3-grams."""

    article_id: str
    n_words: int
    long: frozenset[int]
    short: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pair:
    """How much two texts share, as the batch join counts it; `a` and `b` are article ids."""

    a: str
    b: str
    shared_long: int
    shared_short: int


@dataclass(frozen=True, slots=True)
class Member:
    """What the grouping must know of an article."""

    article_id: str
    published: dt.datetime
    n_words: int
    n_long: int
    n_short: int
    copy_of: str | None = None
    title: str = ""
    outlet: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """Return what articles are sorted by: publication, then what tells them apart; their ids, hashes, come last."""
        return (self.published, self.title, self.outlet, self.article_id)


def signature(article_id: str, text: str) -> Signature:
    """Return the signature of a text; equal texts have equal ones on every machine.

    >>> a = signature("a", "L'armée a repoussé une attaque contre le camp de Niafounké vendredi.")
    >>> b = signature("b", "L'ARMEE A REPOUSSE UNE ATTAQUE CONTRE LE CAMP DE NIAFOUNKE VENDREDI")
    >>> a.short == b.short and len(a.short) == a.n_words - 2
    True
    """
    tokens = fold(text).split()
    return Signature(
        article_id,
        len(tokens),
        frozenset(h for h in _hashes(tokens, LONG_N) if h % SAMPLE == 0),
        frozenset(_hashes(tokens, SHORT_N)),
    )


def n_words(text: str) -> int:
    """Count the words of a text as its signature does."""
    return len(fold(text).split())


def _hashes(tokens: list[str], n: int) -> set[int]:
    grams = {" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)}
    return {int.from_bytes(blake2b(g.encode(), digest_size=8).digest(), "big") for g in grams}


def is_copy(a: Member, b: Member, pair: Pair) -> bool:
    """Tell whether two articles carry one wire text."""
    if min(a.n_words, b.n_words) < SHORT:
        if abs(a.published - b.published) > dt.timedelta(days=SHORT_DAYS):
            return False
        shared, smaller = pair.shared_short, min(a.n_short, b.n_short)
    else:
        shared, smaller = pair.shared_long, min(a.n_long, b.n_long)
    return shared >= MIN_SHARED and shared >= CONTAINMENT * smaller


def star_clusters(members: Mapping[str, Member], pairs: Iterable[Pair], new: Iterable[str]) -> dict[str, str | None]:
    """Return `copy_of` of every article that changes: the new ones, and members of a group whose earliest article is new.

    New articles are taken in order of publication, so that the result does not depend on the order of arrival within
    a batch.
    """
    partners: dict[str, list[str]] = {}
    for pair in pairs:
        a, b = members.get(pair.a), members.get(pair.b)
        if a and b and is_copy(a, b, pair):
            partners.setdefault(pair.a, []).append(pair.b)
            partners.setdefault(pair.b, []).append(pair.a)
    root = {m.article_id: m.copy_of for m in members.values()}
    fresh = sorted(set(new), key=lambda i: members[i].order)
    placed = set(root) - set(fresh)
    changed: dict[str, str | None] = {}
    for article_id in fresh:
        heads = [p for p in partners.get(article_id, ()) if p in placed and root[p] is None]
        head = min(heads, key=lambda i: members[i].order, default=None)
        if head and members[head].order > members[article_id].order:
            for other in [head, *(i for i, r in root.items() if r == head)]:
                root[other] = changed[other] = article_id
            head = None
        root[article_id] = changed[article_id] = head
        placed.add(article_id)
    return changed
