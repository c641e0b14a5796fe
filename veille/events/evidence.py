"""What speaks for and against two reports being one event: named features with additive weights.

The weights are in `veille/reference/weights.toml`, so that an analyst can read and change them. A veto ends the comparison:
two precise places far apart, or two precise days more than the window apart, are two events whatever else agrees.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from functools import cache
from importlib import resources

from veille.events.keys import POINT_LEVELS, is_unknown, skeleton
from veille.geo import km_between
from veille.records import Evidence, Report

VETO = -99.0


@cache
def weights() -> dict[str, float]:
    """The weights of weights.toml."""
    data = tomllib.loads(resources.files("veille.reference").joinpath("weights.toml").read_text("utf-8"))
    return {k: float(v) for k, v in data["weights"].items()}


def compare(a: Report, b: Report) -> list[Evidence]:
    """The evidence for `a` and `b` being one event; a veto stands alone."""
    place = _place(a, b)
    if place.weight <= VETO:
        return [place]
    date = _date(a, b)
    if date.weight <= VETO:
        return [date]
    found = [place, date, *_types(a, b), *_actors(a, b), *_toll(a, b), *_words(a, b)]
    if a.wire == b.wire and a.article_id != b.article_id:
        found.append(_weigh("wire", "copies of one wire text"))
    return found


def score(evidence: list[Evidence]) -> float:
    """The sum of the weights."""
    return sum(e.weight for e in evidence)


def _weigh(feature: str, detail: str, factor: float = 1.0) -> Evidence:
    return Evidence(feature, detail, round(weights()[feature] * factor, 2))


def distance_km(a: Report, b: Report) -> float:
    """Great-circle distance; infinite where either has no coordinates."""
    return km_between(a.latitude, a.longitude, b.latitude, b.longitude)


def _alike(a: str, b: str) -> bool:
    return difflib.SequenceMatcher(None, a.lower(), b.lower()).ratio() >= 0.85


def _one_road(a: str, b: str) -> bool:
    """A town and a stretch of road that begins or ends there, or two such stretches."""
    ends_a, ends_b = (set(x.removeprefix("axe ").split("-")) if x.startswith("axe ") else {x} for x in (a, b))
    return (len(ends_a) > 1 or len(ends_b) > 1) and bool(ends_a & ends_b)


def _place(a: Report, b: Report) -> Evidence:
    if a.country and b.country and a.country != b.country and distance_km(a, b) > 40:
        return Evidence("place_far", f"{a.country} and {b.country}", VETO)
    coarse = max(a.geo_precision, b.geo_precision)
    km = distance_km(a, b)
    detail = f"{a.place} - {b.place}" + (f", {km:.0f} km" if km < math.inf else "")
    if "country" in (a.level, b.level):
        return _weigh("place_in_country", detail)
    if _one_road(a.place, b.place):
        return _weigh("place_near", detail)
    if (is_unknown(a) or is_unknown(b)) and {a.level, b.level} <= POINT_LEVELS:
        if skeleton(a.place) == skeleton(b.place) or _alike(a.place, b.place):
            return _weigh("place_near", detail + ", alike")
        return _weigh("place_other_name", detail)
    if a.place == b.place and a.admin1 == b.admin1:
        return _weigh("place_same" if coarse < 3 else "place_region_same", detail)
    if coarse < 3:
        near = 12 if coarse == 1 else 25
        if km <= near:
            return _weigh("place_near", detail)
        if km <= (30 if coarse == 1 else 60):
            return _weigh("place_around", detail)
        return Evidence("place_far", detail, VETO)
    if a.admin1 and a.admin1 == b.admin1:
        return _weigh("place_in_region" if km > 60 else "place_in_region_near", detail)
    if km <= 60:
        return _weigh("place_in_region_near", detail)
    return Evidence("place_far", detail, VETO)


def _date(a: Report, b: Report) -> Evidence:
    gap = max(0, (b.date_low - a.date_high).days, (a.date_low - b.date_high).days)
    detail = f"{a.date_low}..{a.date_high} - {b.date_low}..{b.date_high}"
    if not (a.is_dated and b.is_dated):
        late = gap if gap else 0
        if late <= 1:
            return _weigh("date_undated", detail)
        return _weigh("date_undated_late", detail, 1 + late / 10) if late <= 30 else Evidence("date_far", detail, VETO)
    precise = a.time_precision == b.time_precision == 1
    if gap == 0:
        same = a.date_low == b.date_low and precise
        return _weigh("date_same" if same else "date_overlap", detail)
    if gap == 1:
        return _weigh("date_next", detail)
    if gap <= 3 and not precise:
        return _weigh("date_next", detail)
    if gap <= 2:
        return _weigh("date_two", detail)
    return Evidence("date_far", detail, VETO)


_CLOSE_TYPES = (
    {"Battles", "Explosions/Remote violence"},
    {"Battles", "Violence against civilians"},
    {"Battles", "Strategic developments"},
    {"Explosions/Remote violence", "Violence against civilians"},
)


def _types(a: Report, b: Report) -> list[Evidence]:
    detail = f"{a.event_type} - {b.event_type}"
    if a.event_type == b.event_type:
        return [_weigh("type_same", detail)]
    if {a.event_type, b.event_type} in _CLOSE_TYPES:
        return []
    return [_weigh("type_other", detail)]


_NOBODY = {"UNIDENTIFIED_ARMED_GROUP", "CIVILIANS"}


def _actors(a: Report, b: Report) -> list[Evidence]:
    mine, theirs = set(a.attackers) - _NOBODY, set(b.attackers) - _NOBODY
    found = []
    if mine & theirs:
        found.append(_weigh("attacker_same", ", ".join(sorted(mine & theirs))))
    elif mine and theirs and not (mine & set(b.targets) or theirs & set(a.targets)):
        found.append(_weigh("attacker_other", f"{', '.join(sorted(mine))} - {', '.join(sorted(theirs))}"))
    shared = set(a.targets) & set(b.targets)
    if shared:
        found.append(_weigh("target_same", ", ".join(sorted(shared))))
    elif a.targets and b.targets:
        found.append(_weigh("target_other", f"{', '.join(a.targets)} - {', '.join(b.targets)}"))
    return found


def _toll(a: Report, b: Report) -> list[Evidence]:
    if not a.killed or not b.killed:
        return []
    overlap = any(x[0] <= y[1] and y[0] <= x[1] for x in a.killed for y in b.killed)
    exact = [x for x in a.killed if x in b.killed and x[0] > 1]
    if exact:
        return [_weigh("toll_same", f"{exact[0][0]}-{exact[0][1]}", min(2.0, 0.6 + exact[0][0] / 20))]
    return [] if overlap else [_weigh("toll_other", f"{a.killed[0]} - {b.killed[0]}")]


def _words(a: Report, b: Report) -> list[Evidence]:
    if not a.keywords or not b.keywords:
        return []
    share = len(a.keywords & b.keywords) / min(len(a.keywords), len(b.keywords))
    return [_weigh("words", f"{share:.0%} of the longer words shared", min(1.0, share / 0.5))]
