"""Who is named in a sentence: codes, aliases by period, and the state's forces by country."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

FORCES = {
    "ML": "MALI_FORCES", "BF": "BURKINA_FORCES", "NE": "NIGER_FORCES", "TD": "CHAD_FORCES", "BJ": "BENIN_FORCES", "TG": "TOGO_FORCES",
    "NG": "NIGERIA_FORCES", "MR": "MAURITANIA_FORCES", "CI": "IVORY_COAST_FORCES", "SN": "SENEGAL_FORCES", "GN": "GUINEA_FORCES",
    "GH": "GHANA_FORCES",
}  # fmt: skip
STATE_SIDE = frozenset({"state", "auxiliary", "mercenary"})
NON_STATE = frozenset({"jihadist", "rebel", "militia", "bandit", "unknown"})


@dataclass(frozen=True, slots=True)
class Actor:
    """One entry of actors.toml."""

    code: str
    kind: str
    pattern: re.Pattern[str]
    country: str = ""
    countries: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    not_near: re.Pattern[str] | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An actor named in a sentence; `code` STATE stands for the forces of the incident's country."""

    code: str
    kind: str
    start: int
    end: int
    words: str
    country: str = ""


@cache
def actors() -> tuple[Actor, ...]:
    """The lexicon of actors, in the order of the file: earlier entries win where spans overlap."""
    data = tomllib.loads(resources.files("veille.reference").joinpath("actors.toml").read_text("utf-8"))
    return tuple(
        Actor(
            entry["code"],
            entry["kind"],
            re.compile("|".join(rf"(?<![\w-])(?:{n})(?!\w)" for n in entry["names"])),
            entry.get("country", ""),
            tuple(entry.get("countries", ())),
            tuple(entry.get("not_in", ())),
            re.compile("|".join(entry["not_near"])) if "not_near" in entry else None,
            entry.get("from"),
            entry.get("until"),
        )
        for entry in data["actor"]
    )


@cache
def codes() -> frozenset[str]:
    """Every code that an event's actors can have.

    >>> sorted(codes() & {"JNIM", "NIGER_FORCES", "STATE"})
    ['JNIM', 'NIGER_FORCES']
    """
    return frozenset(a.code for a in actors()) - {"STATE"} | frozenset(FORCES.values())


@cache
def kind_of(code: str) -> str:
    """The kind of an actor's code ("state", "jihadist", ...); "unknown" for a code that the lexicon does not hold.

    >>> kind_of("JNIM"), kind_of("VDP"), kind_of("MALI_FORCES")
    ('jihadist', 'auxiliary', 'state')
    """
    return next((a.kind for a in actors() if a.code == code), "unknown")


def named(text: str, day: dt.date | None = None, countries: frozenset[str] = frozenset()) -> list[Named]:
    """Every actor named in a folded sentence, in order; overlapping names give the one that is earlier in the lexicon.

    >>> [n.code for n in named("le jnim a attaque des soldats maliens et des villageois")]
    ['JNIM', 'MALI_FORCES', 'CIVILIANS']
    >>> [n.code for n in named("des hommes armes non identifies ont tue deux vdp")]
    ['UNIDENTIFIED_ARMED_GROUP', 'VDP']
    """
    found: list[Named] = []
    taken = bytearray(len(text) + 1)
    for actor in actors():
        if not _applies(actor, text, day, countries):
            continue
        for m in actor.pattern.finditer(text):
            if any(taken[m.start() : m.end()]):
                continue
            taken[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
            found.append(Named(actor.code, actor.kind, m.start(), m.end(), m.group(), actor.country))
    return sorted(found, key=lambda n: n.start)


def _applies(actor: Actor, text: str, day: dt.date | None, countries: frozenset[str]) -> bool:
    if day and ((actor.since and day < actor.since) or (actor.until and day > actor.until)):
        return False
    if actor.countries and countries and not countries & set(actor.countries):
        return False
    if actor.not_in and countries and countries <= set(actor.not_in):
        return False
    return not (actor.not_near and actor.not_near.search(text))


def resolve(code: str, country: str) -> str:
    """The code with STATE replaced by the forces of the country.

    >>> resolve("STATE", "NE"), resolve("JNIM", "NE")
    ('NIGER_FORCES', 'JNIM')
    """
    return FORCES.get(country, "UNKNOWN_STATE_FORCES") if code == "STATE" else code
