"""One row per event, from its reports and claims, by stated rules.

Independent reports count, copies of one wire text do not. Better precision wins; among equals the more frequent, then
the later report (a correction). Tolls follow the contract: for one claimant in one article, figures for one victim group
are alternatives, different groups add up, "unspecified" is a total that is never added to the groups.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from veille import RULES_VERSION
from veille.codes import CLAIMING, Actor, ClaimKind, Outcome, Role, Victims
from veille.records.linking import Report
from veille.reference.actors import of_kinds

T = TypeVar("T", bound=Hashable)
_NON_STATE_LAST = (Actor.UNIDENTIFIED_ARMED_GROUP,)


@dataclass(frozen=True, slots=True)
class CurrentClaim:
    """A current claim of an event, as consensus needs it."""

    article_id: str
    wire: str
    claimant: str
    kind: str
    victims: str | None
    outcome: str | None
    low: int | None
    high: int | None
    role: str


def row(
    event_id: str, reports: Sequence[Report], claims: Sequence[CurrentClaim], now: dt.datetime, review: bool
) -> dict[str, Any]:
    """Return the event's row; needs at least one report that is not background."""
    news = [r for r in reports if r.role != Role.BACKGROUND]
    firm = [r for r in news if r.founds] or news  # who tells of it in passing does not say when, where and what
    day, end, precision = _when(firm)
    where = _where(firm)
    types = _vote(firm, lambda r: (r.event_type, r.sub_event_type))
    event_type = _vote(firm, lambda r: r.event_type)
    sub = types[1] if types[0] == event_type else next(r.sub_event_type for r in firm if r.event_type == event_type)
    attackers, targets = _actors(firm)
    owners = [
        c.claimant
        for c in claims
        if c.kind == ClaimKind.RESPONSIBILITY and c.role != Role.BACKGROUND and c.claimant in of_kinds(CLAIMING)
    ]
    if owners and set(attackers) <= set(_NON_STATE_LAST):
        attackers = [
            Counter(owners).most_common(1)[0][0]
        ]  # nobody is named beside it, but a group says that it was its own
    low, best, high = fatalities(c for c in claims if c.role != Role.BACKGROUND)
    return {
        "event_id": event_id, "event_date": day, "event_date_end": end, "time_precision": precision,
        "country": where.country, "admin1": where.admin1, "admin2": where.admin2, "location": where.place,
        "latitude": where.latitude, "longitude": where.longitude, "geo_precision": where.geo_precision, "geonameid": where.geonameid,
        "event_type": event_type, "sub_event_type": sub, "actor1": attackers[0] if attackers else None, "actor2": targets[0] if targets else None,
        "actors": list(dict.fromkeys([*attackers, *targets])), "fatalities_low": low, "fatalities_best": best, "fatalities_high": high,
        "contested": is_contested(claims), "n_articles": len({r.article_id for r in news}), "n_outlets": len({r.outlet for r in news}),
        "n_independent": len({r.wire for r in news}), "first_reported_at": min(r.published_at for r in news),
        "last_reported_at": max(r.published_at for r in news), "updated_at": now, "headline": _headline(firm, where), "review": review,
        "rules_version": RULES_VERSION,
    }  # fmt: skip


def _weights(reports: Sequence[Report]) -> dict[str, float]:
    """A report's weight: copies of one wire text share one vote; who tells of it first-hand as news counts more."""
    sizes = Counter(r.wire for r in reports)
    return {r.mention_id: (1.0 if r.role == Role.PRIMARY else 0.6) / sizes[r.wire] for r in reports}


def _vote(reports: Sequence[Report], key: Callable[[Report], T]) -> T:
    """The value with the most weight; on a tie that of the latest report."""
    weight = _weights(reports)
    tally: dict[T, float] = defaultdict(float)
    latest: dict[T, dt.datetime] = {}
    for r in reports:
        tally[key(r)] += weight[r.mention_id]
        latest[key(r)] = max(latest.get(key(r), r.published_at), r.published_at)
    return max(tally, key=lambda k: (round(tally[k], 6), latest[k], str(k)))


def _when(news: Sequence[Report]) -> tuple[dt.date, dt.date | None, int]:
    dated = [r for r in news if r.is_dated] or list(news)
    best = min(r.time_precision for r in dated)
    pool = [r for r in dated if r.time_precision == best]
    single = [r for r in pool if r.date_low == r.date_high] or pool
    low = _vote(single, lambda r: r.date_low)
    spans = [r for r in pool if r.is_span and r.date_low <= low <= r.date_high]
    if spans:
        low, high = _vote(spans, lambda r: (r.date_low, r.date_high))
        return low, high if high > low else None, best
    high = _vote([r for r in single if r.date_low == low], lambda r: r.date_high)
    return low, high if high > low else None, best


def _where(news: Sequence[Report]) -> Report:
    """The report whose place speaks for the event: the most precise level, the most frequent name in it."""
    known = [r for r in news if r.latitude is not None] or list(news)
    best = min(r.geo_precision for r in known)
    pool = [r for r in known if r.geo_precision == best]
    name = _vote(pool, lambda r: (r.place, r.admin1))
    chosen = [r for r in pool if (r.place, r.admin1) == name]
    return max(chosen, key=lambda r: (r.geonameid is not None, r.order))


#: Share of independent reports that must name a party: a group that attacked is named by few and denied by none; victims
#: and allies are named by most who know of them.
ATTACKER_SHARE, TARGET_SHARE = 0.12, 0.15


