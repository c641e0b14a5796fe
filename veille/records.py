"""The records that pass between the rooms: frozen, plain, without behaviour.

Times are aware datetimes in UTC; days are local dates of the place or outlet. Texts hold neither NULs nor surrogates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

# ------------------------------------------------------------------------------------------------ feeds and fetching


@dataclass(frozen=True, slots=True)
class Feed:
    """One declared source: a `[[feeds]]` table of feeds.toml."""

    id: str
    outlet: str
    url: str
    country: str
    language: str = "fr"
    timezone: str | None = None
    poll_minutes: int = 30
    kind: str = "independent"
    expect_per_week: tuple[int, int] | None = None
    enabled: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls; `next_due_at` None means never polled."""

    feed_id: str
    url: str | None = None  # where a permanent redirect led, if anywhere
    etag: str | None = None  # byte for byte as the server sent it (latin-1)
    last_modified: str | None = None
    body_hash: str | None = None
    interval_minutes: float = 0.0
    next_due_at: dt.datetime | None = None
    not_before: dt.datetime | None = None  # a server's own Retry-After
    last_attempt_at: dt.datetime | None = None
    last_success_at: dt.datetime | None = None
    last_new_item_at: dt.datetime | None = None
    consecutive_failures: int = 0
    is_gone: bool = False
    last_error: str | None = None
    declared_url: str | None = None  # what feeds.toml said then: a new address there is a new start


@dataclass(frozen=True, slots=True)
class Response:
    """What one GET brought, as a value: `outcome` is "ok", "not_modified" or a short reason code, `detail` one line."""

    url: str
    outcome: str
    status: int = 0
    detail: str = ""
    final_url: str = ""
    permanent_url: str | None = None  # the end of a chain of 301/308 only
    body: bytes = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    max_age_s: int | None = None
    retry_after_s: float | None = None
    raw_ref: str = ""  # "FILE:OFFSET" in the raw archive, "" if not archived
    extracted: Extracted | None = None  # what was read of it once, where the archive keeps no more


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry as a feed lists it; `url` is canonical, `link` as given."""

    feed_id: str
    url: str
    link: str
    guid: str = ""
    title: str = ""
    summary: str = ""  # plain text
    content: str = ""  # HTML of the full text where the feed gives one, else ""
    authors: tuple[str, ...] = ()
    published_raw: str = ""
    published_at: dt.datetime | None = None
    published_precision: str = "unknown"  # minute | day | unknown
    language: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """One feed polled: the items it listed and the state to remember."""

    feed: Feed
    state: FeedState
    outcome: str  # ok | not_modified | skipped | gone | a reason code
    items: tuple[FeedItem, ...] = ()
    detail: str = ""
    raw_ref: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the queue: listed by a feed, to be fetched (or looked at again) now."""

    url: str
    feed_id: str
    outlet: str
    country: str
    timezone: str | None
    link: str
    title: str
    summary: str
    content: str
    authors: tuple[str, ...]
    published_at: dt.datetime | None
    published_precision: str
    first_seen_at: dt.datetime
    attempts: int = 0
    article_id: str | None = None  # set when the page of an article is looked at again
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item is no article (yet): final (`rejected`) or to be tried again at `next_attempt_at` (`pending`)."""

    url: str
    feed_id: str
    stage: str  # poll | download | extract | language
    reason: str
    detail: str
    attempts: int
    next_attempt_at: dt.datetime | None  # None: final
    not_before: dt.datetime | None = None  # a server's own Retry-After, which force does not override


# ------------------------------------------------------------------------------------------------ articles


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says, before any judgement; `ok` False carries a reason."""

    ok: bool
    reason: str = ""
    detail: str = ""
    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    published_precision: str = "unknown"
    canonical: str = ""
    is_teaser: bool = False
    language: str = ""
    language_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Article:
    """One revision of a French article."""

    article_id: str
    revision: int
    url: str
    outlet: str
    country: str  # of the outlet
    feed_id: str
    title: str
    authors: tuple[str, ...]
    published_at: dt.datetime | None
    published_precision: str
    first_seen_at: dt.datetime
    updated_at: dt.datetime
    language: str
    language_confidence: float
    summary: str
    text: str  # paragraphs separated by newlines
    is_teaser: bool
    timezone: str | None = None
    raw_ref: str = ""


