"""What a page states of itself in a form made for machines: canonical address, times, title, authors, paywall.

Structured statements only (JSON-LD, meta, time, abbr): the date with its minute, which the extraction library rounds to
days. What is not stated here comes from the feed, then from the extraction library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from veille.cleaning import one_line

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.date", "dc.date", "dc.date.issued",
    "dcterms.created", "date", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_ARTICLE = re.compile(r"Article|Posting|Report")
_MAX_LD_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the page states; times as written."""

    canonical: str = ""
    title: str = ""
    heading: str = ""  # what stands above the text
    published_raw: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""
    is_paid: bool = False
    language: str = ""


def page_metadata(tree: HtmlElement) -> PageMetadata:
    """Read the page's own statements; whatever is malformed counts as not stated."""
    metas = _metas(tree)
    ld = next(_articles(tree), {})
    return PageMetadata(
        canonical=_first(tree, '//link[translate(@rel,"CANOIL","canoil")="canonical"]/@href'),
        title=one_line(_text(ld.get("headline")) or metas.get("og:title", "")),
        heading=one_line(" ".join(tree.xpath("string((//h1)[1])").split())),
        published_raw=_text(ld.get("datePublished")) or _meta_date(metas) or _marked_time(tree),
        authors=_authors(ld, metas),
        description=one_line(metas.get("og:description") or metas.get("description", ""), 1000),
        is_paid=str(ld.get("isAccessibleForFree", "")).lower() == "false",
        language=(tree.get("lang") or "")[:2].lower(),
    )


def _first(tree: HtmlElement, path: str) -> str:
    found = tree.xpath(path)
    return str(found[0]).strip() if found else ""


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and meta.get("content"):
            metas.setdefault(name, meta.get("content").strip())
    return metas


def _meta_date(metas: dict[str, str]) -> str:
    return next((metas[name] for name in _PUBLISHED if name in metas), "")


def _marked_time(tree: HtmlElement) -> str:
    """The first machine-readable time in the page; menus and asides come after the article's own on every site seen."""
    for path in (
        '//*[contains(@class,"published")]/@datetime',
        '//abbr[contains(@class,"published")]/@title',
        '//*[@itemprop="datePublished"]/@datetime',
        "//article//time/@datetime",
        "//main//time/@datetime",
        "//time/@datetime",
    ):
        if found := _first(tree, path):
            return found
    return ""


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.xpath('//script[@type="application/ld+json"]/text()'):
        if len(script) > _MAX_LD_CHARS:
            continue
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            if _ARTICLE.search(str(node.get("@type", ""))):
                yield node


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    for node in data if isinstance(data, list) else [data]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            if isinstance(graph, list):
                yield from (n for n in graph if isinstance(n, dict))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _authors(ld: dict[str, Any], metas: dict[str, str]) -> tuple[str, ...]:
    given = ld.get("author")
    people = given if isinstance(given, list) else [given]
    names = [
        one_line(p.get("name") if isinstance(p.get("name"), str) else "", 100)
        for p in people
        if isinstance(p, dict) and p.get("@type") != "Organization"
    ]
    if not any(names) and "://" not in metas.get("author", "://"):
        names = [one_line(metas["author"], 100)]
    return tuple(dict.fromkeys(n for n in names if n))[:20]
