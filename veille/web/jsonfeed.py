"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): its items, by the names that the feed library gives those of RSS and Atom."""

from __future__ import annotations

import json
from typing import Any

Entry = dict[str, Any]


def entries_of(body: bytes) -> list[Entry] | None:
    """Return the items of a JSON Feed; None where the bytes are none. What is malformed in an item counts as not said.

    >>> [e["title"] for e in entries_of(b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "Gao"}]}')]
    ['Gao']
    >>> entries_of(b'{"items": {}}'), entries_of(b"{")
    (None, None)
    """
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in _text(feed, "version"):
        return None
    return [_entry(item) for item in items if isinstance(item, dict)]


def _entry(item: Entry) -> Entry:
    """`external_url` is the page that an item is about, elsewhere; its own is `url`."""
    texts = {"text/html": _text(item, "content_html"), "text/plain": _text(item, "content_text")}
    people = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return {
        "id": _text(item, "id"),
        "link": _text(item, "url") or _text(item, "external_url"),
        "title": _text(item, "title"),
        "summary": _text(item, "summary"),
        "content": [{"type": kind, "value": text} for kind, text in texts.items() if text],
        "authors": [{"name": _text(person, "name")} for person in people or () if isinstance(person, dict)],
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
    }


def _text(item: Entry, key: str) -> str:
    value = item.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
