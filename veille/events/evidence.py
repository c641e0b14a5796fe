"""What speaks for and against two reports being one event: named features with additive weights.

The weights are in `veille/reference/weights.toml`, so that an analyst can read and change them. A veto ends the comparison:
two precise places far apart, or two precise days more than the window apart, are two events whatever else agrees.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from veille.cleaning import fold
from veille.codes import POINT_LEVELS, Actor, EventType, PlaceLevel, SubEventType
from veille.events.keys import consonant_key, is_outside_gazetteer
from veille.geo import km_between
from veille.records.linking import Evidence, Report
from veille.reference.countries import cities

VETO = -99.0


Weights = Mapping[str, float]
Found = tuple[str, str, float]  # feature, detail, factor


@cache
def weights(kind: str = "news") -> Weights:
    """Return the weights of weights.toml for one kind of reports: "news" (read by machine) or "coded" (by human coders)."""
    data = tomllib.loads(resources.files("veille.reference").joinpath("weights.toml").read_text("utf-8"))
    return {k: float(v) for k, v in data[kind].items()}


def compare(a: Report, b: Report, w: Weights) -> list[Evidence]:
    """Return the evidence for `a` and `b` being one event; a veto stands alone."""
    found: list[Found] = []
    for features in (_place, _date, _lag, _types, _actors, _toll, _words):
        for feature, detail, factor in features(a, b):
            if factor <= VETO:
                return [Evidence(feature, detail, VETO)]
            found.append((feature, detail, factor))
    if a.wire == b.wire and a.article_id != b.article_id:
        found.append(("wire", "copies of one wire text", 1.0))
    return [Evidence(feature, detail, round(w[feature] * factor, 2)) for feature, detail, factor in found if w[feature]]


def score(evidence: list[Evidence]) -> float:
    """Return the sum of the weights."""
    return sum(e.weight for e in evidence)


def distance_km(a: Report, b: Report) -> float:
    """Return great-circle distance; infinite where either has no coordinates."""
    return km_between(a.latitude, a.longitude, b.latitude, b.longitude)


def _alike(a: str, b: str) -> bool:
    return difflib.SequenceMatcher(None, a.lower(), b.lower()).ratio() >= 0.85


def _one_road(a: Report, b: Report) -> bool:
    """A town and a stretch of road that begins or ends there, or two such stretches."""
    return bool((a.road or b.road) and {*(a.road or (a.place,))} & {*(b.road or (b.place,))})


def _place(a: Report, b: Report) -> list[Found]:
    if a.country and b.country and a.country != b.country and distance_km(a, b) > 40:
        return [("place_far", f"{a.country} and {b.country}", VETO)]
    coarse = max(a.geo_precision, b.geo_precision)
    km = distance_km(a, b)
    detail = f"{a.place} - {b.place}" + (f", {km:.0f} km" if km < math.inf else "")
    if PlaceLevel.COUNTRY in (a.level, b.level) or not a.place or not b.place:
        return [("place_in_country", detail, 1.0)]
    if _one_road(a, b):
        return [("place_near", detail, 1.0)]
    if (is_outside_gazetteer(a) or is_outside_gazetteer(b)) and {a.level, b.level} <= POINT_LEVELS:
        if consonant_key(a.place) == consonant_key(b.place) or _alike(a.place, b.place):
            return [("place_near", detail + ", alike", 1.0)]
        return [("place_other_name", detail, 1.0)]
    if a.place == b.place and fold(a.place) in cities():
        return [("place_same_city", detail, 1.0)]
    if a.place == b.place and a.admin1 == b.admin1:
        return [("place_same" if coarse < 3 else "place_region_same", detail, 1.0)]
    if coarse < 3:
        return [_of_points(coarse, km, detail)]
    if km <= 60:
        return [("place_in_region_near", detail, 1.0)]
    if a.admin1 and a.admin1 == b.admin1:
        return [("place_in_region", detail, 1.0)]
    return [("place_far", detail, VETO)]


def _of_points(coarse: int, km: float, detail: str) -> Found:
    """Two towns or villages of different names; what is placed about (precision 2) may lie twice as far off."""
    near, around = (12, 30) if coarse == 1 else (25, 60)
    if coarse == 1 and km <= 4:
        return ("place_close", detail, 1.0)
    if km <= near:
        return ("place_near", detail, 1.0)
    return ("place_around", detail, 1.0) if km <= around else ("place_far", detail, VETO)


def _date(a: Report, b: Report) -> list[Found]:
    gap = max(0, (b.date_low - a.date_high).days, (a.date_low - b.date_high).days)
    detail = f"{a.date_low}..{a.date_high} - {b.date_low}..{b.date_high}"
    if not (a.is_dated and b.is_dated):
        late = gap if gap else 0
        if late <= 1:
            return [("date_undated", detail, 1.0)]
        return [("date_undated_late", detail, 1 + late / 10) if late <= 30 else ("date_far", detail, VETO)]
    precise = a.time_precision == b.time_precision == 1
    if gap == 0:
        same = a.date_low == b.date_low and precise
        return [("date_same" if same else "date_overlap", detail, 1.0)]
    if gap == 1:
        return [("date_next", detail, 1.0)]
    if gap <= 3 and not precise:
        return [("date_next", detail, 1.0)]
    if gap <= 2:
        return [("date_two", detail, 1.0)]
    return [("date_far", detail, VETO)]


def _lag(a: Report, b: Report) -> list[Found]:
    """News of one event comes within a day or two; what is published much later tells of it again, or of another."""
    days = abs((a.published_at - b.published_at).days)
    return [("published_apart", f"{days} days", min(days - 1, 6) / 6)] if days > 1 else []


_CLOSE_TYPES = (
    {EventType.BATTLES, EventType.EXPLOSIONS},
    {EventType.BATTLES, EventType.VIOLENCE_AGAINST_CIVILIANS},
    {EventType.BATTLES, EventType.STRATEGIC},
    {EventType.EXPLOSIONS, EventType.VIOLENCE_AGAINST_CIVILIANS},
)


def _types(a: Report, b: Report) -> list[Found]:
    if not a.event_type or not b.event_type:
        return []
    detail = f"{a.event_type} - {b.event_type}"
    if a.event_type == b.event_type:
        return [("type_same", detail, 1.0)]
    arrests = {SubEventType.ARRESTS} & {a.sub_event_type, b.sub_event_type}
    if {a.event_type, b.event_type} in _CLOSE_TYPES and not arrests:
        return []
    return [("type_other", detail, 1.0)]


_NOBODY = {Actor.UNIDENTIFIED_ARMED_GROUP, Actor.CIVILIANS}


def _actors(a: Report, b: Report) -> list[Found]:
    mine, theirs = set(a.attackers) - _NOBODY, set(b.attackers) - _NOBODY
    found: list[Found] = []
    if mine & theirs:
        found.append(("attacker_same", ", ".join(sorted(mine & theirs)), 1.0))
    elif mine and theirs and not (mine & set(b.targets) or theirs & set(a.targets)):
        found.append(("attacker_other", f"{', '.join(sorted(mine))} - {', '.join(sorted(theirs))}", 1.0))
    shared = set(a.targets) & set(b.targets)
    if shared:
        found.append(("target_same", ", ".join(sorted(shared)), 1.0))
    elif a.targets and b.targets:
        found.append(("target_other", f"{', '.join(a.targets)} - {', '.join(b.targets)}", 1.0))
    return found


def _toll(a: Report, b: Report) -> list[Found]:
    if not a.killed or not b.killed:
        return []
    overlap = any(x[0] <= y[1] and y[0] <= x[1] for x in a.killed for y in b.killed)
    exact = [x for x in a.killed if x in b.killed and x[0] > 1]
    if exact:
        return [("toll_same", f"{exact[0][0]}-{exact[0][1]}", min(2.0, 0.6 + exact[0][0] / 20))]
    return [] if overlap else [("toll_other", f"{a.killed[0]} - {b.killed[0]}", 1.0)]


def _words(a: Report, b: Report) -> list[Found]:
    people = {w for w in a.keywords & b.keywords if w.startswith("@")}
    named: list[Found] = [("person_same", ", ".join(sorted(people)).replace("@", ""), 1.0)] if people else []
    mine, theirs = ({w for w in r.keywords if not w.startswith("@")} for r in (a, b))
    if not mine or not theirs:
        return named
    share = len(mine & theirs) / min(len(mine), len(theirs))
    return [*named, ("words", f"{share:.0%} of the longer words shared", min(1.0, share / 0.5))]
