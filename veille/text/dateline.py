"""When an article was published, as its page shows it: marked times, and lines such as "Publié le 26 novembre 2026"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from veille.text.furniture import Surroundings

#: What says that a line tells a time of publication, and what says that it tells something else.
_TELLS = re.compile(
    r"\b(?:publi\w*|post\w*|mis\w* en ligne|paru\w*|diffus\w*|rédig\w*|créé\w*|écrit|ajout\w*|le)\b|^\W*\w*\.?,?\s*\d",
    re.I,
)
_NAMED = re.compile(r"date|publi|posted|time|meta|byline|dateline|auteur|info", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\d[/.-]\d{1,2}[/.-]\d\d\b")
_MARKED = (
    '//*[contains(@class,"published")]/@datetime',
    '//abbr[contains(@class,"published")]/@title',
    '//*[@itemprop="datePublished"]/@datetime',
)
_LINE_CHARS = 120
#: So far above or below its title a line may stand; what comes later belongs to the text or to other articles.
_NEAR_CHARS = 600
_MAX_ELEMENTS = 20_000


def dates_of(tree: HtmlElement) -> Iterator[str]:
    """Yield what may tell when the article was published, as written, the surest first: marked, then seen near the title."""
    for path in _MARKED:
        yield from (str(found).strip() for found in tree.xpath(path)[:3])
    beside = Surroundings(tree)
    times = [t for t in tree.iter("time") if not beside.holds(t)]
    inside = [t for t in times if any(a.tag in ("article", "main") for a in t.iterancestors())]
    for time in (inside or times)[:3]:
        yield (time.get("datetime") or "").strip() or _line(time)
    yield from _near_title(tree, beside)


def _near_title(tree: HtmlElement, beside: Surroundings) -> Iterator[str]:
    """Short lines with a date close after the title, then the last before it; without a title, from the beginning."""
    title = next((found for t in ("h1", "h2") if (found := tree.find(f".//{t}")) is not None), None)
    around = set(title.iterancestors()) if title is not None else set()
    before: list[str] = []
    n_chars, is_after = 0, title is None
    for element in itertools.islice(tree.iter(), _MAX_ELEMENTS):
        if is_after and n_chars > _NEAR_CHARS:
            break
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "head", "title", "time"):
            continue
        if element is title:
            is_after, n_chars = True, 0
            continue
        n_chars += len((element.text or "").strip()) + len((element.tail or "").strip())
        line = "" if element in around else _line(element)
        if _is_dateline(element, line) and not beside.holds(element):
            if is_after:
                yield line
            else:
                before.append(line)
    yield from before[-1:] if is_after else ()


def _is_dateline(element: HtmlElement, line: str) -> bool:
    """A line that tells a time and is no sentence."""
    if not _YEAR.search(line) or line.endswith((".", "!", "?", "»", ":")):
        return False
    return bool(_TELLS.match(line) or _NAMED.search(element.get("class") or ""))


def _line(element: HtmlElement) -> str:
    """The text of a short element; "" for a long one."""
    parts, n_chars = [], 0
    for part in element.itertext():
        n_chars += len(part)
        if n_chars > 2 * _LINE_CHARS:
            return ""
        parts.append(part)
    line = " ".join("".join(parts).split())
    return line if len(line) <= _LINE_CHARS else ""
