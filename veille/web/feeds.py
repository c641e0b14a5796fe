"""A feed's bytes become items: RSS, RDF, Atom and JSON Feed, well formed or not, with every field cleaned.

`bozo` (not well formed) is noted and never a reason to reject: truncated feeds, undeclared entities and PHP warnings
still hold items. What the feed library is not trusted with: encodings (`feedbytes`), dates (`veille.dates`), HTML
(`plain`), relative links (`urls`).
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from veille.codes import Reason, TimePrecision
from veille.dates import parse_published
from veille.records.feeds import Feed, FeedItem
from veille.reference.countries import timezone_of
from veille.web.feedbytes import (
    MAX_ITEMS,
    MAX_TAGS,
    looks_like_feed,
    looks_like_html,
    looks_like_json,
    repaired,
    without_media,
)
from veille.web.jsonfeed import entries_of
from veille.web.plain import clean, plain, without_cdata
from veille.web.urls import canonical, resolved

MAX_CONTENT_CHARS = 1_000_000
MAX_TTL_MINUTES = 7 * 24 * 60.0
_PERIOD_MINUTES = {"hourly": 60.0, "daily": 1440.0, "weekly": 10080.0, "monthly": 43200.0, "yearly": 525600.0}
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_DATE_KEYS = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed says; `ok` False carries a reason: "html", "not_a_feed" or "unparsable". An empty feed may be ok."""

    ok: bool
    reason: str = ""
    items: tuple[FeedItem, ...] = ()
    ttl_minutes: float | None = None  # the longest of ttl and sy:updatePeriod, at most a week


def parse_feed(body: bytes, feed: Feed, base_url: str, now: dt.datetime) -> ParsedFeed:
    """Read a feed fetched from `base_url` (after redirects) at `now`. Never raises.

    Each item's `url` is canonical and appears once; at most 5,000 items are read.
    """
    if looks_like_json(body):
        listed = entries_of(body)
        if listed is None:
            return ParsedFeed(False, Reason.NOT_A_FEED)
        return ParsedFeed(True, "", _items(listed[:MAX_ITEMS], feed, base_url, now))
    try:
        text, is_cut = repaired(body)
        if not looks_like_feed(text):
            return ParsedFeed(False, Reason.HTML if looks_like_html(body) else Reason.NOT_A_FEED)
        if text.count(b"<") > MAX_TAGS:
            return ParsedFeed(False, Reason.UNPARSABLE)
        result = feedparser.parse(io.BytesIO(without_media(text)), resolve_relative_uris=False, sanitize_html=False)
    except Exception:  # whatever a hostile feed makes of a parser, it is this feed's failure alone
        return ParsedFeed(False, Reason.UNPARSABLE)
    entries, channel = result["entries"][:MAX_ITEMS], result["feed"]
    if not result.get("version") and not entries:
        return ParsedFeed(False, Reason.HTML if looks_like_html(body) else Reason.NOT_A_FEED)
    if is_cut and not entries:
        return ParsedFeed(False, Reason.UNPARSABLE)
    return ParsedFeed(True, "", _items(entries, feed, base_url, now), _ttl_minutes(channel))


def _items(entries: Iterable[Mapping[str, Any]], feed: Feed, base_url: str, now: dt.datetime) -> tuple[FeedItem, ...]:
    """The items by address, the first of each; what has no usable link is none."""
    found: dict[str, FeedItem] = {}
    for entry in entries:
        link = _link(entry, base_url)
        url = canonical(link, base_url) if link else None
        if url is not None and url not in found:
            found[url] = _item(entry, feed, url, link, now)
    return tuple(found.values())


def _item(entry: Mapping[str, Any], feed: Feed, url: str, link: str, now: dt.datetime) -> FeedItem:
    raw, at, precision = _published(entry, feed.timezone or timezone_of(feed.country), now)
    return FeedItem(
        feed_id=feed.id,
        url=url,
        link=link,
        guid=clean(_string(entry, "id")).strip()[:2000],
        title=plain(_string(entry, "title")),
        summary=plain(_string(entry, "summary")),
        content=_content(entry),
        authors=_authors(entry),
        published_raw=raw,
        published_at=at,
        published_precision=precision,
    )


