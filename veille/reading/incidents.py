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
from dataclasses import replace

from veille.reading.annotation import AnnotatedSentence
from veille.reading.completing import ALONGSIDE, complete
from veille.reading.incident import Incident
from veille.reading.lexicon import lexicon
from veille.reading.place_mentions import PlaceMention
from veille.reading.rules import PlaceRule, TimeRule
from veille.reading.scenes import area_of, distinct, is_one_place, near_area
from veille.reading.times import TimeExpression

#: Recalls older than this many days are background even without a recalling word.
OLD_DAYS = 12
_TRAVELLERS = re.compile(r"\bconvois?\b|escort|\bmission\b|delegation|patrouille|cortege")
_ONE_OTHER = re.compile(
    r"\bl'une? (?:contre|a|pres|dans|sur|visant)\b.{0,80}\bl'autre (?:contre|a|pres|dans|sur|visant)\b"
)
_FIRST = re.compile(
    r"(?:^|, |dans )(?:la|le) (?:premiere?|premiere attaque|premier assaut)\b(?! (?:fois|bilan|ministre|semaine|responsable))"
)
_SECOND = re.compile(r"(?:^|, |dans )(?:la|le) (?:seconde?|deuxieme)\b(?! (?:fois|bilan|semaine))")
_PURSUIT = re.compile(r"trousses|poursui|pourchass|fuyards?|rattrap|\brejoints?\b|traqu|pris en chasse|retranch")


def assemble(seen: Sequence[AnnotatedSentence], today: dt.date, country: str = "") -> list[Incident]:
    """Return the incidents of an article, in the order in which it tells of them; `country` is the one it speaks of most."""
    incidents: list[Incident] = []
    current: Incident | None = None
    outside = False
    before: AnnotatedSentence | None = None
    pair: list[Incident] = []  # two incidents told in one breath: "la première", "la seconde"
    is_roundup = any(lexicon().roundup.search(s.sentence.plain) for s in seen[:2])
    for s in seen:
        if s.is_elsewhere and s.weight >= 2:
            outside = True
            continue
        if s.scenes:
            outside = False
        if outside and not s.scenes:
            continue
        if current is not None and current.is_background and s.sentence.paragraph != current.paragraph:
            current = next((i for i in incidents if not i.is_background), current)  # an aside ends with its paragraph
        if _tells(s):
            if (
                not s.scenes
                and before is not None
                and before.scenes
                and before.sentence.paragraph == s.sentence.paragraph
                and not before.is_general
            ):
                s = replace(s, places=(*before.scenes[:1], *s.places))
            elif not s.times and before is not None and _gives_day(before, s):
                s = replace(s, times=before.times)
            if not s.scenes and (named := _which(s, pair)):
                current = named
            n_before = len(incidents)
            current = _place(s, incidents, current, today, is_roundup)
            if len(incidents) >= 2 and len(incidents) - n_before in (1, 2) and len(s.scenes) == 2:
                pair = [i for i in incidents if s in i.core]
        elif current is not None and not s.is_general:
            target = _mentioned(s, incidents) or _which(s, pair) or current
            target.about.append(s)
            current = target
            if (
                target.hit is None
                and s.scenes
                and not s.is_hypothetical
                and (s.sentence.index - target.first <= 3 or "il s'agit d" in s.sentence.plain)
            ):
                target.hit = s.scenes[0]
            if (
                target.time is None
                and (not s.is_recall or s.sentence.index <= 2)
                and (time := _time_of(s, incidents))
                and time.precision == 1
            ):
                target.time = time
        before = s if not _tells(s) else None
    return complete(incidents, seen, today, country)


def _which(s: AnnotatedSentence, pair: Sequence[Incident]) -> Incident | None:
    """ "Dans la seconde, il revendique ...": which of two incidents told in one breath."""
    if len(pair) != 2:
        return None
    if _FIRST.search(s.sentence.plain):
        return pair[0]
    return pair[1] if _SECOND.search(s.sentence.plain) else None


