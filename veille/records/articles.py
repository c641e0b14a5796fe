"""From a page to an article (text → tasks → reading, warehouse)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from veille.codes import TimePrecision


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
    published_precision: TimePrecision = TimePrecision.UNKNOWN
    canonical: str = ""
    is_teaser: bool = False
    language: str = ""
    language_confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
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
    published_precision: TimePrecision
    first_seen_at: dt.datetime
    updated_at: dt.datetime
    language: str
    language_confidence: float
    summary: str
    text: str  # paragraphs separated by newlines
    is_teaser: bool
    timezone: str | None = None
    raw_ref: str = ""
    canonical: str | None = None  # the address that the page calls its own, where that lies on its site
