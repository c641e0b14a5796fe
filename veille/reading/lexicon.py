"""The words of conflict news, from `veille/reference/lexicon.toml`, compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from veille.codes import EventType, Source, SubEventType

SOURCES = (
    Source.SECURITY_SOURCE,
    Source.WITNESS,
    Source.UN,
    Source.NGO,
    Source.MEDIA,
    Source.LOCAL_SOURCE,
    Source.OFFICIAL,
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What tells of an incident: its ACLED types and how strongly (2 by itself, 1 with company)."""

    event_type: EventType
    sub_event_type: SubEventType
    weight: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled file."""

    triggers: tuple[Trigger, ...]
    filters: dict[str, re.Pattern[str]]
    general: re.Pattern[str]
    recall: re.Pattern[str]
    roundup: re.Pattern[str]
    negated: re.Pattern[str]
    hypothetical: re.Pattern[str]
    sources: dict[str, re.Pattern[str]]
    speech: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; raises KeyError or re.error at import of a broken file (the tests load it)."""
    data = tomllib.loads(resources.files("veille.reference").joinpath("lexicon.toml").read_text("utf-8"))
    general, frames = data["general"], data["frames"]
    return Lexicon(
        tuple(
            Trigger(EventType(t["type"]), SubEventType(t["sub"]), t["weight"], _any(t["patterns"]))
            for t in data["triggers"]["hit"]
        ),
        {name: _any(patterns) for name, patterns in data["filters"].items()},
        _any(general["patterns"]),
        _any(general["recall"]),
        _any(general["roundup"]),
        _any(general["negated"]),
        _any(general["hypothetical"]),
        {name: _any([rf"(?<!\w)(?:{p})" for p in frames[name]]) for name in SOURCES},
        re.compile(rf"(?<!\w){frames['verbs']}\w*"),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))