def _actors(news: Sequence[Report]) -> tuple[list[str], list[str]]:
    """Attackers and targets that enough independent reports name; nobody-in-particular only where no group is."""
    weight = _weights(news)
    total = sum(weight.values())
    for_attack: dict[str, float] = defaultdict(float)
    for_target: dict[str, float] = defaultdict(float)
    for r in news:
        for code in r.attackers:
            for_attack[code] += weight[r.mention_id]
        for code in r.targets:
            for_target[code] += weight[r.mention_id]
    attackers = [c for c in _ranked(for_attack) if for_attack[c] >= ATTACKER_SHARE * total]
    targets = [c for c in _ranked(for_target) if for_target[c] >= TARGET_SHARE * total]
    named = [c for c in attackers if c not in _NON_STATE_LAST]
    attackers = named or attackers
    if any(c not in (Actor.UNIDENTIFIED_ARMED_GROUP, Actor.CIVILIANS) for c in attackers):
        targets = [c for c in targets if c not in _NON_STATE_LAST]
    return attackers, [c for c in targets if c not in attackers]


def _ranked(tally: dict[str, float]) -> list[str]:
    """The codes of a tally, the weightiest first; the order of naming breaks no tie, the code does."""
    return sorted(tally, key=lambda c: (-round(tally[c], 6), c))


def _headline(news: Sequence[Report], where: Report) -> str:
    """The title of a primary report that names the place, the latest of the most repeated wire text."""
    primary = [r for r in news if r.role == Role.PRIMARY] or list(news)
    named = [r for r in primary if where.place.split(" ")[0].lower() in r.title.lower()] or primary
    return max(named, key=lambda r: (sum(x.wire == r.wire for x in news), r.order)).title


def bounds(claims: Iterable[CurrentClaim]) -> tuple[int, int] | None:
    """Return the dead that one claimant gives in one article: groups add up, a total stands for itself.

    >>> c = lambda victims, low, high: CurrentClaim("a", "a", "JNIM", "toll", victims, "killed", low, high, "primary")
    >>> bounds([c("military", 30, None), c("civilians", 2, 3)]), bounds([c("unspecified", 40, None), c("military", 50, 50)])
    ((32, 33), (40, 50))
    """
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for c in claims:
        high = c.high if c.high is not None else c.low
        if high is not None:
            groups[c.victims or Victims.UNSPECIFIED].append((c.low or 0, high))
    merged = {g: (min(b[0] for b in bs), max(b[1] for b in bs)) for g, bs in groups.items()}
    total = merged.pop(Victims.UNSPECIFIED, None)
    parts = (sum(b[0] for b in merged.values()), sum(b[1] for b in merged.values())) if merged else None
    if total and parts:
        return total[0], max(total[1], parts[1])
    return total or parts


def killed(claims: Iterable[CurrentClaim]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return bounds of the dead by (article, wire group, claimant)."""
    said: dict[tuple[str, str, str], list[CurrentClaim]] = defaultdict(list)
    for c in claims:
        if c.kind == ClaimKind.TOLL and c.outcome == Outcome.KILLED:
            said[c.article_id, c.wire, c.claimant].append(c)
    return {k: b for k, cs in said.items() if (b := bounds(cs)) is not None}


def fatalities(claims: Iterable[CurrentClaim]) -> tuple[int | None, int | None, int | None]:
    """Return (low, best, high): least and greatest over all claims, and the total that most independent reports give."""
    given = killed(claims)
    if not given:
        return None, None, None
    votes: dict[int, set[str]] = defaultdict(set)
    for (_, wire, _), (low, high) in given.items():
        votes[low or high].add(wire)
    best = min(votes, key=lambda n: (-len(votes[n]), n))
    return min(b[0] for b in given.values()), best, max(b[1] for b in given.values())


def tolls(event_id: str, claims: Sequence[CurrentClaim]) -> list[dict[str, Any]]:
    """Return the rows of event_tolls: by outcome and victims."""
    groups: dict[tuple[str, str], list[CurrentClaim]] = defaultdict(list)
    for c in claims:
        if c.kind == ClaimKind.TOLL and c.outcome and c.victims and c.role != Role.BACKGROUND:
            groups[c.outcome, c.victims].append(c)
    rows = []
    for (outcome, victims), said in sorted(groups.items()):
        bounds_ = [(c.low or 0, c.high if c.high is not None else c.low or 0, c.wire) for c in said]
        votes: dict[int, set[str]] = defaultdict(set)
        for low, high, wire in bounds_:
            votes[low or high].add(wire)
        rows.append({
            "event_id": event_id, "outcome": outcome, "victims": victims, "low": min(b[0] for b in bounds_),
            "best": min(votes, key=lambda n: (-len(votes[n]), n)), "high": max(b[1] for b in bounds_), "claimants": sorted({c.claimant for c in said}),
        })  # fmt: skip
    return rows


def is_contested(claims: Sequence[CurrentClaim]) -> bool:
    """Tell whether claims contradict each other: a denial, control and repulse by two sides, or tolls that exclude each other."""
    news = [c for c in claims if c.role != Role.BACKGROUND]
    if any(c.kind == ClaimKind.DENIAL for c in news):
        return True
    control = {c.claimant for c in news if c.kind == ClaimKind.CONTROL}
    repelled = {c.claimant for c in news if c.kind == ClaimKind.REPELLED}
    if control and repelled and control != repelled:
        return True
    for group in {(c.outcome, c.victims) for c in news if c.kind == ClaimKind.TOLL}:
        spans = [
            (c.low or 0, c.high if c.high is not None else 10**6, c.claimant)
            for c in news
            if (c.outcome, c.victims) == group
        ]
        if any(a[1] < b[0] and a[2] != b[2] for a in spans for b in spans):
            return True
    return False
