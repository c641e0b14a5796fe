"""Who is named in a sentence: codes, aliases by period, and the state's forces by country."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from veille.codes import Actor, ActorKind
from veille.reference.actors import ActorEntry, entries
from veille.reference.countries import forces


@dataclass(frozen=True, slots=True)
class Pattern:
    """An actor and the words by which it is named."""

    entry: ActorEntry
    names: re.Pattern[str]
    not_near: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor named in a sentence; `code` STATE stands for the forces of the incident's country."""

    code: str
    kind: ActorKind
    start: int
    end: int
    words: str
    country: str = ""


@cache
def patterns() -> tuple[Pattern, ...]:
    """Compile the names of all actors, in the order of the file: earlier entries win where spans overlap."""
    return tuple(
        Pattern(
            entry,
            re.compile("|".join(rf"(?<![\w-])(?:{n})(?!\w)" for n in entry.names)),
            re.compile("|".join(entry.not_near)) if entry.not_near else None,
        )
        for entry in entries()
    )


def actor_mentions(
    text: str, day: dt.date | None = None, countries: frozenset[str] = frozenset()
) -> list[ActorMention]:
    """Return every actor named in a folded sentence, in order; overlapping names give the one that is earlier in the lexicon.

    >>> [n.code for n in actor_mentions("le jnim a attaque des soldats maliens et des villageois")]
    ['JNIM', 'MALI_FORCES', 'CIVILIANS']
    >>> [n.code for n in actor_mentions("des hommes armes non identifies ont tue deux vdp")]
    ['UNIDENTIFIED_ARMED_GROUP', 'VDP']
    """
    found: list[ActorMention] = []
    taken = bytearray(len(text) + 1)
    for pattern in patterns():
        if not _applies(pattern, text, day, countries):
            continue
        actor = pattern.entry
        for m in pattern.names.finditer(text):
            if any(taken[m.start() : m.end()]):
                continue
            taken[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
            found.append(ActorMention(actor.code, actor.kind, m.start(), m.end(), m.group(), actor.country))
    return sorted(found, key=lambda n: n.start)


def _applies(pattern: Pattern, text: str, day: dt.date | None, countries: frozenset[str]) -> bool:
    actor = pattern.entry
    if day and ((actor.since and day < actor.since) or (actor.until and day > actor.until)):
        return False
    if actor.countries and countries and not countries & set(actor.countries):
        return False
    if actor.not_in and countries and countries <= set(actor.not_in):
        return False
    return not (pattern.not_near and pattern.not_near.search(text))


def resolve(code: str, country: str) -> str:
    """Return the code with STATE replaced by the forces of the country.

    >>> resolve("STATE", "NE"), resolve("JNIM", "NE")
    ('NIGER_FORCES', 'JNIM')
    """
    return forces().get(country, Actor.UNKNOWN_STATE_FORCES) if code == Actor.STATE else code
