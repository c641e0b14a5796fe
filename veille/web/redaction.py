"""A feed as it was fetched, without the entries of one article: told by what the feed's parser reads, not by bytes.

Addresses stand in feeds in many spellings (entities, other charsets, relative links, only in a guid), and one address may
begin another. So each entry is read by itself, as a feed of one; what cannot be cut so is written anew from what was read.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Sequence
from html import escape

from veille.records.feeds import Feed, FeedItem
from veille.web.feedbytes import repaired
from veille.web.feeds import parse_feed
from veille.web.pruning import with_entries

_FIRST = b"<item"
_SECOND = b"<entry"


def without_items(
    body: bytes, feed: Feed, base_url: str, now: dt.datetime, goes: Callable[[FeedItem], bool]
) -> bytes | None:
    """Return a feed (UTF-8) without the items that `goes` holds for; None where it lists none of them."""
    parsed = parse_feed(body, feed, base_url, now)
    if not any(goes(item) for item in parsed.items):
        return None
    kept = [item for item in parsed.items if not goes(item)]
    text, _ = repaired(body)
    head, tail = _around(text)

    def stays(entry: bytes) -> bool:
        return not any(goes(item) for item in parse_feed(head + entry + tail, feed, base_url, now).items)

    cut = with_entries(text, stays)
    if parse_feed(cut, feed, base_url, now).items == tuple(kept):
        return cut
    return _written(kept)


def _around(text: bytes) -> tuple[bytes, bytes]:
    """What stands before the first entry and after the last of a feed."""
    low = text.lower()
    starts = [at for at in (low.find(_FIRST), low.find(_SECOND)) if at >= 0]
    ends = [low.rfind(b"</item"), low.rfind(b"</entry")]
    last = max(ends)
    if not starts or last < 0:
        return b"", b""
    return text[: min(starts)], text[text.find(b">", last) + 1 :]


def _written(items: Sequence[FeedItem]) -> bytes:
    """A feed of what was read of some items."""
    parts = ['<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"']
    parts.append(' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>')
    for i in items:
        date = email.utils.format_datetime(i.published_at) if i.published_at else i.published_raw
        fields = {"title": i.title, "link": i.link, "guid": i.guid, "pubDate": date, "description": i.summary}
        fields |= {"content:encoded": i.content}
        told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
        parts.append(f"<item>{told}{''.join(f'<dc:creator>{escape(a)}</dc:creator>' for a in i.authors)}</item>")
    return "".join([*parts, "</channel></rss>"]).encode()
