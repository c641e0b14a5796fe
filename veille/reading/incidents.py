"""Which incidents an article tells of, and which sentences tell of which.

The walk: sentence by sentence, a sentence that tells of violence opens an incident or goes on with one. It goes on with
the incident of the same place and day; a new place, or another day at the same place, opens another. A sentence without
place belongs to the incident last spoken of. An older day told with "déjà", "avait", "en septembre dernier" is a recall.
Sentences about the war at large, hypotheses and negations open nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from veille.reading.actors import NON_STATE, STATE_SIDE
from veille.reading.hits import Hit
from veille.reading.scenes import area_of, distinct, is_one_place, near_area
from veille.reading.seen import Seen
from veille.reading.when import Found
from veille.records import Place, When

#: Recalls older than this many days are background even without a recalling word.
OLD_DAYS = 12
_ALONGSIDE = re.compile(r"meme (?:moment|jour|temps|heure|matinee|nuit)|simultan|egalement|\baussi\b|un autre|une autre|\bdeux\b|ensuite|\bpuis\b|enfin|successivement|de son cote|plus (?:au|a l')")


@dataclass(slots=True)
class Incident:
    """An incident as it is put together; `core` are the sentences that tell of it, `about` those that go on with it."""

    hit: Hit | None
    area: Hit | None = None
    time: Found | None = None
    is_background: bool = False
    core: list[Seen] = field(default_factory=list)
    about: list[Seen] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    @property
    def place(self) -> Place | None:
        hit = self.hit or self.area
        return hit.place if hit else None

    @property
    def first(self) -> int:
        return min((s.sentence.index for s in self.core), default=99)


def assemble(seen: Sequence[Seen], today: dt.date) -> list[Incident]:
    """The incidents of an article, in the order in which it tells of them."""
    incidents: list[Incident] = []
    current: Incident | None = None
    outside = False
    before: Seen | None = None
    for s in seen:
        if s.is_elsewhere and s.weight >= 2:
            outside = True
            continue
        if s.scenes:
            outside = False
        if outside and not s.scenes:
            continue
        if _tells(s):
            if not s.scenes and before is not None and before.scenes and before.sentence.paragraph == s.sentence.paragraph and not before.is_general:
                s = replace(s, hits=(*before.scenes[:1], *s.hits))
            current = _place(s, incidents, current, today)
        elif current is not None and not s.is_general:
            target = _mentioned(s, incidents) or current
            target.about.append(s)
            current = target
            if target.hit is None and s.scenes and not s.is_hypothetical and s.sentence.index - target.first <= 3:
                target.hit = s.scenes[0]
            if target.time is None and (not s.is_recall or s.sentence.index <= 2) and (time := _time_of(s, incidents)) and time.precision == 1:
                target.time = time
        before = s if not _tells(s) else None
    _add_head(incidents, seen, today)
    _give_places(incidents, seen)
    _give_times(incidents, seen)
    _fold_areas(incidents)
    return [_settled(i, incidents) for i in incidents if _holds(i)]


def _add_head(incidents: list[Incident], seen: Sequence[Seen], today: dt.date) -> None:
    """Title and first sentences taken together tell of an incident though no sentence does by itself."""
    head = [s for s in seen[:4] if not s.is_elsewhere]
    if any(s in i.core for i in incidents for s in head if s.sentence.index <= 2) or not head:
        return
    weight = sum(s.weight for s in head if not s.is_general and not s.is_negated)
    clash = any({n.kind for n in s.actors} & NON_STATE for s in head) and any({n.kind for n in s.actors} & (STATE_SIDE | {"civilian"}) for s in head)
    scene = next((h for s in head for h in s.scenes if not s.is_general), None)
    time = max((t for s in head for t in s.times if t.precision == 1 and not t.words.startswith("depuis")), key=lambda t: t.low, default=None)
    if scene is None or (today - time.low).days > 10 if time else weight < 2:
        return
    if weight + clash < 2:
        return
    opened = Incident(scene, next((area_of(s) for s in head if s.areas), None), time, core=[s for s in head if s.weight or s.scenes or s.times])
    opened.trace.append("title and first sentences together")
    incidents.insert(0, opened)


def _give_places(incidents: list[Incident], seen: Sequence[Seen]) -> None:
    """An incident told without a place happened where the title and the first sentences are."""
    head = next((h for s in seen[:1] for h in s.scenes), None) or next((h for s in seen[1:5] for h in s.scenes if not s.is_hypothetical), None)
    for i in list(incidents):
        if i.hit is None and i.area is None and head is None and i.first <= 2 and sum(s.weight for s in i.core) >= 5:
            i.area = _vaguest(seen)
        if i.hit is None and i.area is None and head is not None:
            twin = next((o for o in incidents if o is not i and _same_place(o, head) and _overlap(o.time, i.time)), None)
            if twin is None:
                i.hit = head
                i.trace.append(f"placed where the article is: {head.place.name}")
            else:
                twin.core = sorted([*twin.core, *i.core], key=lambda s: s.sentence.index)
                twin.about += i.about
                twin.time = twin.time or i.time
                incidents.remove(i)


def _fold_areas(incidents: list[Incident]) -> None:
    """An incident told by its region alone is the one told by its town, on that day."""
    for i in list(incidents):
        if i.hit is None and i.area is not None:
            twin = next((o for o in incidents if o.hit and o is not i and _overlap(o.time, i.time) and o.is_background == i.is_background and near_area(i.area.place, o.hit.place)), None)
            if twin is not None:
                twin.core = sorted([*twin.core, *i.core], key=lambda s: s.sentence.index)
                twin.about += i.about
                twin.area, twin.time = twin.area or i.area, twin.time or i.time
                incidents.remove(i)


def _overlap(a: Found | None, b: Found | None) -> bool:
    return a is None or b is None or (a.low <= b.high and b.low <= a.high)


def _vaguest(seen: Sequence[Seen]) -> Hit | None:
    """Where an article that names no scene happened at best: the region of a landmark, else the country it speaks of first."""
    head = [h for s in seen[:8] for h in s.hits]
    for hit in head:
        if hit.kind == "landmark" and hit.place.admin1 and hit.place.country:
            where = replace(hit.place, name=hit.place.admin1, level="admin1", precision=3, geonameid=None)
            return replace(hit, place=where, kind="area", rule="region of a landmark")
    named = next((h for h in head if h.kind == "country"), None)
    if named is None:
        return None
    return replace(named, place=replace(named.place, precision=3), kind="area", rule="only the country is named")


def _give_times(incidents: Sequence[Incident], seen: Sequence[Seen]) -> None:
    """An incident told without a day, in the same breath as one with a day, happened on that day."""
    main = next((i for i in incidents if i.time and not i.is_background), None)
    if main is None and incidents:
        lede = next((t for s in seen[:3] for t in s.times if t.precision == 1 and not t.words.startswith("depuis")), None)
        main = replace(incidents[0], time=lede) if lede else None
    for i in incidents:
        if i.time is None and not i.is_background:
            alongside = any(_ALONGSIDE.search(s.sentence.plain) for s in i.core) or i.first <= 1
            firm = i.hit is not None and i.hit.strength >= 0.9 and any(s.weight >= 2 and not s.is_recall and not s.is_general for s in i.core) and i.first <= 8
            beside = next((o for o in incidents if o.time and o is not i and any(s in o.core for s in i.core)), main if alongside or firm else None)
            if beside is not None:
                i.time = beside.time
                i.trace.append("day of the incident told beside it")


def _tells(s: Seen) -> bool:
    if not s.is_negated and s.weight == 1 and not s.is_recall and not s.is_general and _ALONGSIDE.search(s.sentence.plain) and any(h.strength >= 0.9 for h in s.scenes):
        return True
    if s.is_negated or s.weight < (1 if s.scenes and (s.times or s.sentence.is_title) and not s.is_hypothetical else 2):
        return False
    if (s.is_general or s.is_hypothetical) and not ((s.times or s.tolls or s.sentence.index <= 1) and s.scenes):
        return bool(s.sentence.index <= 2 and s.weight >= 4 and not s.is_general)
    return True


def _place(s: Seen, incidents: list[Incident], current: Incident | None, today: dt.date) -> Incident:
    """Put a telling sentence with its incident, or open one (several where it names several scenes)."""
    time = _time_of(s, incidents)
    scenes = distinct(s, current.place if current else None)
    if not scenes:
        return _placeless(s, incidents, current, time, today)
    last: Incident | None = None
    for scene in scenes:
        match = next((i for i in incidents if _same_place(i, scene) and _same_time(i, time, s)), None)
        if match is None and current is not None and current.hit is None and _fits_area(current, scene) and _same_time(current, time, s):
            match = current
            match.hit = scene
        if match is None:
            match = Incident(scene, area_of(s), time, _is_background(s, time, incidents, today))
            match.trace.append(f"opened by sentence {s.sentence.index}: {scene.place.name} ({scene.rule})")
            incidents.append(match)
        if match.hit is not None and match.hit.rule == "near it" and scene.rule == "distance and bearing":
            match.hit = scene  # the title says "près d'Abala", the text how far and in which direction
        _join(match, s, time)
        last = last or match
    assert last is not None
    return last


def _placeless(s: Seen, incidents: list[Incident], current: Incident | None, time: Found | None, today: dt.date) -> Incident:
    area = area_of(s)
    match = next((i for i in incidents if i is current and _same_time(i, time, s)), None)
    if match is None and time is not None:
        match = next((i for i in incidents if i.time and i.time.low <= time.high and time.low <= i.time.high), None)
    if match is None and current is not None and time is not None and not _same_time(current, time, s) and current.hit is not None and not area and s.weight >= 2 and time.precision == 1:
        match = Incident(current.hit, current.area, time, _is_background(s, time, incidents, today))
        match.trace.append(f"opened by sentence {s.sentence.index}: another day at {current.hit.place.name}")
        incidents.append(match)
    if match is not None and area and match.hit and not near_area(area.place, match.hit.place) and s.times:
        match = None
    if match is None:
        match = Incident(None, area, time, _is_background(s, time, incidents, today))
        match.trace.append(f"opened by sentence {s.sentence.index} without a place")
        incidents.append(match)
    _join(match, s, time)
    if match.area is None:
        match.area = area
    return match


def _join(incident: Incident, s: Seen, time: Found | None) -> None:
    incident.core.append(s)
    if time is not None and (incident.time is None or (incident.time.precision > time.precision and not s.is_recall)):
        incident.time = time


def _time_of(s: Seen, incidents: Sequence[Incident]) -> Found | None:
    if not s.times:
        return None
    dated = [t for t in s.times if t.rule != "year" and not t.words.startswith("depuis")]
    if not dated:
        return next((t for t in s.times if t.rule == "year" and not t.words.startswith("depuis") and not incidents), None)
    if len(dated) > 1 and s.triggers:
        anchor = min(at for _, at in s.triggers)
        precise = [t for t in dated if t.precision == 1] or dated
        return min(precise, key=lambda t: abs(t.start - anchor))
    return dated[0]


def _same_place(i: Incident, scene: Hit) -> bool:
    return i.hit is not None and is_one_place(i.hit.place, scene.place)


def _fits_area(i: Incident, scene: Hit) -> bool:
    return i.area is None or near_area(i.area.place, scene.place)


def _same_time(i: Incident, time: Found | None, s: Seen) -> bool:
    """Could the sentence's day be the incident's? Half a day of slack for nights and datelines, none for recalls."""
    if time is None:
        return not (s.is_recall and i.time is not None and i.core and not i.is_background and s.sentence.index > 3 and _old_words(s))
    if i.time is None:
        return not (i.core and s.is_recall and s.sentence.index > 2)
    return time.low <= i.time.high and i.time.low <= time.high


def _old_words(s: Seen) -> bool:
    return bool(re.search(r"\b(?:l'an dernier|l'annee derniere|auparavant|il y a (?:\w+ )?(?:mois|an|ans)|par le passe)\b", s.sentence.plain))


def _is_background(s: Seen, time: Found | None, incidents: Sequence[Incident], today: dt.date) -> bool:
    """An older incident, told as such beside the article's own."""
    if time is None:
        return s.is_recall and bool(incidents) and s.sentence.index > 2
    age = (today - time.high).days
    main = next((i for i in incidents if i.time and not i.is_background), None)
    if main is None or main.time is None:
        return age > 45 and s.sentence.index > 2
    older = (main.time.low - time.high).days
    if older <= 0:
        return False
    return s.is_recall or older >= OLD_DAYS or (older >= 2 and s.sentence.index > 2)


