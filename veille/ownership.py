"""Whose article is it? A feed may link anywhere, and say anything of what it links to.

Own is a link to the host of the feed's address in feeds.toml, or to one of its `sites`; never what a feed says of itself. Of
a link elsewhere the page alone speaks, and the outlet is the one that feeds.toml declares for that host, else the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from veille.codes import TimePrecision
from veille.records.feeds import Feed, Item
from veille.web.urls import host_of

#: The feeds that are declared for each site.
Owners = Mapping[str, tuple[Feed, ...]]
_SAME_SITE = re.compile(r"^(?:www|m|amp)\.(?=[^.]+\.)")


def site_of(url: str) -> str:
    """Return the host of an address without the prefixes that name the same site.

    >>> site_of("https://www.journal.example/a"), site_of("https://m.journal.example/a"), site_of("http://amp.example/a")
    ('journal.example', 'journal.example', 'amp.example')
    """
    return _SAME_SITE.sub("", host_of(url))


def owners_of(feeds: Iterable[Feed]) -> Owners:
    """Return the feeds that are declared for each site: several outlets may share a host."""
    owners: dict[str, tuple[Feed, ...]] = {}
    for feed in feeds:
        for site in dict.fromkeys((site_of(feed.url), *(site_of(f"//{s}") for s in feed.sites))):
            owners[site] = (*owners.get(site, ()), feed)
    return owners


def as_owned(item: Item, url: str, owners: Owners) -> Item:
    """Return an item as it may speak of the page at `url` (after redirects): whole if it is its outlet's own.

    Else without what the feed said of it, under the outlet that the page's host is declared for, or under the host's name.
    """
    site = site_of(url)
    declared = owners.get(site, ())
    if any(feed.outlet == item.outlet for feed in declared):
        return item
    owner = declared[0] if declared else None
    return replace(
        item,
        outlet=owner.outlet if owner else site,
        country=owner.country if owner else "",
        timezone=owner.timezone if owner else None,
        title="",
        summary="",
        content="",
        authors=(),
        published_at=None,
        published_precision=TimePrecision.UNKNOWN,
    )
