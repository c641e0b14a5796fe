"""The words of conflict news, from `veille/reference/lexicon.toml`, compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from veille.codes import EventType, Source, SubEventType
from veille.reading.scan import Guarded, guarded

SOURCES = (
    Source.SECURITY_SOURCE,
    Source.WITNESS,
    Source.UN,
    Source.NGO,
    Source.MEDIA,
    Source.LOCAL_SOURCE,
    Source.OFFICIAL,
)


#: What a sentence is told as: its key in the file, and in `Lexicon`.
_FRAMES = {
    "patterns": "general",
    "recall": "recall",
    "roundup": "roundup",
    "negated": "negated",
    "hypothetical": "hypothetical",
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What tells of an incident: its ACLED types and how strongly (2 by itself, 1 with company)."""

    event_type: EventType
    sub_event_type: SubEventType
    weight: int
    pattern: Guarded


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled file."""

    triggers: tuple[Trigger, ...]
    filters: dict[str, Guarded]
    general: Guarded
    recall: Guarded
    roundup: Guarded
    negated: Guarded
    hypothetical: Guarded
    sources: dict[Source, Guarded]
    speech: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; raises KeyError or re.error at import of a broken file (the tests load it)."""
    data = tomllib.loads(resources.files("veille.reference").joinpath("lexicon.toml").read_text("utf-8"))
    hits, filters, general = data["triggers"]["hit"], data["filters"], data["general"]
    texts = [_any(words) for words in (*(t["patterns"] for t in hits), *filters.values())]
    every = guarded([*texts, *(_any(general[name]) for name in _FRAMES)])
    told, named, framed = every[: len(hits)], every[len(hits) : len(texts)], every[len(texts) :]
    frames = data["frames"]
    sources = guarded([_any([rf"(?<!\w)(?:{p})" for p in frames[name]]) for name in SOURCES])
    return Lexicon(
        triggers=tuple(
            Trigger(EventType(t["type"]), SubEventType(t["sub"]), t["weight"], pattern)
            for t, pattern in zip(hits, told, strict=True)
        ),
        filters=dict(zip(filters, named, strict=True)),
        **{_FRAMES[name]: pattern for name, pattern in zip(_FRAMES, framed, strict=True)},
        sources=dict(zip(SOURCES, sources, strict=True)),
        speech=re.compile(rf"(?<!\w){frames['verbs']}\w*"),
    )


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{p})" for p in patterns)
