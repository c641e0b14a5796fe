"""Places told by others: distances and bearings, landmarks in appositions, stretches of road."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from veille.codes import PlaceLevel, PlaceRole
from veille.reading.gazetteer import km
from veille.reading.numbers import CARDINAL, quantities
from veille.reading.patterns import ABOUT, ROAD
from veille.reading.place_mentions import HERE, PlaceMention
from veille.reading.rules import PlaceRule
from veille.reading.sentences import Sentence
from veille.records.readings import Place

_DIRECTION = re.compile(
    rf"(?:a|environ|quelque)\s+(?:(?:une?|quelques|plus d[e']|moins d[e']|pres d[e']|environ|quelque|moins d'une|un peu plus de)\s*)*(?P<n>{CARDINAL}|vingtaine|dizaine|quinzaine|trentaine|quarantaine|cinquantaine|centaine)?(?:ne)?\s*(?:de\s+)?(?:km|kilometres?)\s+(?:(?:a|au|a l')\s*(?:vol d'oiseau\s*)?)?(?:(?:l'|la )?(?P<dir>(?:nord|sud|est|ouest)(?:-(?:est|ouest))?)\s+)?(?:de la |de l'|de |d'|du )\s*$"
)
_FROM_HERE = re.compile(
    rf"(?:a|environ|quelque)\s+(?:(?:une?|plus d[e']|moins d[e']|pres d[e']|environ|quelque)\s*)*(?P<n>{CARDINAL}|vingtaine|dizaine|quinzaine|trentaine|quarantaine|cinquantaine|centaine)\s*(?:de\s+)?(?:km|kilometres?)\s+(?:(?:a|au|a l')\s*(?:vol d'oiseau\s*)?)?(?:(?:l'|la )?(?P<dir>(?:nord|sud|est|ouest)(?:-(?:est|ouest))?)\s+)(?:de la (?:localite|ville|commune)|du (?:village|bourg|marche|camp|site)|de (?:celle-ci|celui-ci|cette localite|ce village|cette ville))"
)
_BEARING = {
    "nord": 0,
    "nord-est": 45,
    "est": 90,
    "sud-est": 135,
    "sud": 180,
    "sud-ouest": 225,
    "ouest": 270,
    "nord-ouest": 315,
}
_APPOSED = re.compile(r"(?:^|[,(;-]\s*|situee?s? |sise? |localisee? |distante? |se trouve )[^,;]{0,40}$")


def apposed(sentence: Sentence, hits: list[PlaceMention]) -> list[PlaceMention]:
    """Return distances: a landmark where the place itself stands before, else a point at that distance and bearing."""
    out: list[PlaceMention] = []
    for hit in hits:
        before = sentence.plain[: hit.start]
        m = _DIRECTION.search(before)
        if hit.kind in (PlaceRole.SCENE, PlaceRole.AREA, PlaceRole.SPEAKER) and m:
            earlier = [h for h in out if h.kind == PlaceRole.SCENE and h.end <= m.start()]
            if (
                earlier
                and m.start() - earlier[-1].end < 80
                and _APPOSED.search(sentence.plain[earlier[-1].end : m.start()])
            ):
                out.append(replace(hit, kind=PlaceRole.LANDMARK, rule=PlaceRule.DISTANCE_APPOSED))
                continue
            out.append(
                replace(hit, kind=PlaceRole.SCENE, place=_moved(hit.place, m), rule=PlaceRule.DISTANCE, strength=0.8)
            )
            continue
        if (
            hit.kind == PlaceRole.SCENE
            and re.search(r"(?:axe|route|piste) (?:de |d'|du |menant a |reliant )$", before)
            and any(h.kind == PlaceRole.SCENE and hit.start - h.end < 70 for h in out)
        ):
            out.append(replace(hit, kind=PlaceRole.LANDMARK, rule=PlaceRule.ROAD_IT_LIES_ON))
            continue
        if hit.kind == PlaceRole.SCENE and ABOUT.search(before):
            earlier = [
                h
                for h in out
                if h.kind == PlaceRole.SCENE
                and hit.start - h.end < 30
                and re.fullmatch(
                    r"\s*,?\s*(?:une? (?:localite|village|ville)[\w ]*)?\s*(?:situee? )?(?:pres|au \w+(?:-\w+)?|aux \w+|non loin|a hauteur)[\w' ]*",
                    sentence.plain[h.end : hit.start],
                )
            ]
            if earlier:
                out.append(replace(hit, kind=PlaceRole.LANDMARK, rule=PlaceRule.NEAR_APPOSED))
                continue
            out.append(
                replace(
                    hit, place=replace(hit.place, precision=2), rule=PlaceRule.NEAR, strength=min(hit.strength, 0.8)
                )
            )
            continue
        out.append(hit)
    return out


def _moved(place: Place, m: re.Match[str]) -> Place:
    if place.latitude is None or place.longitude is None or not m["n"]:
        return replace(place, precision=2)
    number = quantities("une " + m["n"] if m["n"].endswith("aine") else m["n"])
    distance = number[0].low or number[0].high or 0 if number else 0
    if not m["dir"] or distance > 120:
        return replace(place, precision=2)
    angle = math.radians(_BEARING[m["dir"]])
    lat = place.latitude + distance * math.cos(angle) / 111.2
    lon = place.longitude + distance * math.sin(angle) / (111.2 * math.cos(math.radians(place.latitude)))
    name = HERE if place.name == HERE else f"{distance} km au {m['dir']} de {place.name}"
    return replace(
        place, name=name, latitude=round(lat, 4), longitude=round(lon, 4), precision=2, geonameid=None, road=()
    )


def from_here(sentence: Sentence) -> list[PlaceMention]:
    """Return places such as "à 40 km au nord-ouest de la localité", counted from the place last spoken of, whichever that will be."""
    zero = Place(HERE, "", latitude=0.0, longitude=0.0, level=PlaceLevel.SITE)
    return [
        PlaceMention(m.start(), m.end(), _moved(zero, m), PlaceRole.SCENE, PlaceRule.DISTANCE_FROM_LAST, 0.8)
        for m in _FROM_HERE.finditer(sentence.plain)
    ]


def shifted(place: Place, step: Place) -> Place:
    """Return `place` moved by `step`, a HERE place whose coordinates are a displacement from the equator."""
    if place.latitude is None or place.longitude is None or step.latitude is None or step.longitude is None:
        return replace(place, precision=2)
    lon = place.longitude + step.longitude / math.cos(math.radians(place.latitude))
    return replace(
        place,
        name=f"près de {place.name}",
        latitude=round(place.latitude + step.latitude, 4),
        longitude=round(lon, 4),
        precision=2,
        geonameid=None,
        road=(),
    )


def roads(sentence: Sentence, hits: list[PlaceMention]) -> list[PlaceMention]:
    """Return the places with "entre X et Y", "l'axe X-Y", "de X à Y" under a road as one stretch, halfway between."""
    out: list[PlaceMention] = []
    i = 0
    while i < len(hits):
        a = hits[i]
        b = hits[i + 1] if i + 1 < len(hits) else None
        if (
            b
            and a.kind in (PlaceRole.SCENE, PlaceRole.SPEAKER, PlaceRole.LANDMARK)
            and b.kind in (PlaceRole.SCENE, PlaceRole.SPEAKER, PlaceRole.LANDMARK)
            and _is_road(sentence.plain, a, b)
            and 5 < km(a.place, b.place) < 450
        ):
            told_where = re.search(
                r"(?:situee?s?|localisee?s?|se trouve|implantee?)[^,;]{0,40}$", sentence.plain[: a.start]
            )
            kind = (
                PlaceRole.LANDMARK
                if (told_where and any(h.kind == PlaceRole.SCENE for h in out)) or (told_where and not out)
                else PlaceRole.SCENE
            )
            out.append(PlaceMention(a.start, b.end, halfway(a.place, b.place), kind, PlaceRule.ROAD, 0.9))
            i += 2
            continue
        out.append(a)
        i += 1
    return out


def _is_road(text: str, a: PlaceMention, b: PlaceMention) -> bool:
    between = text[a.end : b.start]
    if re.fullmatch(r"\s*[-/]\s*", between):
        return True
    if re.search(r"\bentre\s*(?:les localites d[e']\s*|les villages d[e']\s*)?$", text[: a.start]) and re.fullmatch(
        r"\s*et\s*", between
    ):
        return True
    if re.search(r"\b(?:de|d'|depuis)\s*$", text[: a.start]) and re.fullmatch(
        r"\s*(?:vers|en direction de|a destination de|et (?:se dirigeai\w+|allai\w+) vers)\s*", between
    ):
        return True
    return bool(ROAD.search(text[: a.start])) and bool(re.fullmatch(r"\s*(?:-|a|et|vers|reliant|/)\s*", between))


def halfway(a: Place, b: Place) -> Place:
    """Return the stretch of road between two places that have coordinates."""
    assert a.latitude is not None
    assert b.latitude is not None
    assert a.longitude is not None
    assert b.longitude is not None
    return replace(
        a, name=f"axe {a.name}-{b.name}", road=(a.name, b.name), latitude=round((a.latitude + b.latitude) / 2, 4), longitude=round((a.longitude + b.longitude) / 2, 4),
        precision=2, geonameid=None, level=PlaceLevel.SITE,
    )  # fmt: skip