def _gives_day(before: AnnotatedSentence, s: AnnotatedSentence) -> bool:
    """ "Le procureur s'y est rendu samedi. L'escorte a repoussé une attaque": the day of the sentence before."""
    return (
        before.sentence.paragraph == s.sentence.paragraph
        and (
            (not s.scenes and _TRAVELLERS.search(s.sentence.plain) is not None)
            or _ONE_OTHER.search(s.sentence.plain) is not None
        )
        and len(before.times) == 1
        and before.times[0].precision == 1
        and before.sentence.index > 1
        and not (before.is_general or before.is_recall or s.is_recall)
    )


def _tells(s: AnnotatedSentence) -> bool:
    if _ONE_OTHER.search(s.sentence.plain) and len(s.scenes) == 2 and not (s.is_hypothetical or s.is_negated):
        return True  # "L'une contre Ménaka, l'autre contre Labbezanga."
    if (
        not s.is_negated
        and s.weight == 1
        and not s.is_recall
        and not s.is_general
        and ALONGSIDE.search(s.sentence.plain)
        and any(h.strength >= 0.9 for h in s.scenes)
    ):
        return True
    if s.is_negated or s.weight < (1 if s.scenes and (s.times or s.sentence.is_title) and not s.is_hypothetical else 2):
        return False
    if (s.is_general or s.is_hypothetical) and not ((s.times or s.tolls or s.sentence.index <= 1) and s.scenes):
        return bool(s.sentence.index <= 2 and s.weight >= 4 and not s.is_general)
    return True


def _place(
    s: AnnotatedSentence, incidents: list[Incident], current: Incident | None, today: dt.date, is_roundup: bool
) -> Incident:
    """Put a telling sentence with its incident, or open one (several where it names several scenes)."""
    time = _time_of(s, incidents)
    scenes = distinct(s, current.place if current else None)
    if not scenes:
        return _placeless(s, incidents, current, time, today, is_roundup)
    last: Incident | None = None
    for scene in scenes:
        match = next((i for i in incidents if _same_place(i, scene) and _same_time(i, time, s)), None)
        if scene.rule is PlaceRule.DISTANCE_FROM_LAST and current is not None and _PURSUIT.search(s.sentence.plain):
            match, time = None, time or current.time  # caught up with elsewhere: an incident of its own
        if (
            match is None
            and current is not None
            and current.hit is None
            and _fits_area(current, scene)
            and _same_time(current, time, s)
        ):
            match = current
            match.hit = scene
        if match is None and current is not None and _is_detail(scene, current) and _same_time(current, time, s):
            match = current  # "sur l'axe Djibo-Bourzanga. À hauteur de Mentao, ...": a village that no gazetteer knows
        if match is None:
            match = Incident(scene, area_of(s), time, _is_background(s, time, incidents, today, is_roundup))
            match.trace.append(f"opened by sentence {s.sentence.index}: {scene.place.name} ({scene.why})")
            incidents.append(match)
        if match.hit is not None and match.hit.rule is PlaceRule.NEAR and scene.rule is PlaceRule.DISTANCE:
            match.hit = scene  # the title says "près d'Abala", the text how far and in which direction
        if match.hit is not None and match.first == 0 and match.hit.place.name in scene.place.road:
            match.hit = scene  # the title says "sur la route de Gao", the text from where to where
        _join(match, s, time)
        last = last or match
    assert last is not None
    return last


