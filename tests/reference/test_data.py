"""The reference data that ships: places, names from elsewhere, feeds. Nothing here needs the network."""

from __future__ import annotations

import csv
import math
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from veille.codes import OutletKind, PlaceLevel
from veille.reference import countries

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "veille" / "reference"
PLACE_COLUMNS = [
    *("name", "aliases", "country", "admin1", "admin2", "latitude", "longitude"),
    *("level", "geonameid", "population", "origin"),
]
LEVELS = {"town", "village", "camp", "site", "commune", "admin2", "admin1", "area", "country"}
COUNTRIES = countries.region()
ORIGINS = {"geonames", "osm", "cod", "press"}
FEED_KEYS = {
    *("id", "outlet", "url", "country", "language", "timezone"),
    *("poll_minutes", "kind", "expect_per_week", "enabled", "note"),
}
KINDS = set(OutletKind)
BURKINA = {
    *("Boucle du Mouhoun", "Cascades", "Centre", "Centre-Est", "Centre-Nord", "Centre-Ouest", "Centre-Sud"),
    *("Est", "Hauts-Bassins", "Nord", "Plateau-Central", "Sahel", "Sud-Ouest"),
}
MALI = {
    *("Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou"),
    *("Gao", "Kidal", "Taoudénit", "Ménaka", "Bamako"),
}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


PLACES = rows("places.csv")
ELSEWHERE = rows("elsewhere.csv")
FEEDS = tomllib.loads((ROOT / "feeds.toml").read_text(encoding="utf-8"))["feeds"]


def fold(text: str) -> str:
    """Letters and digits alone, small, without accents: 'Fada N’Gourma' is 'fadangourma'."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def aliases(place: dict[str, str]) -> list[str]:
    return [alias for alias in place["aliases"].split("|") if alias]


def km(place: dict[str, str], latitude: float, longitude: float) -> float:
    lat, lon = float(place["latitude"]), float(place["longitude"])
    east = (lon - longitude) * math.cos(math.radians((lat + latitude) / 2))
    return 111.2 * math.hypot(lat - latitude, east)


def settlement(country: str, name: str) -> dict[str, str]:
    """The one settlement whose name or alias folds like this."""
    small = {"town", "village", "camp", "site"}
    found = [
        place
        for place in PLACES
        if place["country"] == country
        and place["level"] in small
        and fold(name) in {fold(n) for n in [place["name"], *aliases(place)]}
    ]
    assert len(found) == 1, (name, found)
    return found[0]


def test_places_have_the_promised_shape() -> None:
    assert len(PLACES) >= 350
    for place in PLACES:
        assert list(place) == PLACE_COLUMNS
        assert place["name"] == place["name"].strip() != ""
        assert place["country"] in COUNTRIES, place
        assert place["level"] in LEVELS, place
        assert set(place["origin"].split()) <= ORIGINS, place
        assert place["origin"], place


def test_places_lie_in_the_region() -> None:
    for place in PLACES:
        assert 4 <= float(place["latitude"]) <= 28, place
        assert -18 <= float(place["longitude"]) <= 25, place


def test_numbers_of_places_are_numbers_or_empty() -> None:
    for place in PLACES:
        if place["geonameid"]:
            assert 0 < int(place["geonameid"]) < 10**9, place
        if place["population"]:
            assert int(place["population"]) > 0, place
    ids = Counter(place["geonameid"] for place in PLACES if place["geonameid"])
    assert [i for i, n in ids.items() if n > 1] == []


def test_no_place_is_listed_twice() -> None:
    keys = Counter((fold(place["name"]), place["country"], place["level"]) for place in PLACES)
    assert [key for key, n in keys.items() if n > 1] == []


def test_aliases_say_more_than_the_name() -> None:
    for place in PLACES:
        names = [fold(name) for name in [place["name"], *aliases(place)]]
        assert len(names) == len(set(names)), place


def test_every_place_belongs_to_a_listed_region() -> None:
    regions = {(place["country"], place["name"]) for place in PLACES if place["level"] == PlaceLevel.ADMIN1}
    for place in PLACES:
        if place["admin1"]:
            assert (place["country"], place["admin1"]) in regions, place
        else:
            assert place["level"] in {PlaceLevel.COUNTRY, PlaceLevel.AREA}, place


def test_regions_of_mali_and_burkina_are_complete() -> None:
    regions = {(place["country"], place["name"]) for place in PLACES if place["level"] == PlaceLevel.ADMIN1}
    assert {("BF", name) for name in BURKINA} <= regions
    assert {("ML", name) for name in MALI} <= regions


@pytest.mark.parametrize(
    ("country", "name", "latitude", "longitude"),
    [
        ("BF", "Djibo", 14.10, -1.63),
        ("BF", "Diapaga", 12.07, 1.79),
        ("BF", "Solhan", 13.38, 0.46),
        ("BF", "Mansila", 13.16, 0.64),
        ("BF", "Inata", 14.34, -1.33),
        ("ML", "Niafunké", 15.93, -3.99),
        ("ML", "Ménaka", 15.92, 2.40),
        ("ML", "Tessit", 15.22, 0.29),
        ("ML", "Boulkessy", 14.80, -1.30),
        ("ML", "Farabougou", 14.89, -6.14),
        ("ML", "Ogossagou", 13.96, -3.57),
        ("ML", "Tin Zaouatine", 19.95, 2.97),
        ("NE", "Inates", 15.23, 1.31),
        ("NE", "Bani Bangou", 15.04, 2.70),
        ("NG", "Maiduguri", 11.85, 13.16),
        ("TD", "Bagassola", 13.54, 14.32),
    ],
)
def test_well_known_places_stand_where_they_are(country: str, name: str, latitude: float, longitude: float) -> None:
    assert km(settlement(country, name), latitude, longitude) < 5


def test_elsewhere_is_elsewhere() -> None:
    ours = {fold(name) for place in PLACES for name in [place["name"], *aliases(place)]}
    folded = [fold(row["name"]) for row in ELSEWHERE]
    assert len(folded) >= 250
    assert len(folded) == len(set(folded))
    assert sorted(set(folded) & ours) == []


def test_elsewhere_names_no_country_of_the_region() -> None:
    for row in ELSEWHERE:
        assert list(row) == ["name", "country"]
        assert re.fullmatch(r"[A-Z]{2}|NG-S|GH-S", row["country"]), row
        assert row["country"] not in COUNTRIES, row


def test_feeds_are_told_apart() -> None:
    assert len(FEEDS) >= 60
    for key in ("id", "url"):
        values = Counter(feed[key] for feed in FEEDS)
        assert [value for value, n in values.items() if n > 1] == []


def test_feeds_have_only_known_keys_and_values() -> None:
    for feed in FEEDS:
        assert set(feed) <= FEED_KEYS, feed
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", feed["id"]), feed
        assert re.match(r"https?://[^/\s]+/\S*$", feed["url"]), feed
        assert re.fullmatch(r"[A-Z]{2}", feed["country"]), feed
        assert feed["kind"] in KINDS, feed
        assert ZoneInfo(feed["timezone"]), feed
        low, high = feed["expect_per_week"]
        assert 0 <= low <= high, feed
        assert feed["poll_minutes"] >= 15, feed


def test_a_feed_that_is_off_says_why() -> None:
    for feed in FEEDS:
        assert feed["note"], feed
        assert feed["enabled"] == (not feed["note"].startswith("Off: ")), feed
