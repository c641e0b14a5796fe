"""Who is named in a sentence: codes, aliases by period, and the state's forces by country."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass
from functools import cache

from veille.codes import Actor, ActorKind
from veille.reading.scan import Patterns, first_of
from veille.reference.actors import ActorEntry, entries
from veille.reference.countries import forces


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
def _names() -> tuple[Patterns, tuple[range, ...], tuple[re.Pattern[str] | None, ...]]:
    """The names of all actors, which of them are whose in the order of the file, and what must not stand near."""
    every = [n for entry in entries() for n in entry.names]
    ends = list(itertools.accumulate(len(entry.names) for entry in entries()))
    places = tuple(range(end - len(entry.names), end) for entry, end in zip(entries(), ends, strict=True))
    near = tuple(re.compile("|".join(entry.not_near)) if entry.not_near else None for entry in entries())
    return Patterns([rf"(?<![\w-])(?:{n})(?!\w)" for n in every]), places, near


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
    names, places, not_near = _names()
    possible = names.possible(text)
    for actor, own, near in zip(entries(), places, not_near, strict=True):
        patterns = [names.compiled[n] for n in own if n in possible]
        if not patterns or not _applies(actor, day, countries) or (near and near.search(text)):
            continue
        for m in first_of(patterns, text):
            if any(taken[m.start() : m.end()]):
                continue
            taken[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
            found.append(ActorMention(actor.code, actor.kind, m.start(), m.end(), m.group(), actor.country))
    return sorted(found, key=lambda n: n.start)


def _applies(actor: ActorEntry, day: dt.date | None, countries: frozenset[str]) -> bool:
    if day and ((actor.since and day < actor.since) or (actor.until and day > actor.until)):
        return False
    if actor.countries and countries and not countries & set(actor.countries):
        return False
    return not (actor.not_in and countries and countries <= set(actor.not_in))


def resolve(code: str, country: str) -> str:
    """Return the code with STATE replaced by the forces of the country.

    >>> resolve("STATE", "NE"), resolve("JNIM", "NE")
    ('NIGER_FORCES', 'JNIM')
    """
    return forces().get(country, Actor.UNKNOWN_STATE_FORCES) if code == Actor.STATE else code