def _placeless(
    s: AnnotatedSentence,
    incidents: list[Incident],
    current: Incident | None,
    time: TimeExpression | None,
    today: dt.date,
    is_roundup: bool,
) -> Incident:
    area = area_of(s)
    match = next((i for i in incidents if i is current and _same_time(i, time, s)), None)
    if match is None and time is not None:
        match = next((i for i in incidents if i.time and i.time.low <= time.high and time.low <= i.time.high), None)
    if (
        match is None
        and current is not None
        and time is not None
        and not _same_time(current, time, s)
        and current.hit is not None
        and not area
        and s.weight >= 2
        and time.precision == 1
    ):
        match = Incident(current.hit, current.area, time, _is_background(s, time, incidents, today, is_roundup))
        match.trace.append(f"opened by sentence {s.sentence.index}: another day at {current.hit.place.name}")
        incidents.append(match)
    if match is not None and area and match.hit and not near_area(area.place, match.hit.place) and s.times:
        match = None
    if match is None:
        match = Incident(None, area, time, _is_background(s, time, incidents, today, is_roundup))
        match.trace.append(f"opened by sentence {s.sentence.index} without a place")
        incidents.append(match)
    _join(match, s, time)
    if match.area is None:
        match.area = area
    return match


def _join(incident: Incident, s: AnnotatedSentence, time: TimeExpression | None) -> None:
    incident.core.append(s)
    if time is not None and (incident.time is None or (incident.time.precision > time.precision and not s.is_recall)):
        incident.time = time


def _time_of(s: AnnotatedSentence, incidents: Sequence[Incident]) -> TimeExpression | None:
    if not s.times:
        return None
    dated = [t for t in s.times if t.rule is not TimeRule.YEAR and not t.words.startswith("depuis")]
    if not dated:
        return next(
            (t for t in s.times if t.rule is TimeRule.YEAR and not t.words.startswith("depuis") and not incidents), None
        )
    if len(dated) > 1 and s.triggers:
        anchor = min(at for _, at in s.triggers)
        precise = [t for t in dated if t.precision == 1] or dated
        return min(precise, key=lambda t: abs(t.start - anchor))
    return dated[0]


def _same_place(i: Incident, scene: PlaceMention) -> bool:
    return i.hit is not None and is_one_place(i.hit.place, scene.place)


def _is_detail(scene: PlaceMention, current: Incident) -> bool:
    return scene.place.latitude is None and current.hit is not None and current.hit.rule is PlaceRule.ROAD


def _fits_area(i: Incident, scene: PlaceMention) -> bool:
    return i.area is None or near_area(i.area.place, scene.place)


def _same_time(i: Incident, time: TimeExpression | None, s: AnnotatedSentence) -> bool:
    """Could the sentence's day be the incident's? Half a day of slack for nights and datelines, none for recalls."""
    if time is None:
        return not (
            s.is_recall
            and i.time is not None
            and i.core
            and not i.is_background
            and s.sentence.index > 3
            and _old_words(s)
        )
    if i.time is None:
        return not (i.core and s.is_recall and s.sentence.index > 2)
    return time.low <= i.time.high and i.time.low <= time.high


def _old_words(s: AnnotatedSentence) -> bool:
    return bool(
        re.search(
            r"\b(?:l'an dernier|l'annee derniere|auparavant|il y a (?:\w+ )?(?:mois|an|ans)|par le passe)\b",
            s.sentence.plain,
        )
    )


def _is_background(
    s: AnnotatedSentence, time: TimeExpression | None, incidents: Sequence[Incident], today: dt.date, is_roundup: bool
) -> bool:
    """An older incident, told as such beside the article's own."""
    if time is None:
        years_ago = any(t.rule is TimeRule.YEAR and t.high.year < today.year for t in s.times)
        return (s.is_recall or years_ago) and bool(incidents) and s.sentence.index > 2
    age = (today - time.high).days
    main = next((i for i in incidents if i.time and not i.is_background), None)
    if main is None or main.time is None:
        return age > 45 and s.sentence.index > 2
    older = (main.time.low - time.high).days
    if older <= 0 or (older < OLD_DAYS and is_roundup):
        return False
    return s.is_recall or older >= OLD_DAYS or (older >= 4 and s.sentence.index > 2)


def _mentioned(s: AnnotatedSentence, incidents: Sequence[Incident]) -> Incident | None:
    for scene in s.scenes:
        for i in incidents:
            if _same_place(i, scene):
                return i
    return None
