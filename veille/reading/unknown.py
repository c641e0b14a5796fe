"""Names that no gazetteer knows: near spellings of known towns, and villages kept by their name."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from veille.cleaning import fold
from veille.codes import PlaceLevel, PlaceRole, PlaceSource
from veille.reading.context import NOT_A_NAME, Context
from veille.reading.gazetteer import Gazetteer, km, spellings
from veille.reading.patterns import BEFORE_POINT, BETWEEN, before
from veille.reading.place_mentions import PlaceMention
from veille.reading.rules import PlaceRule
from veille.reading.sentences import Sentence
from veille.records.readings import Place

_UNKNOWN = re.compile(
    r"(?:(?:aux environs|aux alentours|aux abords|a proximite|a hauteur|non loin|pres|dans la zone|dans le secteur|dans les environs)(?: du village| de la localite)? (?:de |d')|(?:village voisin|village|localite|lieu-?dit|hameau|bourgade|bourg|campement|position(?:s)? des vdp|vdp|camp|poste|ville|commune|site)s? (?:de |d'|du |dit |nomme |appele |du nom de |des vdp de ))[\"]?\s*$"
)
_UNKNOWN_AT = re.compile(
    r"(?:^|[\s(])(?:a|village de|localite de|hameau de|lieu-?dit|village voisin d[e']|village d'|localite d'|canton d[e']|dite?|campement d[e'])\s*$"
)
#: Somebody was told, or belongs: "indiqué à X", "affilié à X".
_NO_PLACE_AFTER = re.compile(
    r"(?:declar|indiqu|affili|confi|dit|accord|affirm|rappel|expliqu|parl|li|appartenan|fidel|allegeance|rapport|precis|assur|annonc|adress|souhait|rendu? hommage|appel|demand|reproch|merci|impos|remis|livr|transmis|attribu|impute)\w* a\s*$"
)
#: How near another place of the article a town must be to be read in a distant spelling.
NEAR_KM = 120.0
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’]+(?:[- ](?:[A-ZÀ-ÖØ-Þ][\w'’]+|Ag|de|du))*")


def with_unknown(sentences: Sequence[Sentence], gazetteer: Gazetteer, ctx: Context) -> Gazetteer:
    """Return the gazetteer with the names that this article alone shows to be places ("à X", "le village de X"): they then count
    wherever the article names them."""
    extra: dict[str, tuple[Place, ...]] = {}
    for s in sentences:
        if s.text.isupper():
            continue
        for m in _NAME.finditer(s.text):
            name = re.split(r"\s(?:de|du)$", m.group())[0]
            folded = fold(name)
            if (
                len(name) < 5
                or folded in NOT_A_NAME
                or folded in gazetteer.overlay
                or folded in gazetteer.dumps
                or folded in gazetteer.elsewhere
                or name.isupper()
            ):
                continue
            if (
                _UNKNOWN_AT.search(before(s.plain, m.start()))
                and not _NO_PLACE_AFTER.search(before(s.plain, m.start()))
                and not _near_spelling(folded, ctx)
            ):
                extra[folded] = (
                    Place(name, ctx.country, level=PlaceLevel.VILLAGE, source=PlaceSource.TEXT, precision=3),
                )
    return replace(gazetteer, overlay=ChainMap(extra, gazetteer.overlay)) if extra else gazetteer  # type: ignore[arg-type]


def _named(name: str, at: int, kind: PlaceRole, rule: PlaceRule, strength: float) -> PlaceMention:
    return PlaceMention(
        at, at + len(name), Place(name, "", level=PlaceLevel.VILLAGE, source=PlaceSource.TEXT), kind, rule, strength
    )


def unknown(
    sentence: Sentence, hits: Sequence[PlaceMention], skip: int, gazetteer: Gazetteer, ctx: Context
) -> list[PlaceMention]:
    """Return names that no gazetteer knows: a near spelling of a known town, or a name after a head noun, kept as it is."""
    found: list[PlaceMention] = []
    if sentence.text.isupper():
        return []
    for m in _NAME.finditer(sentence.text):
        if m.start() < skip or any(h.start < m.end() and m.start() < h.end for h in (*hits, *found)):
            continue
        said = before(sentence.plain, m.start())
        name = re.split(r"\s(?:de|du)$", m.group())[0]
        folded = fold(name)
        listed = any(
            re.fullmatch(r"\s*(?:,|et|, et|ou)\s*(?:(?:a|de|d') ?)?", sentence.plain[h.end : m.start()])
            for h in (*hits, *found)
            if 0 <= m.start() - h.end <= BETWEEN and h.kind == PlaceRole.SCENE
        )
        pointed = (
            listed or bool(BEFORE_POINT.search(said) or _UNKNOWN.search(said)) or (sentence.is_title and m.start() == 0)
        )
        if pointed and len(folded) >= 6 and (place := _near_spelling(folded, ctx)):
            found.append(
                PlaceMention(m.start(), m.start() + len(name), place, PlaceRole.SCENE, PlaceRule.NEAR_SPELLING, 0.8)
            )
        elif _UNKNOWN.search(said) and len(name) > 3 and folded not in NOT_A_NAME:
            found.append(_named(name, m.start(), PlaceRole.SCENE, PlaceRule.UNKNOWN_AFTER_HEAD_NOUN, 0.7))
        elif (
            found
            and re.fullmatch(r"\s*(?:et|,)\s*(?:d[e']\s*)?", sentence.plain[found[-1].end : m.start()])
            and found[-1].place.source == PlaceSource.TEXT
        ):
            found.append(_named(name, m.start(), PlaceRole.LANDMARK, PlaceRule.UNKNOWN_IN_ENUMERATION, 0.5))
    return found


def _near_spelling(folded: str, ctx: Context) -> Place | None:
    """The one town of the overlay, in the article's country, that is spelled almost so.

    One slip in six letters, two in nine; the first letter stands. More than a fifth of the letters may differ only where
    the town is near another place of the article.
    """
    near = {
        place.name: place
        for place, slips in _spelled_almost(folded, ctx.country)
        if slips * 5 <= len(folded) or _fits(place, ctx)
    }
    return next(iter(near.values())) if len(near) == 1 else None


@lru_cache(maxsize=4096)
def _spelled_almost(folded: str, country: str) -> tuple[tuple[Place, int], ...]:
    """The towns of the overlay that differ by few letters, and by how many."""
    allowed = 1 if len(folded) < 8 else 2
    alike = [n for n in spellings(country) if n[0][0] == folded[0] and abs(len(n[0]) - len(folded)) <= allowed]
    told = ((place, _distance(name, folded, allowed)) for name, place in alike)
    return tuple((place, slips) for place, slips in told if slips <= allowed)


def _fits(place: Place, ctx: Context) -> bool:
    """Is a guessed place near another that the article names?"""
    others = [km(place, s) for s in ctx.settled if s.country == place.country and s.name != place.name]
    return not others or min(others) <= NEAR_KM


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with transpositions, given up past `limit`."""
    previous2: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, previous2[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        previous2, previous = previous, row
    return previous[-1]
