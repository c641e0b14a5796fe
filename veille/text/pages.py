"""The whole way from a fetched page to a candidate article, as one function that a worker process can run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from veille.cleaning import clean, one_line, words
from veille.codes import TimePrecision
from veille.dates import parse_published
from veille.records.articles import Extracted
from veille.records.feeds import Item
from veille.text.extraction import Hints, extract
from veille.text.language import detect


def page_to_article(page: bytes, item: Item, now: dt.datetime, content_type: str = "", url: str = "") -> Extracted:
    """Return text, title, authors, time and language of a page; what the feed said fills what the page leaves open.

    `url` is where it was found, if not at the item's own address.
    """
    hints = Hints(clean(item.title), clean(item.summary), item.content, item.authors, url or item.url)
    found, facts = extract(page, hints, content_type)
    if not found.ok:
        return found
    if item.article_id and _is_another(own := facts.title or facts.heading, found.title):
        found = replace(found, title=own)
    published_at, precision = item.published_at, item.published_precision
    if precision != TimePrecision.MINUTE:
        stated_at, stated_precision = _stated(facts.published, item.timezone, now)
        if stated_at and (published_at is None or stated_precision == TimePrecision.MINUTE):
            published_at, precision = stated_at, stated_precision
    language, confidence = detect(found.text, found.title, facts.language)
    return replace(
        found,
        text=clean(found.text),
        title=one_line(found.title),
        authors=tuple(one_line(a, 100) for a in found.authors if clean(a)),
        published_at=published_at,
        published_precision=precision,
        canonical=facts.canonical,
        language=language,
        language_confidence=confidence,
    )


def _stated(raws: Sequence[str], timezone: str | None, now: dt.datetime) -> tuple[dt.datetime | None, TimePrecision]:
    """The first time that can be read, with its minute where the same day is told with one."""
    read = [(at, precision) for raw in raws for at, precision in (parse_published(raw, timezone, now),) if at]
    if not read:
        return None, TimePrecision.UNKNOWN
    day = read[0][0].date()
    return next((r for r in read if r[1] == TimePrecision.MINUTE and r[0].date() == day), read[0])


def _is_another(title: str, listed: str) -> bool:
    """Whether an edited page calls itself something else than its feed once did: less than half of the words are the same.

    Else the feed's title stands: pages add the site's name to theirs.
    """
    mine, theirs = set(words(title)), set(words(listed))
    return bool(mine) and len(mine & theirs) * 2 < len(theirs)
