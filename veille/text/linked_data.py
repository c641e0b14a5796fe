"""JSON-LD of a page (schema.org): the node that tells of the page's own article, among those of its neighbours.

Pages carry nodes of related articles, in scripts and lists of their own; a neighbour's date, author or paywall is not the
article's. A node is the page's own by the address that it states, else by its headline.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from veille.cleaning import one_line, words

Node = dict[str, Any]

_ARTICLE = re.compile(r"Article|Posting|Report")
_NO_PERSON = ("Organization", "NewsMediaOrganization", "Corporation")
_AMP = re.compile(r"^/amp(?=/)|/amp$")
_MAX_CHARS = 200_000
_SAME_TITLE = 0.6


def own_node(tree: HtmlElement, urls: Sequence[str], titles: Iterable[str]) -> Node:
    """Return the node of the article at `urls` (where it was found, and what it calls its own), which is called one of `titles`.

    {} where no node is known for its own.

    In this order: one that states this page's address; one with its headline; one that says neither.
    """
    nodes = [n for n in _nodes(tree) if _ARTICLE.search(str(n.get("@type", "")))]
    base = next(iter(urls), "")
    here, named = {p for u in urls if (p := _place(u, base))}, [set(words(t)) for t in titles if t]
    # without an address or a title nothing can be told apart: what the page says first is believed
    places = [_is_in(here, _addresses(n, base)) if here else None for n in nodes]
    heads = [_is_one_of(text(n.get("headline")), named) for n in nodes]
    for wanted in ((True, True), (True, None), (True, False), (False, True), (None, True), (None, None)):
        for node, place, head in zip(nodes, places, heads, strict=True):
            if (place, head) == wanted:
                return node
    return {}


def people_of(node: Node, tree: HtmlElement) -> tuple[str, ...]:
    """Return the names of a node's authors: given as text, as objects, or as references to other nodes; no organisations."""
    given = node.get("author")
    by_id = {n["@id"]: n for n in _nodes(tree) if isinstance(n.get("@id"), str)} if given else {}
    names = []
    for person in given if isinstance(given, list) else [given]:
        if isinstance(person, dict):
            whole = person if "name" in person else by_id.get(text(person.get("@id")), person)
            names.append("" if whole.get("@type") in _NO_PERSON else text(whole.get("name")))
        else:
            names.append(text(person))
    return tuple(dict.fromkeys(one_line(n, 100) for n in names if n and "://" not in n))


def text(value: Any) -> str:
    """Return a value if it is text, "" for any other."""
    return value.strip() if isinstance(value, str) else ""


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    """All nodes that stand on their own: of a script, of a list, of a graph, or what a page is about; none of a list of links."""
    for script in tree.xpath('//script[@type="application/ld+json"]/text()'):
        if len(script) > _MAX_CHARS:
            continue
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in data if isinstance(data, list) else [data]:
            if isinstance(node, dict):
                graph, about = node.get("@graph"), node.get("mainEntity")
                yield node
                yield from (n for n in (graph if isinstance(graph, list) else [about]) if isinstance(n, dict))


def _addresses(node: Node, base: str) -> list[str]:
    """The pages that a node says it is; a front page is none (sites state it for every article)."""
    page = node.get("mainEntityOfPage")
    said = [node.get("url"), node.get("@id"), page]
    said += [page.get("@id"), page.get("url")] if isinstance(page, dict) else []
    return [p for s in said if text(s) and not text(s).startswith("#") and (p := _place(text(s), base))]


def _place(address: str, base: str) -> str:
    """Where a page lies on its site, without scheme, host, mark and trailing slash; "" for a front page."""
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(base, address))
    except ValueError:
        return ""
    path = _AMP.sub("", urllib.parse.unquote(parts.path).rstrip("/"))
    numbers = urllib.parse.parse_qs(parts.query)
    number = next((f"?{k}={numbers[k][0]}" for k in ("p", "id", "id_article", "article") if k in numbers), "")
    return path + number


def _is_in(here: set[str], there: Sequence[str]) -> bool | None:
    return not here.isdisjoint(there) if there else None


def _is_one_of(headline: str, named: Sequence[set[str]]) -> bool | None:
    mine = set(words(headline))
    if not mine or not named:
        return None
    return any(len(mine & other) >= _SAME_TITLE * min(len(mine), len(other)) for other in named if other)
