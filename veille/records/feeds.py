"""From the feeds to the queue: what is declared, remembered, answered and listed (web → tasks → warehouse)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from veille.codes import OutletKind, Stage, TimePrecision
from veille.records.articles import Extracted


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
    kind: OutletKind = OutletKind.INDEPENDENT
    expect_per_week: tuple[int, int] | None = None
    enabled: bool = True
    note: str = ""
    sites: tuple[str, ...] = ()  # other hosts of its articles than that of `url`


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
    """What one GET brought, as a value: `outcome` is a `Reason` or `http_STATUS`, `detail` one line."""

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
    is_sunk: bool = False  # a name led to an address that must not be dialled


@dataclass(frozen=True, slots=True, kw_only=True)
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
    published_precision: TimePrecision = TimePrecision.UNKNOWN


@dataclass(frozen=True, slots=True)
class Poll:
    """One feed polled: the items it listed and the state to remember."""

    feed: Feed
    state: FeedState
    outcome: str  # a Reason, or http_STATUS
    items: tuple[FeedItem, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
    published_precision: TimePrecision
    first_seen_at: dt.datetime
    attempts: int = 0
    article_id: str | None = None  # set when the page of an article is looked at again
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item is no article (yet): final (`rejected`) or to be tried again at `next_attempt_at` (`pending`)."""

    url: str
    feed_id: str
    stage: Stage
    reason: str  # a Reason, or http_STATUS
    detail: str
    attempts: int
    next_attempt_at: dt.datetime | None  # None: final
    not_before: dt.datetime | None = None  # a server's own Retry-After, which force does not override