def _link(entry: Mapping[str, Any], base_url: str) -> str:
    """The address that the item gives for itself: its link, else its guid if that is an address; "" if neither is.

    A site's front page is no article, however many items point to it.
    """
    given = _string(entry, "link")
    is_guid = given == _string(entry, "id")  # the library offers any guid as a link
    own = [(link, base_url) for link in _own_links(entry)]
    asked = [(_string(entry, "feedburner_origlink"), base_url), *own, (given, "" if is_guid else base_url)]
    for said, base in asked:
        link = clean(without_cdata(said)).strip()
        if link and _is_page(resolved(link, base)):
            return link
    whole = resolved(clean(_string(entry, "id")).strip(), "")
    return whole if whole and _is_page(whole) else ""


def _is_page(url: str | None) -> bool:
    return bool(url) and not re.fullmatch(r"https?://[^/]*/", url or "")


def _own_links(entry: Mapping[str, Any]) -> list[str]:
    """The links that are said to be the item's page, web pages before other forms of it.

    The library's own choice is the last link with an address or a text, whatever it is: an image, a file of sound.
    """
    given = [link for link in dict.get(_as_dict(entry), "links") or () if link.get("rel", "alternate") == "alternate"]
    given.sort(key=lambda link: link.get("type", "text/html") not in _HTML_TYPES)
    return [str(link.get("href") or "") for link in given]


def _published(
    entry: Mapping[str, Any], timezone: str, now: dt.datetime
) -> tuple[str, dt.datetime | None, TimePrecision]:
    """The first date that can be read, as written and as UTC; as written alone if none can."""
    raws = [raw for key in _DATE_KEYS if (raw := clean(_string(entry, key)).strip()[:200])]
    for raw in raws:
        at, precision = parse_published(raw, timezone, now)
        if at is not None:
            return raw, at, precision
    return (raws[0] if raws else ""), None, TimePrecision.UNKNOWN


def _content(entry: Mapping[str, Any]) -> str:
    """The full text as HTML where the feed gives one."""
    parts = dict.get(_as_dict(entry), "content") or ()
    for part in sorted(parts, key=lambda p: p.get("type") not in _HTML_TYPES):
        if text := clean(without_cdata(str(part.get("value") or ""))).strip()[:MAX_CONTENT_CHARS]:
            return text if part.get("type") in _HTML_TYPES else f"<p>{html.escape(text, quote=False)}</p>"
    return ""


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Names alone, each once: "redaction@site.example (Moussa Diallo)" is Moussa Diallo.

    The library cuts an address off wrongly where its domain ends in more than four letters: "ple (Moussa Diallo".
    """
    details = dict.get(_as_dict(entry), "authors") or ()
    names = [plain(str(detail.get("name") or "")) for detail in details] or [plain(_string(entry, "author"))]
    names = [re.sub(r"^(?:\S+@\S+\s*\((.*)\)|\S*\s*\(([^()]+))$", r"\1\2", name).strip() for name in names]
    return tuple(dict.fromkeys(name[:200] for name in names if name and "@" not in name))


def _ttl_minutes(channel: Mapping[str, Any]) -> float | None:
    """How long the feed asks to be left alone."""
    wishes = []
    if re.fullmatch(r"\d{1,7}", ttl := _string(channel, "ttl").strip(), re.ASCII):
        wishes.append(float(ttl))
    if period := _PERIOD_MINUTES.get(_string(channel, "sy_updateperiod").strip().lower()):
        frequency = _string(channel, "sy_updatefrequency").strip()
        times = int(frequency) if re.fullmatch(r"\d{1,4}", frequency, re.ASCII) else 1
        wishes.append(period / max(times, 1))
    return min(max(wishes), MAX_TTL_MINUTES) if wishes else None


def _string(context: Mapping[str, Any], key: str) -> str:
    """A field as the feed gave it. Not `context.get`: the library answers `updated` with `published`, and a warning."""
    value = dict.get(_as_dict(context), key)
    return value if isinstance(value, str) else ""


def _as_dict(context: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(context, dict)
    return context
