"""The scenes of a sentence: one incident, or several told in one breath; and which scenes are one place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from veille.codes import PlaceLevel
from veille.reading.annotation import AnnotatedSentence
from veille.reading.gazetteer import km
from veille.reading.place_mentions import HERE, PlaceMention
from veille.reading.relative import shifted
from veille.reading.rules import PlaceRule
from veille.records.readings import Place

SAME_PLACE_KM = 12.0
_MANY = re.compile(
    r"\b(?:attaques|assauts|camps|positions|bases|localites|villages|garnisons|emprises|postes|villes|frappes|deux|trois|quatre|cinq|six|sept|plusieurs|simultan\w*|l'une|l'autre|meme moment|egalement|respectivement|ainsi que|fronts)\b"
)
_ROADS = re.compile(r"\b(?:routes|axes|pistes)\b[^.;:]*$")


def distinct(s: AnnotatedSentence, here: Place | None) -> list[PlaceMention]:
    """Return the scenes of a sentence that are incidents of their own: one, or several where the words are plural."""
    scenes = [h for h in s.scenes if h.strength >= 0.6] or list(s.scenes)
    scenes = [_resolved(h, here) for h in scenes if h.place.name != HERE or here]
    if s.sentence.is_title and (colon := s.sentence.plain.find(":")) > 0 and any(h.start > colon for h in scenes):
        scenes = [h for h in scenes if h.start > colon]  # "Kouandé : un poste attaqué à Guilmaro"
    if any(h.place.precision == 1 and h.strength >= 0.9 for h in scenes):
        scenes = [h for h in scenes if h.place.precision == 1 or h.rule is PlaceRule.ROAD]
    if len(scenes) > 2 and _ROADS.search(s.sentence.plain[: scenes[0].start]):
        scenes = scenes[:1]  # "le blocus des routes qui mènent à Ménaka, Kidal, Gao": one measure
    if len(scenes) > 1:
        scenes = [h for h in scenes if h.rule is not PlaceRule.CAPITAL] or scenes
    if not scenes:
        return []
    anchor = min((at for _, at in s.triggers), default=0)
    best = min(scenes, key=lambda h: (-round(h.strength, 1), abs(h.start - anchor)))
    if s.sentence.is_title or s.sentence.index <= 1:
        best = min(scenes, key=lambda h: (-round(h.strength, 1), h.start))
    if not _MANY.search(s.sentence.plain) and not _listed_scenes(s, scenes):
        return [best]
    kept: list[PlaceMention] = []
    for h in [best, *scenes]:
        if all(km(h.place, k.place) > SAME_PLACE_KM and h.place.name != k.place.name for k in kept):
            kept.append(h)
    listed = [h for h in kept if h is best or _coordinated(s, best, h, scenes)]
    return sorted(listed, key=lambda h: h.start)


def _resolved(hit: PlaceMention, here: Place | None) -> PlaceMention:
    """ "à 40 km au nord-ouest de la localité": counted from the place last spoken of."""
    if hit.place.name != HERE or here is None:
        return hit
    return replace(hit, place=shifted(here, hit.place))


def _listed_scenes(s: AnnotatedSentence, scenes: Sequence[PlaceMention]) -> bool:
    return any(
        re.fullmatch(r"\s*(?:,|et|et a|et d'|et de|ainsi que|puis|, puis)\s*", s.sentence.plain[a.end : b.start])
        for a, b in itertools.pairwise(scenes)
    )


def _coordinated(s: AnnotatedSentence, best: PlaceMention, other: PlaceMention, scenes: Sequence[PlaceMention]) -> bool:
    """Joined by commas and "et" to the best scene, through others if need be; or in the same plural clause."""
    low, high = sorted((best, other), key=lambda h: h.start)
    inside = [h for h in scenes if low.start <= h.start <= high.start]
    for a, b in itertools.pairwise(inside):
        between = s.sentence.plain[a.end : b.start]
        if not re.fullmatch(
            r"\s*(?:\([^)]*\)\s*)?(?:,|;|et|, et|ainsi que|, puis|puis|ou|-)?\s*(?:(?:a|au|aux|dans|pres|de|d'|celui|celle|contre|sur|le camp|la base|la garnison|le poste|la localite|la ville|le village|en|l'autre|les|du|des|l') ?)*(?:de |d'|du )?\s*",
            between,
        ):
            return False
    return True


def near_area(area: Place, place: Place) -> bool:
    if area.country != place.country and area.country and place.country:
        return False
    if place.latitude is None or area.latitude is None:
        return True
    if area.level == PlaceLevel.ADMIN1:
        return not place.admin1 or area.name == place.admin1 or area.admin1 == place.admin1 or km(area, place) < 150
    return km(area, place) < 130


def area_of(s: AnnotatedSentence) -> PlaceMention | None:
    areas = sorted(
        s.areas,
        key=lambda h: (
            {PlaceLevel.ADMIN2: 0, PlaceLevel.COMMUNE: 0, PlaceLevel.AREA: 1, PlaceLevel.ADMIN1: 2}.get(
                h.place.level, 3
            ),
            h.start,
        ),
    )
    return areas[0] if areas else None


def is_one_place(a: Place, b: Place) -> bool:
    """Tell whether two scenes of an article are one place: the same name, an end of one road, or near for their precision."""
    if a.name == b.name or b.name in a.road or a.name in b.road:
        return True
    if max(a.precision, b.precision) == 2 and (a.name in b.name or b.name in a.name) and km(a, b) <= 60:
        return True  # "près d'Abala" and "30 km au nord d'Abala"
    return km(a, b) <= (SAME_PLACE_KM if max(a.precision, b.precision) == 1 else 25.0)
