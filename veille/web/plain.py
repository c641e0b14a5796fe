"""HTML that feeds put where plain text belongs, as plain text: a title, a summary, a name."""

from __future__ import annotations

import html
import re

MAX_CHARS = 20_000
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
#: Possessive throughout: a page of "<" must not cost more than its length.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*+)(?P<rest>[^<>]*+)>|<!--(?:.*?-->|.*+)|<[!?][^<>]*+>", re.DOTALL
)
#: Written by feeds that escape their CDATA sections once more.
_CDATA = re.compile(r"<!\[CDATA\[|\]\](?:>|&gt;)")
_INLINE_NAMES = "a abbr acronym b big cite code em font i ins del q s small span strong sub sup tt u wbr"
_INLINE = frozenset(_INLINE_NAMES.split())
_UNSEEN = frozenset(("script", "style", "noscript", "template"))


def plain(text: str) -> str:
    """Return `text` without tags and entities, on one line; entities escaped twice are read too. At most 20,000 characters.

    >>> plain("<p>Mali&nbsp;: 12 <b>mort</b>s</p><p>L&amp;#8217;arm&amp;eacute;e d&eacute;ment […]</p>")
    'Mali : 12 morts L’armée dément […]'
    >>> plain("bilan < 20 morts &amp;lt;b&amp;gt;")
    'bilan < 20 morts'
    """
    text = text[:MAX_CHARS]
    for _ in range(3):
        simpler = html.unescape(_without_tags(without_cdata(text)))
        if simpler == text:
            break
        text = simpler
    return " ".join(clean(_without_tags(text)).split())


def without_cdata(text: str) -> str:
    """Return `text` without the marks of CDATA sections that were escaped as if they were text.

    >>> without_cdata("<![CDATA[Sept morts]]>"), without_cdata("bilan ]]> provisoire")
    ('Sept morts', 'bilan ]]> provisoire')
    """
    return _CDATA.sub("", text) if "<![CDATA[" in text else text


def clean(text: str) -> str:
    """Return `text` without NULs, surrogates and other characters that are no text; what UTF-16 halves meant is kept.

    >>> clean("Ga\\x00o \\ud83d\\ude00 \\ud800!")
    'Gao 😀 !'
    """
    if any("\ud800" <= c <= "\udfff" for c in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "")
    return _BAD.sub("", text)


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    out: list[str] = []
    position, unseen = 0, ""
    for tag in _TAG.finditer(text):
        if not unseen:
            out.append(text[position : tag.start()])
        position = tag.end()
        name = (tag["name"] or "").lower()
        if unseen:
            unseen = "" if tag["close"] and name == unseen else unseen
        elif name in _UNSEEN and not tag["close"] and not tag["rest"].endswith("/"):
            unseen = name
        if name not in _INLINE:
            out.append(" ")
    if not unseen:
        out.append(text[position:])
    return "".join(out)
