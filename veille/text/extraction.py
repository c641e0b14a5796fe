"""A page becomes text: trafilatura in its precise mode, with the feed's own text where the page gives less.

Observations (measured on real pages and on the replayed press):
- precise mode keeps related links, widgets and comments out, but now and then returns a teaser, or nothing for briefs of
  one short paragraph: then the wider mode is asked, and the feed's full text, and the longest honest answer wins;
- the title, the byline and the date are repeated in the text on sites without semantic markup: such lines are cut from
  the head, never from the body;
- a page that says it is paid for, or that ends in a subscription line, is a teaser: what it shows is kept, and said so.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import lxml.html
import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from veille.cleaning import clean, fold, one_line, words
from veille.codes import Reason
from veille.records.articles import Extracted
from veille.text import furniture
from veille.text.charset import decoded
from veille.text.metadata import PageMetadata, entities_read, page_metadata
from veille.text.walls import no_article

#: Texts under this many words are compared with what the feed gives.
SHORT_WORDS = 60
#: Under this many words the wide mode may have taken a sidebar for the article: the precise one is asked too.
BRIEF_WORDS = 120
MIN_WORDS = 5
MAX_TEXT_CHARS = 200_000
#: Real pages have 5 to 15 thousand; a hundred thousand links cost 300 MB and ten seconds.
MAX_TAGS = 80_000

_TAG = re.compile(r"<[^>]{0,2000}>")
_BLOCK = re.compile(r"</(?:p|div|li|h\d|blockquote|tr)>|<br\s*/?>", re.I)
_BYLINE = re.compile(
    r"^(?:publié|posté|soumis|mis à jour|modifié|par |affichages|écrit par|rédigé par|partager|lecture|date\s*:)"
    r"|^(?:lun|mar|mer|jeu|ven|sam|dim)\w*\.?\s*,?\s*\d{1,2}|^\d{1,2}(?:er)?\s+\w{3,9}\.?\s+\d{4}\b"
    r"|^\d{1,2}[/.]\d{1,2}[/.]\d{4}",
    re.I,
)
_PAID = re.compile(
    r"(?:suite|reste|intégralité|article)\b.{0,40}\bréserv\w+.{0,20}\babonn|abonnez-vous (?:à partir|pour lire)|déjà abonné",
    re.I,
)
_CUT = re.compile(r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*$")
_CELL = re.compile(r"^[ |]*\|[ |]*$|^\||\|\s*$|\s\|\s", re.M)
_DATE_HEAD = re.compile(
    r"^[\s\-–|,]*(?:publié\s+)?(?:le\s+)?(?::\s*)?(?:\d{1,2}(?:er)?\s+\w{3,9}\.?\s+\d{4}|\d{1,2}/\d{1,2}/\d{4})(?:\s*(?:à|-)?\s*\d{1,2}\s?[h:]\s?\d{2})?\s*",
    re.I,
)
_PROMO = re.compile(
    r"(?:est apparu en premier sur|appeared first on|^lire aussi\b|^à lire aussi\b|^lire également\b|^télécharge[rz] l.application"
    r"|^abonnez-vous|^partager\b|^newsletter|^publié le\b|forum sur abonnement|^vos commentaires|^laisser un commentaire|^la suite (?:est|de cet article)|cookies)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the feed says of the page: it decides where the page says less."""

    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""  # where the page was found


def extract(page: bytes, hints: Hints, content_type: str = "") -> tuple[Extracted, PageMetadata]:
    """Return the article of a page, and what the page states of itself; `content_type` is the header of its answer.

    `Extracted.reason` where not ok: "not_html" (binary, or nothing that parses), "no_text" (no article text anywhere),
    "too_many_tags", and what `walls` tells of a good answer that is no article.
    """
    if _is_binary(page):  # no page at all: what the feed says must not stand in for it before other tries have failed
        return Extracted(False, Reason.NOT_HTML, f"{len(page)} bytes, binary"), PageMetadata()
    n_tags = page.count(b"<")
    if n_tags > MAX_TAGS:
        return Extracted(False, Reason.TOO_MANY_TAGS, f"{n_tags} tags"), PageMetadata()
    page = decoded(page, content_type).encode("utf-8", "replace")  # which the parsers below take for what it is
    tree = load_html(page)
    facts = page_metadata(tree, hints.url, hints.title) if tree is not None else PageMetadata()
    title_of_page = _page_title(tree, facts.heading)  # before `_body`, which takes the tree apart
    named = " ".join((title_of_page, facts.title, facts.heading))
    if tree is not None:
        furniture.clear(tree)
    own = _body(tree) if tree is not None else ""
    if why := no_article(page, named, hints.title, own):
        return Extracted(False, why, one_line(f"{named[:80]}: {own[:80]}")), facts
    text = _best_text(page, own if tree is not None else None, hints, facts)
    if len(words(text)) < MIN_WORDS:
        reason = Reason.NO_TEXT if tree is not None else Reason.NOT_HTML
        return Extracted(False, reason, f"{len(page)} bytes, no article text"), facts
    title = one_line(hints.title) or facts.title or title_of_page
    body = _without_head(text, title, (facts.heading, *(hints.authors or facts.authors)))
    is_teaser = facts.is_paid or bool(_PAID.search(body[-300:])) or _is_cut(body, hints)
    return (
        Extracted(
            ok=True,
            text=body[:MAX_TEXT_CHARS],
            title=title,
            authors=facts.authors or hints.authors,
            is_teaser=is_teaser,
            language=facts.language,
        ),
        facts,
    )