# ------------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer, or a name kept without coordinates (`source` "text")."""

    name: str
    country: str  # alpha-2, "" if unknown
    admin1: str = ""
    admin2: str = ""
    latitude: float | None = None
    longitude: float | None = None
    level: str = "town"  # town | village | camp | site | commune | admin2 | admin1 | area | country
    geonameid: int | None = None
    population: int = 0
    source: str = "overlay"  # overlay | geonames | text
    precision: int = 1  # 1 the place itself, 2 near it or on the road, 3 region


@dataclass(frozen=True, slots=True)
class When:
    """First and last possible day of an incident, both inclusive."""

    low: dt.date
    high: dt.date
    precision: int = 1  # 1 day, 2 about a week, 3 month
    words: str = ""
    flag: str = ""  # "weekday-mismatch", "future", "undated"
    is_span: bool = False  # the action went on over these days (rather than: on one of them)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says what of an incident; bounds are None where the text gives none."""

    claimant: str
    kind: str  # responsibility | denial | control | repelled | toll
    quote: str
    victims: str | None = None
    outcome: str | None = None
    low: int | None = None
    high: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One incident as one article tells it."""

    mention_id: str
    article_id: str
    revision: int
    role: str  # primary | secondary | background
    sentence: str
    when: When
    place: Place
    event_type: str
    sub_event_type: str
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
    scope: str  # sahel | elsewhere | none
    mentions: tuple[Mention, ...] = ()
    unknown_places: tuple[str, ...] = ()
    trace: tuple[str, ...] = field(default=(), compare=False)


# ------------------------------------------------------------------------------------------------ linking


@dataclass(frozen=True, slots=True)
class Report:
    """A mention as the linker sees it: what is compared, and where it comes from."""

    mention_id: str
    article_id: str
    outlet: str
    published_at: dt.datetime
    wire: str  # article_id of the original of its wire text (itself for an original)
    role: str
    date_low: dt.date
    date_high: dt.date
    time_precision: int
    is_dated: bool
    is_span: bool
    country: str
    admin1: str
    admin2: str
    place: str
    latitude: float | None
    longitude: float | None
    geo_precision: int
    geonameid: int | None
    level: str
    event_type: str
    sub_event_type: str
    attackers: tuple[str, ...]
    targets: tuple[str, ...]
    keywords: frozenset[str]
    killed: tuple[tuple[int, int], ...]  # bounds of the dead, one a claimant
    title: str = ""
    sentence: str = ""
    founds: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against two reports being one event."""

    feature: str
    detail: str
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report belongs, how surely, why, and which event came second."""

    mention_id: str
    event_id: str
    is_new: bool
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    runner_up: str | None = None
    is_close: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """An analyst's decision. "merged": `other_id` went into `event_id`; "split": `other_id` came out of `event_id`."""

    correction_id: str
    at: dt.datetime
    what: str  # merged | split
    event_id: str
    other_id: str
    moved: tuple[tuple[str, str], ...]  # (mention_id, article_id) that changed their event
    kept: tuple[tuple[str, str], ...]  # those that were in `event_id` already
    why: str
    author: str
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A mention that a repair gave another event; `what` is merged, split or moved."""

    mention_id: str
    from_id: str
    to_id: str
    what: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody wants to be told; `of` is event or feed, `text` one French line."""

    alert_id: str
    kind: str  # deadly | contested | watched; failing | silent | unreadable | gone
    of: str
    subject: str  # event_id or feed_id
    watch: str
    text: str
