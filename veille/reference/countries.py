"""Countries, from `countries.toml`: region, forces, capitals, clocks, and the words by which an article names them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One table of countries.toml; its head says what each key means."""

    code: str
    name: str
    region: bool = False
    from_latitude: float = -90.0
    dumps: bool = False
    forces: str = ""
    forces_named_by: tuple[str, ...] = ()
    capital: str = ""
    adjective: str = ""
    speaks_as: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    timezone: str = ""
    named_by: tuple[str, ...] = ()


@cache
def countries() -> dict[str, Country]:
    """Return every country by its code, in the order of the file. Raises KeyError or TypeError for a broken file."""
    text = resources.files("veille.reference").joinpath("countries.toml").read_text("utf-8")
    known = {f.name for f in fields(Country)}
    found: dict[str, Country] = {}
    for table in tomllib.loads(text)["country"]:
        if unknown := sorted(table.keys() - known):
            raise KeyError(f"countries.toml: {table.get('code', '?')}: unknown key {unknown[0]!r}")
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
        found[table["code"]] = Country(**values)
    return found


@cache
def region() -> frozenset[str]:
    """Return the codes of the countries whose incidents are events.

    >>> sorted(region() & {"ML", "NG", "FR"})
    ['ML', 'NG']
    """
    return frozenset(c.code for c in countries().values() if c.region)


@cache
def with_dumps() -> tuple[str, ...]:
    """Return the codes of the countries whose GeoNames dumps make the gazetteer, in the order of the file."""
    return tuple(c.code for c in countries().values() if c.dumps)


def is_in_region(country: str, latitude: float | None) -> bool:
    """Tell whether a place of a country belongs to the region; of some countries only the north does.

    >>> is_in_region("NG", 11.8), is_in_region("NG", 6.5), is_in_region("ML", None), is_in_region("FR", 48.9)
    (True, False, True, False)
    """
    found = countries().get(country)
    return found is not None and found.region and (latitude is None or latitude >= found.from_latitude)


@cache
def forces() -> dict[str, str]:
    """Return the code of each country's forces."""
    return {c.code: c.forces for c in countries().values() if c.forces}


def timezone_of(country: str) -> str:
    """Return the IANA zone of an outlet's country (ISO 3166 alpha-2); UTC for countries not known here.

    >>> timezone_of("NE"), timezone_of("ML"), timezone_of("XX")
    ('Africa/Niamey', 'Africa/Bamako', 'UTC')
    """
    found = countries().get(country.upper())
    return found.timezone if found and found.timezone else "UTC"


@cache
def governments() -> frozenset[str]:
    """Return the folded names that stand for a government."""
    return frozenset(name for c in countries().values() for name in c.speaks_as)


@cache
def cities() -> frozenset[str]:
    """Return the folded names of towns where two incidents a day are usual."""
    return frozenset(name for c in countries().values() for name in c.cities)


@cache
def by_adjective() -> dict[str, str]:
    """Return the code of the country of each folded adjective, as in "la capitale malienne"."""
    return {c.adjective: c.code for c in countries().values() if c.adjective}


@cache
def name_patterns() -> tuple[tuple[str, str], ...]:
    """Return (code, pattern) for every way in which a folded text names a country."""
    return tuple((c.code, p) for c in countries().values() for p in c.named_by)
