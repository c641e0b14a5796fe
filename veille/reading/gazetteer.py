"""What names stand for: the hand-checked overlay, the imported GeoNames places under it, and the world outside the region.

The overlay wins over the dumps for a name, and hides their homonyms nearby. Names outside the region are known only to
tell its violence apart.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import islice

from veille.cleaning import fold
from veille.codes import POINT_LEVELS, PlaceLevel, PlaceSource
from veille.geo import km_between
from veille.records.readings import Place
from veille.reference.countries import is_in_region, region

NEAR_KM = 25.0


def in_region(place: Place) -> bool:
    """Tell whether the place is in the region that the warehouse covers."""
    return is_in_region(place.country, place.latitude)


def km(a: Place, b: Place) -> float:
    """Return great-circle distance; infinite where either has no coordinates."""
    return km_between(a.latitude, a.longitude, b.latitude, b.longitude)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by folded name: `overlay` first, then `dumps`; `elsewhere` names to countries outside."""

    overlay: Mapping[str, tuple[Place, ...]]
    elsewhere: Mapping[str, str]
    dumps: Mapping[str, list[Place]] = field(default_factory=dict)

    def find(self, folded: str) -> tuple[Place, ...]:
        """Return every place of a name: the overlay's, then those of the dumps that the overlay does not stand for."""
        ours = self.overlay.get(folded, ())
        theirs = self.dumps.get(folded, [])
        return ours + tuple(p for p in theirs if not any(_same(p, o) for o in ours))

    def admin1_of(self, place: Place) -> str:
        """Return the usual French name of the region a place lies in: that of the nearest place of the overlay."""
        near = min(
            (p for p in _points().get(place.country, ()) if p.admin1),
            key=lambda p: km(p, place),
            default=None,
        )
        return near.admin1 if near and km(near, place) < 120 else place.admin1


def _same(p: Place, ours: Place) -> bool:
    return p.country == ours.country and (p.level == ours.level or km(p, ours) < NEAR_KM)


@cache
def base() -> Gazetteer:
    """Return the gazetteer that ships: the overlay and the names elsewhere."""
    overlay: dict[str, list[Place]] = {}
    for place, names in _rows():
        for name in names:
            overlay.setdefault(fold(name), []).append(place)
    text = resources.files("veille.reference").joinpath("elsewhere.csv").read_text("utf-8")
    outside = (r for r in csv.DictReader(text.splitlines()) if r["country"] not in region())
    elsewhere = {fold(r["name"]): r["country"] for r in outside}
    return Gazetteer({k: tuple(v) for k, v in overlay.items()}, elsewhere)


def with_dumps(found: Mapping[str, list[Place]]) -> Gazetteer:
    """Return the shipped gazetteer with what the imported dumps hold for the names of a batch of articles."""
    return replace(base(), dumps=found)


@cache
def _rows() -> tuple[tuple[Place, tuple[str, ...]], ...]:
    text = resources.files("veille.reference").joinpath("places.csv").read_text("utf-8")
    return tuple(
        (_place(r), (r["name"], *filter(None, r["aliases"].split("|")))) for r in csv.DictReader(text.splitlines())
    )


@cache
def _points() -> Mapping[str, tuple[Place, ...]]:
    points: dict[str, list[Place]] = {}
    for place, _ in _rows():
        if place.level in POINT_LEVELS:
            points.setdefault(place.country, []).append(place)
    return {k: tuple(v) for k, v in points.items()}


@cache
def country_place(country: str) -> Place | None:
    """Return the place that stands for a whole country, where an article says no more."""
    return next((p for p, _ in _rows() if p.level == PlaceLevel.COUNTRY and p.country == country), None)


@cache
def spellings(country: str) -> tuple[tuple[str, Place], ...]:
    """Return folded names of a country's towns in the overlay, of six letters or more: what a misspelling is compared with."""
    return tuple(
        (folded, place)
        for place, names in _rows()
        if place.country == country
        and place.level in (PlaceLevel.TOWN, PlaceLevel.CAMP, PlaceLevel.VILLAGE)
        and (place.level == PlaceLevel.TOWN or place.population > 3000 or place.admin1)
        for name in names
        if len(folded := fold(name)) >= 6
    )


def _place(row: Mapping[str, str]) -> Place:
    return Place(
        name=row["name"],
        country=row["country"],
        admin1=row["admin1"],
        admin2=row["admin2"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        level=PlaceLevel(row["level"]),
        geonameid=int(row["geonameid"]) if row["geonameid"] else None,
        population=int(row["population"] or 0),
        source=PlaceSource.OVERLAY,
    )


_TOKEN = re.compile(r"[A-ZÀ-ÖØ-Þ0-9][\w]*|[\w]+|[-'’]|\S")
_CONNECTORS = frozenset(
    {
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "l",
        "sur",
        "en",
        "et",
        "-",
        "'",
        "’",
        "n",
        "ag",
        "el",
        "al",
        "in",
        "ti",
        "tin",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of tokens that may be a name: offsets in the sentence and the folded form."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=512)  # the sentences of an article are asked for twice
def name_spans(text: str, longest: int = 5) -> tuple[Span, ...]:
    """Return every run of up to five tokens that begins and ends with a capital: the names to look up.

    >>> [s.folded for s in name_spans("à Gorom-Gorom, puis Ber")]
    ['gorom', 'gorom gorom', 'gorom', 'ber']
    """
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text)]
    spans: list[Span] = []
    for i, (start, _, first) in enumerate(tokens):
        if not first[0].isupper():
            continue
        length = 0
        for _, end, token in islice(tokens, i, None):
            if token[0].isupper() or token.isdigit():
                length += 1
                if length > longest:
                    break
                folded = fold(text[start:end])
                if len(folded) > 1 and not (len(first) == 1 and length == 1):
                    spans.append(Span(start, end, folded))
            elif token.lower() not in _CONNECTORS:
                break
    return tuple(spans)


def candidate_names(texts: Iterable[str]) -> set[str]:
    """Return the folded names of a batch of texts that a gazetteer may know."""
    return {span.folded for text in texts for line in text.split("\n") for span in name_spans(line)}
