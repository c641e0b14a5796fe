"""What stands on a page beside its article: readers' comments, links to other articles, menus. Taken off before the text is read.

The extraction library leaves such things off long pages; of a short one it takes everything, so that a reader's rumour, or
the headline of another article, would become a statement of this one.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from veille.cleaning import fold, words
from veille.reference.calendar import month_numbers

_COMMENTS = re.compile(
    r"(?!no[-_]|has[-_])(?:\w+[-_])?(?:comments?|commentaires?|commentlist|respond|forums?|disqus\w*|reactions?|livefyre|hyvor\w*)"
    r"(?:[-_]?(?:list|form|area|section|body|content|wrapper|container|block|box|text\w*|threads?|template|title|message|fil|meta|author|\d+)s?)*",
    re.I,
)
_HEADED = re.compile(
    r"(?:\d+ |vos |les |nos |aucun |tous les )*(?:commentaires?|reactions?|reponses?|comments?|replies)(?: des lecteurs| de lecteurs| recents| \d+)*"
    r"|(?:laisser|poster|ajouter|ecrire|publier) (?:un|votre|une) (?:commentaire|reaction|reponse)|reagir(?: a (?:cet|l) article)?"
    r"|(?:leave a (?:reply|comment)|\d+ messages?|forum de l article|messages? de forum|donnez votre avis|votre avis)"
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:sidebar|aside|related|similar|similaires?|recommend\w*|footer|menu|nav|widget|popular|populaires?|recents?|trending"
    r"|plus-lus?|a-lire|lire-aussi|voir-aussi|comment\w*|forum|breadcrumb|newsletter|teaser|suggestions?)(?:$|[\s_-])",
    re.I,
)
_POINTS = re.compile(
    r"(?:a )?(?:lire|voir|ecouter|regarder|suivre|relire|revoir|decouvrir)\b.{0,20}|(?:sur le meme (?:sujet|theme)|dans la meme rubrique|article(?:s)? (?:lie|associe|similaire)s?|notre (?:dossier|article)|voir|read|see|related|also).{0,20}"
)
_DATE_WORDS = re.compile(rf"[\d\s]*(?:(?:{'|'.join(month_numbers())}|le|h)[\d\s]*)*")
_BLOCKS = ("p", "li", "div", "blockquote", "aside", "ul", "ol", "figure", "section", "table", "h1", "h2", "h3", "h4")
_LINES = ("p", "li", "div", "h2", "h3", "h4", "h5")
_MIN_LINK_WORDS = 4
_MIN_HIDDEN_WORDS = 6


class Surroundings:
    """What stands beside the article of a page: menus, asides, lists of other articles, comments."""

    def __init__(self, tree: HtmlElement) -> None:
        heading = tree.find(".//h1")
        self._around = set(heading.iterancestors()) if heading is not None else set()  # the article's own boxes

    def holds(self, element: HtmlElement) -> bool:
        """Tell whether an element stands there."""
        for e in (element, *element.iterancestors()):
            if e in self._around or e.tag in ("html", "body", "main", "article"):
                return False
            if e.tag in ("aside", "nav", "footer") or _BESIDE.search(f"{e.get('class') or ''} {e.get('id') or ''}"):
                return True
        return False


def clear(tree: HtmlElement) -> None:
    """Take comments and lines that only link elsewhere off a page, and show paragraphs that are hidden among others."""
    for element in _comments(tree):
        _drop(element)
    for element in _links(tree):
        _drop(element)
    # paragraphs among others that readers see, or once paid for will see; not a box that waits to pop up
    hidden = set(tree.xpath("//*[@aria-hidden or @hidden or contains(@style,'display')]"))
    boxes = {parent for e in hidden if (parent := e.getparent()) is not None}
    shown = {box for box in boxes if any(_is_paragraph(e) and e not in hidden for e in box)}
    for element in hidden:
        if element.getparent() in shown and _is_paragraph(element, ("p", "div", "span", "section")):
            for name in ("aria-hidden", "hidden", "style"):
                element.attrib.pop(name, None)


def _comments(tree: HtmlElement) -> list[HtmlElement]:
    found = []
    for element in tree.iter("div", "section", "ul", "ol", "li", "aside", "form", "table"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
        if (
            any(_COMMENTS.fullmatch(n) for n in names)
            and element.find(".//h1") is None
            and element.find(".//article") is None
        ):
            found.append(element)
    begun: set[HtmlElement] = set()  # boxes in which the comments have begun: what follows is taken off once
    for heading in tree.iter("h2", "h3", "h4", "h5", "legend", "summary"):
        parent = heading.getparent()
        if parent is not None and parent not in begun and _HEADED.fullmatch(fold(heading.text_content()[:80])):
            begun.add(parent)
            found += _from(heading)
    return found


def _from(heading: HtmlElement) -> list[HtmlElement]:
    """A heading and all that follows it; where it stands alone in its box, what follows the box."""
    box = heading
    while box.getnext() is None and box.getparent() is not None and box.getparent().tag in ("div", "header", "section"):
        if "".join(box.getparent().itertext()).strip() != "".join(box.itertext()).strip():
            break
        box = box.getparent()
    return [
        box,
        *(e for e in box.itersiblings() if isinstance(e.tag, str) and e.find(".//h1") is None and e.tag != "h1"),
    ]


def _links(tree: HtmlElement) -> list[HtmlElement]:
    """Lines whose whole text is a link, or a link after "Lire aussi"."""
    found: list[HtmlElement] = []
    seen: set[HtmlElement] = set()
    for link in tree.iter("a"):
        line = next((e for e in link.iterancestors() if e.tag in _LINES), None)
        if line is None or line in seen:
            continue
        seen.add(line)
        if line.tag == "div" and any(e.tag in _BLOCKS for e in line.iterdescendants()):
            continue
        linked = " ".join(" ".join(a.text_content() for a in line.iter("a")).split())
        whole = " ".join(line.text_content().split())
        if len(words(linked)) >= _MIN_LINK_WORDS and _is_pointer(whole, linked):
            found.append(line)
    return found


def _is_pointer(whole: str, linked: str) -> bool:
    around = (
        fold(whole.replace(linked, " ", 1))
        if linked in whole
        else fold(" ".join(set(whole.split()) - set(linked.split())))
    )
    return bool(not around or _POINTS.fullmatch(around) or _DATE_WORDS.fullmatch(around))


def _is_paragraph(element: HtmlElement, tags: tuple[str, ...] = ("p",)) -> bool:
    """Whether an element of these tags has the words of a paragraph."""
    if element.tag not in tags:
        return False
    n_words = 0
    for part in element.itertext():
        n_words += len(words(part))
        if n_words >= _MIN_HIDDEN_WORDS:
            return True
    return False


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
