"""From an article to what it tells (reading → warehouse)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from veille.codes import ClaimKind, DateFlag, EventType, Outcome, PlaceLevel, PlaceSource, Role, Scope, Victims


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer, or a name kept without coordinates (`source` TEXT)."""

    name: str
    country: str  # alpha-2, "" if unknown
    admin1: str = ""
    admin2: str = ""
    latitude: float | None = None
    longitude: float | None = None
    level: PlaceLevel = PlaceLevel.TOWN
    geonameid: int | None = None
    population: int = 0
    source: PlaceSource = PlaceSource.OVERLAY
    precision: int = 1  # 1 the place itself, 2 near it or on the road, 3 region
    road: tuple[str, ...] = ()  # the names of its two ends, where it is a stretch of road


@dataclass(frozen=True, slots=True)
class When:
    """First and last possible day of an incident, both inclusive."""

    low: dt.date
    high: dt.date
    precision: int = 1  # 1 day, 2 about a week, 3 month
    words: str = ""
    flag: DateFlag = DateFlag.NONE
    is_span: bool = False  # the action went on over these days (rather than: on one of them)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says what of an incident; bounds are None where the text gives none."""

    claimant: str
    kind: ClaimKind
    quote: str
    victims: Victims | None = None
    outcome: Outcome | None = None
    low: int | None = None
    high: int | None = None
    rule: str = ""  # what the rule that read it is called in explanations


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One incident as one article tells it."""

    mention_id: str
    article_id: str
    revision: int
    role: Role
    sentence: str
    when: When
    place: Place
    event_type: EventType
    sub_event_type: str  # a SubEventType; "" where none fits
    attackers: tuple[str, ...]
    targets: tuple[str, ...]
    actors: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    keywords: tuple[str, ...] = ()  # long words around the incident, and people hit by name ("@..."), for linking
    founds: bool = True  # False: told in passing, it may join a known event, and founds none
    trace: tuple[str, ...] = field(default=(), compare=False)  # which rule read what from which words


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one article."""

    article_id: str
    revision: int
    scope: Scope
    mentions: tuple[Mention, ...] = ()
    unknown_places: tuple[str, ...] = ()
    defect: str = ""  # what our rules stumbled over, and where; the article is then kept unread
    trace: tuple[str, ...] = field(default=(), compare=False)