def strip_html(fragment: str) -> str:
    """Return the plain text of a fragment of HTML, one line per block.

    >>> strip_html("<p>Deux&nbsp;morts</p><p>à <b>Djibo</b></p>")
    'Deux morts\\nà Djibo'
    """
    return clean(html.unescape(_TAG.sub("", _BLOCK.sub("\n", fragment))))


def _is_binary(page: bytes) -> bool:
    """NULs or many control bytes in what claims to be a page (UTF-16 with its mark excepted)."""
    head = page[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    controls = sum(b < 9 or 13 < b < 32 for b in head)
    return controls > len(head) // 50 and controls > 4


def _best_text(page: bytes, own: str | None, hints: Hints, facts: PageMetadata) -> str:
    """The page's `own` text (None where nothing parses) if it is long; else it or what the feed says."""
    text = own or ""
    if len(words(text)) >= BRIEF_WORDS:
        return text
    precise = _precise(page) if own is not None else ""
    full = _promo_free(strip_html(_cleared(hints.content))) if hints.content else ""
    if full and len(words(full)) >= min(len(words(precise)), SHORT_WORDS):
        return full
    if len(words(precise)) >= SHORT_WORDS:
        return precise
    given = [t for t in (full, hints.summary, facts.description) if t]
    anchor = next((t for t in given if not _CUT.search(t)), "")
    for candidate in (precise, text):
        if len(words(candidate)) >= MIN_WORDS and (not anchor or _covers(candidate, anchor)):
            return candidate
    return max([precise, text, *given], key=lambda t: len(words(t)))


def _precise(page: bytes) -> str:
    tree = load_html(page)
    if tree is not None:
        furniture.clear(tree)
    return _body(tree, precise=True)


def _cleared(content: str) -> str:
    """A fragment of HTML without what is beside its text; as it is where it does not parse."""
    try:
        tree = lxml.html.fragment_fromstring(content, create_parent="div")
        furniture.clear(tree)
        return str(lxml.html.tostring(tree, encoding="unicode"))
    except (ValueError, etree.LxmlError):
        return content


def _body(tree: HtmlElement | None, precise: bool = False) -> str:
    """The main text by trafilatura; "" where it finds none or stumbles over a hostile tree."""
    try:
        document = trafilatura.bare_extraction(
            tree, favor_precision=precise, include_comments=False, include_tables=True, with_metadata=False
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
    return _promo_free(clean(_CELL.sub(" ", getattr(document, "text", "") or "")))


def _promo_free(text: str) -> str:
    lines = text.split("\n")
    while lines and _PROMO.search(lines[-1]) and len(lines[-1]) < 200:
        lines.pop()
    return "\n".join(line for line in lines if not (len(line) < 200 and _PROMO.match(line) and len(lines) > 1))


def _covers(candidate: str, anchor: str) -> bool:
    have = set(fold(candidate).split())
    want = fold(anchor).split()[:40]
    return sum(w in have for w in want) >= 0.6 * len(want)


def _page_title(tree: HtmlElement | None, heading: str) -> str:
    """What stands above the text, unless that is the outlet's name; else the page's title without its last part, which is that."""
    found = tree.xpath("//title/text()") if tree is not None else []
    parts = re.split(r"(\s+[|–—-]\s+)", entities_read(str(found[0]))) if found else [""]
    cut = one_line("".join(parts[:-2]) or parts[0])
    is_outlet = len(parts) > 1 and set(words(heading)) <= set(words(parts[-1]))
    return cut if is_outlet or not heading else heading


def _without_head(text: str, title: str, names: tuple[str, ...]) -> str:
    """The text without the title, byline (`names`) and date that some pages repeat above it."""
    text = _after_title(text, title)
    lines = text.split("\n")
    named = fold(title)
    while len(lines) > 1 and fold(lines[-1]) == named:
        lines.pop()
    for _ in range(4):
        if len(lines) < 2:
            break
        head, folded = lines[0], fold(lines[0])
        is_name = bool(folded) and (folded == named or any(folded == fold(n) for n in names))
        if is_name or (len(head) < 120 and _BYLINE.search(head) and not head.rstrip().endswith((".", "»", "!", "?"))):
            lines.pop(0)
        else:
            break
    return "\n".join(lines)


def _after_title(text: str, title: str) -> str:
    """What follows the title where the text repeats it after a menu, on pages laid out with tables."""
    at = text.find(title, 0, 400) if len(title) > 12 else -1
    if at < 0 or (at > 0 and len(text) - at < len(title) + 60):
        return text
    rest = text[at + len(title) :]
    dated = _DATE_HEAD.match(rest)
    if not dated and not rest.startswith("\n"):
        return text
    return rest[dated.end() if dated else 0 :].strip() or text


def _is_cut(body: str, hints: Hints) -> bool:
    """The page gave no more than the feed's summary, and that is cut."""
    return bool(_CUT.search(body)) and len(words(body)) <= len(words(hints.summary)) + 10
