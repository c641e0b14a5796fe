"""Actors, from `actors.toml`: who fights, who is hit, and of what kind each is. Forces of states: `countries.toml`."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from veille.codes import Actor, ActorKind
from veille.reference.countries import countries


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorEntry:
    """One table of actors.toml; its head says what each key means."""

    code: str
    kind: ActorKind
    names: tuple[str, ...]  # regular expressions on folded text
    country: str = ""
    countries: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None


@cache
def entries() -> tuple[ActorEntry, ...]:
    """Return the actors in the order of the file, the forces of each country before STATE: earlier entries win in overlaps."""
    text = resources.files("veille.reference").joinpath("actors.toml").read_text("utf-8")
    of_file = [
        ActorEntry(
            code=e["code"],
            kind=ActorKind(e["kind"]),
            names=tuple(e["names"]),
            country=e.get("country", ""),
            countries=tuple(e.get("countries", ())),
            not_in=tuple(e.get("not_in", ())),
            not_near=tuple(e.get("not_near", ())),
            since=e.get("from"),
            until=e.get("until"),
        )
        for e in tomllib.loads(text)["actor"]
    ]
    of_states = [
        ActorEntry(code=c.forces, kind=ActorKind.STATE, names=c.forces_named_by, country=c.code)
        for c in countries().values()
        if c.forces
    ]
    n = next(n for n, e in enumerate(of_file) if e.code == Actor.STATE)
    return (*of_file[:n], *of_states, *of_file[n:])


@cache
def codes() -> frozenset[str]:
    """Return every code that an event's actors can have.

    >>> sorted(codes() & {"JNIM", "NIGER_FORCES", "STATE"})
    ['JNIM', 'NIGER_FORCES']
    """
    return frozenset(e.code for e in entries()) - {Actor.STATE}


@cache
def kind_of(code: str) -> ActorKind:
    """Return the kind of an actor's code; UNKNOWN for a code that no file holds.

    >>> [kind_of(code).value for code in ("JNIM", "VDP", "MALI_FORCES")]
    ['jihadist', 'auxiliary', 'state']
    """
    return next((e.kind for e in entries() if e.code == code), ActorKind.UNKNOWN)


@cache
def of_kinds(kinds: frozenset[ActorKind]) -> frozenset[str]:
    """Return the codes of all actors of some kinds.

    >>> "JNIM" in of_kinds(frozenset({ActorKind.JIHADIST})), "JNIM" in of_kinds(frozenset({ActorKind.REBEL}))
    (True, False)
    """
    return frozenset(e.code for e in entries() if e.kind in kinds)