def _mentioned(s: Seen, incidents: Sequence[Incident]) -> Incident | None:
    for scene in s.scenes:
        for i in incidents:
            if _same_place(i, scene):
                return i
    return None


def _holds(i: Incident) -> bool:
    """Enough to be told of: a place or an area, and words of violence that are not all doubtful."""
    return i.place is not None and bool(i.core)


def _settled(i: Incident, incidents: Sequence[Incident]) -> Incident:
    """The place with its container; unknown names take the coordinates of the area named beside them."""
    place = i.place
    if place is None or i.hit is None or place.latitude is not None:
        return i
    beside = i.area or next((s.areas[0] for s in i.core if s.areas), None) or next((o.area for o in incidents if o.area), None)
    near = next((o.hit.place for o in incidents if o.hit and o.hit.place.latitude is not None), None)
    anchor = beside.place if beside else near
    if anchor is not None:
        i.hit = replace(i.hit, place=replace(place, country=anchor.country, admin1=anchor.admin1 or (anchor.name if anchor.level == "admin1" else ""), admin2=anchor.admin2, latitude=anchor.latitude, longitude=anchor.longitude, precision=3))
    return i


def interval(found: Found | None, incident: Incident, today: dt.date) -> When:
    """When an incident took place: what its sentences say, else just before publication, and how precisely."""
    if found is not None:
        return When(found.low, min(found.high, max(today, found.low)), found.precision, found.words, found.flag, found.is_span)
    said = min((t.low for s in incident.core for t in s.said_on if t.precision == 1), default=today)
    if incident.is_background:
        return When(said - dt.timedelta(days=60), said, 3, "", "undated")
    return When(said, said, 1, "", "undated")
