"""What a page states of itself: canonical address, times, title, authors, paywall.

Statements made for machines first (JSON-LD, meta, time, abbr): the date with its minute, which the extraction library
rounds to days; then what its readers see above the text. What is not stated here comes from the feed.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from veille.cleaning import one_line
from veille.text.dateline import dates_of
from veille.text.linked_data import Node, own_node, people_of, text

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.date", "dc.date", "dc.date.issued",
    "dcterms.created", "date", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_BY = re.compile(r"^\s*(?:par|by)\s*:?\s+", re.I)


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the page states; times as written."""

    canonical: str = ""
    title: str = ""
    heading: str = ""  # what stands above the text
    published: tuple[str, ...] = ()  # each time that it may have been published, the surest first
    authors: tuple[str, ...] = ()
    description: str = ""
    is_paid: bool = False
    language: str = ""


def page_metadata(tree: HtmlElement, url: str = "", listed: str = "") -> PageMetadata:
    """Read the page's own statements; whatever is malformed counts as not stated.

    `url` is where the page lies, `listed` what its feed calls it: both tell its own statements from its neighbours'.
    """
    metas = _metas(tree)
    heading = one_line(entities_read(" ".join(tree.xpath("string((//h1)[1])").split())))
    canonical = _first(tree, '//link[translate(@rel,"CANOIL","canoil")="canonical"]/@href')
    node = own_node(tree, [u for u in (url, canonical) if u], (heading, metas.get("og:title", ""), listed))
    stated = [text(node.get("datePublished")), *(metas[name] for name in _PUBLISHED if name in metas)]
    return PageMetadata(
        canonical=canonical,
        title=one_line(entities_read(text(node.get("headline")) or metas.get("og:title", ""))),
        heading=heading,
        published=tuple(dict.fromkeys(d for d in (*stated, *dates_of(tree)) if d))[:20],
        authors=_authors(node, tree, metas),
        description=one_line(metas.get("og:description") or metas.get("description", ""), 1000),
        is_paid=str(node.get("isAccessibleForFree", "")).lower() == "false",
        language=(tree.get("lang") or "")[:2].lower(),
    )


def entities_read(title: str) -> str:
    """Return a title with the entities read that were escaped twice, or stand where none belong (JSON).

    >>> entities_read("Mali &amp;#8211; l&#039;arm&amp;eacute;e")
    "Mali – l'armée"
    """
    return html.unescape(html.unescape(title)) if "&" in title else title


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


def _authors(node: Node, tree: HtmlElement, metas: dict[str, str]) -> tuple[str, ...]:
    names = people_of(node, tree)
    if not names and "://" not in metas.get("author", "://"):
        names = (one_line(metas["author"], 100),)
    return tuple(n for n in (_BY.sub("", name).strip() for name in names) if n)[:20]
