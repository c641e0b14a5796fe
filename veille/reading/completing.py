"""What an incident leaves open is filled from the rest of the article: its head, the incident beside it, its region."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from veille.codes import NON_STATE, STATE_SIDE, ActorKind, DateFlag, PlaceLevel, PlaceRole
from veille.reading.annotation import AnnotatedSentence
from veille.reading.gazetteer import country_place, km
from veille.reading.incident import Incident
from veille.reading.place_mentions import PlaceMention
from veille.reading.relative import halfway
from veille.reading.rules import PlaceRule
from veille.reading.scenes import area_of, is_one_place, near_area
from veille.reading.times import TimeExpression
from veille.records.readings import When

ALONGSIDE = re.compile(
    r"meme (?:moment|jour|temps|heure|matinee|nuit)|simultan|egalement|\baussi\b|un autre|une autre|\bdeux\b|ensuite|\bpuis\b|enfin|successivement|de son cote|plus (?:au|a l')"
)


def complete(
    incidents: list[Incident], seen: Sequence[AnnotatedSentence], today: dt.date, country: str
) -> list[Incident]:
    """Return the incidents of an article with what could be filled in; those without any place are dropped."""
    _add_head(incidents, seen, today)
    _give_roads(incidents, seen)
    _give_places(incidents, seen, country)
    _give_times(incidents, seen)
    _fold_areas(incidents)
    _fold_titles(incidents, seen)
    return [_settled(i, incidents) for i in incidents if i.place is not None and i.core]


def _add_head(incidents: list[Incident], seen: Sequence[AnnotatedSentence], today: dt.date) -> None:
    """Title and first sentences taken together tell of an incident though no sentence does by itself."""
    head = [s for s in seen[:4] if not s.is_elsewhere]
    if any(s in i.core for i in incidents for s in head if s.sentence.index <= 2) or not head:
        return
    weight = sum(s.weight for s in head if not s.is_general and not s.is_negated)
    clash = any({n.kind for n in s.actors} & NON_STATE for s in head) and any(
        {n.kind for n in s.actors} & (STATE_SIDE | {ActorKind.CIVILIAN}) for s in head
    )
    scene = next((h for s in head for h in s.scenes if not s.is_general), None)
    time = max(
        (t for s in head for t in s.times if t.precision == 1 and not t.words.startswith("depuis")),
        key=lambda t: t.low,
        default=None,
    )
    if scene is None or (today - time.low).days > 10 if time else weight < 2:
        return
    if weight + clash < 2:
        return
    opened = Incident(
        scene,
        next((area_of(s) for s in head if s.areas), None),
        time,
        core=[s for s in head if s.weight or s.scenes or s.times],
    )
    opened.trace.append("title and first sentences together")
    incidents.insert(0, opened)


_CONVOY = re.compile(r"\b(?:convois?|colonnes?|cortege|caravane|car|autocar|bus|camions?)\b")
_FROM = re.compile(r"\b(?:quitt|part(?:i|ant)|venant|provenance|evacu|repli)\w*(?: [\w'-]+){0,3}$")
_TO = re.compile(r"\b(?:rejoindre|ralli|gagn|destination|direction|route|arriv|vers|entre)\w*(?: [\w'-]+){0,3}$")


def _give_roads(incidents: Sequence[Incident], seen: Sequence[AnnotatedSentence]) -> None:
    """A convoy hit on its way: the article says where it left and where it goes, and no scene."""
    if not any(_CONVOY.search(s.sentence.plain) for s in seen[:5]):
        return
    named = [
        (h, s.sentence.plain[: h.start].rstrip())
        for s in seen
        for h in s.places
        if h.kind in (PlaceRole.LANDMARK, PlaceRole.SCENE)
    ]
    named = [(h, before) for h, before in named if h.place.precision == 1 and h.place.latitude is not None]
    left = next((h for h, before in named if _FROM.search(before)), None)
    goal = next((h for h, before in named if _TO.search(before) and left and h.place.name != left.place.name), None)
    if left is None or goal is None or not 5 < km(left.place, goal.place) < 600:
        return
    road = replace(left, kind=PlaceRole.SCENE, place=halfway(left.place, goal.place), rule=PlaceRule.ROAD, strength=0.8)
    for i in incidents:
        if i.hit is None and i.area is None and any(_CONVOY.search(s.sentence.plain) for s in (*i.core, *seen[:3])):
            i.hit = road
            i.trace.append(f"on the way of the convoy: {road.place.name}")


def _give_places(incidents: list[Incident], seen: Sequence[AnnotatedSentence], country: str) -> None:
    """An incident told without a place happened where the title and the first sentences are."""
    head = next((h for s in seen[:1] for h in s.scenes), None) or next(
        (h for s in seen[1:5] for h in s.scenes if not s.is_hypothetical), None
    )
    for i in list(incidents):
        if i.hit is None and i.area is None and head is None and i.first <= 2:
            taken = any(t.sub_event_type.startswith("Abduction") for s in i.core for t, _ in s.triggers)
            dated = i.time is not None and i.time.precision == 1
            if sum(s.weight for s in i.core) >= (2 if taken else 5) and (taken or dated):
                i.area = _vaguest(seen, country)
        if i.hit is None and i.area is None and head is not None:
            twin = next(
                (
                    o
                    for o in incidents
                    if o is not i
                    and (o.hit is not None and is_one_place(o.hit.place, head.place))
                    and _overlap(o.time, i.time)
                ),
                None,
            )
            if twin is None:
                i.hit = head
                i.trace.append(f"placed where the article is: {head.place.name}")
            else:
                twin.core = sorted([*twin.core, *i.core], key=lambda s: s.sentence.index)
                twin.about += i.about
                twin.time = twin.time or i.time
                incidents.remove(i)


def _vaguest(seen: Sequence[AnnotatedSentence], country: str) -> PlaceMention | None:
    """Where an article that names no scene happened at best: the region of a landmark, else the country it speaks of first."""
    head = [h for s in seen[:8] for h in s.places]
    for hit in head:
        if hit.kind == PlaceRole.LANDMARK and hit.place.admin1 and hit.place.country:
            where = replace(
                hit.place, name=hit.place.admin1, level=PlaceLevel.ADMIN1, precision=3, geonameid=None, road=()
            )
            return replace(hit, place=where, kind=PlaceRole.AREA, rule=PlaceRule.REGION_OF_LANDMARK)
    named = next((h for h in head if h.kind == PlaceRole.COUNTRY), None)
    if named is None:
        whole = country_place(country)
        return (
            PlaceMention(0, 0, replace(whole, precision=3), PlaceRole.AREA, PlaceRule.ARTICLES_COUNTRY)
            if whole
            else None
        )
    return replace(named, place=replace(named.place, precision=3), kind=PlaceRole.AREA, rule=PlaceRule.ONLY_COUNTRY)


def _fold_areas(incidents: list[Incident]) -> None:
    """An incident told by its region alone is the one told by its town, on that day."""
    for i in list(incidents):
        if i.hit is None and i.area is not None:
            twin = next(
                (
                    o
                    for o in incidents
                    if o.hit
                    and o is not i
                    and _overlap(o.time, i.time)
                    and o.is_background == i.is_background
                    and near_area(i.area.place, o.hit.place)
                ),
                None,
            )
            if twin is not None:
                twin.core = sorted([*twin.core, *i.core], key=lambda s: s.sentence.index)
                twin.about += i.about
                twin.area, twin.time = twin.area or i.area, twin.time or i.time
                incidents.remove(i)


def _fold_titles(incidents: list[Incident], seen: Sequence[AnnotatedSentence]) -> None:
    """A title that names the big town nearby ("enseignants enlevés à Ségou") tells of what the text places in a village."""
    body = {h.place.name for s in seen if not s.sentence.is_title for h in s.scenes}
    for i in list(incidents):
        if i.hit is None or i.is_background or i.hit.place.name in body or not all(s.sentence.is_title for s in i.core):
            continue
        if any(len(s.scenes) > 1 for s in i.core):
            continue
        told = {t.event_type for s in i.core for t, _ in s.triggers}
        twins = [
            o
            for o in incidents
            if o is not i
            and o.hit is not None
            and not o.is_background
            and o.first <= 2
            and _overlap(o.time, i.time)
            and near_area(replace(i.hit.place, level=PlaceLevel.ADMIN1, name=i.hit.place.admin1), o.hit.place)
            and told & {t.event_type for s in o.core for t, _ in s.triggers}
        ]
        if len(twins) == 1:
            twins[0].core = sorted([*twins[0].core, *i.core], key=lambda s: s.sentence.index)
            twins[0].about += i.about
            twins[0].trace.append(f"the title says {i.hit.place.name}")
            incidents.remove(i)


def _overlap(a: TimeExpression | None, b: TimeExpression | None) -> bool:
    return a is None or b is None or (a.low <= b.high and b.low <= a.high)


def _give_times(incidents: Sequence[Incident], seen: Sequence[AnnotatedSentence]) -> None:
    """An incident told without a day, in the same breath as one with a day, happened on that day."""
    main = next((i for i in incidents if i.time and not i.is_background), None)
    if main is None and incidents:
        lede = next(
            (t for s in seen[:3] for t in s.times if t.precision == 1 and not t.words.startswith("depuis")), None
        )
        main = replace(incidents[0], time=lede) if lede else None
    for i in incidents:
        if i.time is None and not i.is_background:
            alongside = any(ALONGSIDE.search(s.sentence.plain) for s in i.core) or i.first <= 1
            firm = (
                i.hit is not None
                and i.hit.strength >= 0.9
                and any(s.weight >= 2 and not s.is_recall and not s.is_general for s in i.core)
                and i.first <= 8
            )
            beside = next(
                (o for o in incidents if o.time and o is not i and any(s in o.core for s in i.core)),
                main if alongside or firm else None,
            )
            if beside is not None:
                i.time = beside.time
                i.trace.append("day of the incident told beside it")


def _settled(i: Incident, incidents: Sequence[Incident]) -> Incident:
    """The place with its container; unknown names take the coordinates of the area named beside them."""
    place = i.place
    if place is None or i.hit is None or place.latitude is not None:
        return i
    beside = (
        i.area
        or next((s.areas[0] for s in i.core if s.areas), None)
        or next((o.area for o in incidents if o.area), None)
    )
    near = next((o.hit.place for o in incidents if o.hit and o.hit.place.latitude is not None), None)
    anchor = beside.place if beside else near
    if anchor is not None:
        i.hit = replace(
            i.hit,
            place=replace(
                place,
                country=anchor.country,
                admin1=anchor.admin1 or (anchor.name if anchor.level == PlaceLevel.ADMIN1 else ""),
                admin2=anchor.admin2,
                latitude=anchor.latitude,
                longitude=anchor.longitude,
                precision=3,
            ),
        )
    return i


def interval(found: TimeExpression | None, incident: Incident, today: dt.date) -> When:
    """Say when an incident took place: what its sentences say, else just before publication, and how precisely."""
    if found is not None:
        return When(
            found.low, min(found.high, max(today, found.low)), found.precision, found.words, found.flag, found.is_span
        )
    said = min((t.low for s in incident.core for t in s.said_on if t.precision == 1), default=today)
    if incident.is_background:
        return When(said - dt.timedelta(days=60), said, 3, "", DateFlag.UNDATED)
    return When(said, said, 1, "", DateFlag.UNDATED)
