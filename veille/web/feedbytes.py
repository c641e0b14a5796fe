"""The bytes of a feed, repaired before they are parsed: encodings that lie, junk before the XML, an end cut off.

A feed library takes the declared encoding at its word, and XML stops at the first fault. Our sources declare Latin-1
and send UTF-8, print PHP warnings first, and drop the line in the middle of an item.
"""

from __future__ import annotations

import codecs
import re

from veille.cleaning import CP1252_BYTES

MAX_ITEMS = 5_000
#: A feed of 8 MiB with full texts has about half as many; a million nested tags cost the library a minute.
MAX_TAGS = 300_000

_HEAD = 1024
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_START = re.compile(rb"<\?xml\s|<(?:[a-z][\w.-]*:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[a-z][\w.-]*:)?(?:rss|feed|rdf|channel|entry)[\s>]", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})[\"']")
_MEDIA_SPACE = re.compile(
    rb"xmlns:([\w.-]{1,40})\s*=\s*[\"']https?://(?:search\.yahoo\.com/mrss|www\.itunes\.com/dtds)"
)
_OUR_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
#: Codecs that a declaration may choose; Python knows others that are no encodings of text, or cost too much.
_CODEC = re.compile(
    r"iso-?8859-?\d{1,2}|windows-?\d{3,4}|cp\d{3,4}|koi8-?[ru]|gb2312|gbk|gb18030|big5|euc-?(?:jp|kr)|shift_?jis"
    r"|iso-?2022-?(?:jp|kr)|mac-?(?:roman|cyrillic)|latin-?\d{1,2}|tis-?620"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]+:)?(?i:rss|feed|rdf|(?-i:Channel))\s*>")  # RSS 1.1 has a root <Channel>
_CHANNEL_END = re.compile(r"</channel\s*>", re.IGNORECASE)
_WHOLE_LINK = re.compile(r"</(?:[\w.-]+:)?link\s*>|<(?:[\w.-]+:)?link\s[^<>]*>", re.IGNORECASE)
_ELEMENT_END = re.compile(r"</[^<>]*>|/>")


def looks_like_html(body: bytes) -> bool:
    """Tell whether the body begins as a web page does: a challenge, an error page, a home page in the feed's place."""
    return bool(_HTML.search(body[:_HEAD]))


def looks_like_json(body: bytes) -> bool:
    """Tell whether the body begins as a JSON object does."""
    return body[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")


def without_media(text: bytes) -> bytes:
    """Return a feed without the elements that describe its pictures, sounds and films, captions and titles included.

    The feed library takes them for the item's own: Media RSS, iTunes, and `image` inside of an item.
    """
    prefixes = {b"media", b"itunes"} | {found[1] for found in _MEDIA_SPACE.finditer(text[: 1 << 16])}
    tag = re.compile(
        rb"<(?P<close>/?)(?:(?P<media>(?:"
        + b"|".join(map(re.escape, sorted(prefixes)))
        + rb"):[\w.-]+|image)|(?:item|entry))"
        rb"(?=[\s/>])[^<>]*>",
        re.IGNORECASE,
    )
    parts, end, depth, start = [], 0, 0, 0
    for found in tag.finditer(text):
        if not found["media"]:  # whatever is still open here was never closed
            depth = 0
        elif found["close"]:
            depth -= depth > 0
            if depth == 0 and start >= end:
                parts.append(text[end:start])
                end = found.end()
        elif not found[0].endswith(b"/>"):
            start = found.start() if depth == 0 else start
            depth += 1
    return b"".join([*parts, text[end:]])


def looks_like_feed(text: bytes) -> bool:
    """Tell whether a feed's first tag is there at all, in what `repaired` gives."""
    return bool(_ROOT.search(text[: 1 << 16]))


def repaired(body: bytes) -> tuple[bytes, bool]:
    """Return the feed as UTF-8 from its first tag on, at most 5,000 items, and whether its end is missing.

    Of an item that is cut off only whole elements stay, and nothing unless its link is whole: half an address is the
    address of something else.
    """
    is_wide = b"\0" in body[:4]  # UTF-16 or -32: the pattern below does not fit
    if not is_wide and not looks_like_html(body) and (start := _START.search(body[: 1 << 16])):
        body = body[start.start() :]
    text = _NOT_XML.sub("", _text(body))
    text, is_cut = _without_torn_item(_first_items(text))
    return (_OUR_DECLARATION + _DECLARATION.sub("", text, count=1).lstrip()).encode("utf-8"), is_cut


def _text(body: bytes) -> str:
    """Decode by the byte order mark; else as UTF-8 where that fits, whatever is declared; else as declared."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body.decode(codec, "replace").lstrip("\ufeff")
    declared = _declared(body)
    if body.isascii() and declared.startswith(("iso2022", "iso-2022")):
        return body.decode(declared, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3:  # the cut went through a character
            return body[: error.start].decode("utf-8")
    return body.decode(declared, "replace") if declared else body.decode("utf-8", CP1252_BYTES)


def _declared(body: bytes) -> str:
    """The declared encoding if it is one to be believed; Latin-1 in practice means Windows-1252."""
    found = _DECLARED.match(body.lstrip()[:300])
    name = found[1].decode("ascii").lower() if found else ""
    if not _CODEC.fullmatch(name):
        return ""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "gb2312": "gb18030"}.get(codec, codec)


def _first_items(text: str) -> str:
    """Cut before the 5,001st item: parsing 50,000 takes ten seconds."""
    for number, start in enumerate(_ITEM_START.finditer(text)):
        if number == MAX_ITEMS:
            root_end = _ROOT_END.search(text, start.start())
            channel_end = "</channel>" if _CHANNEL_END.search(text, start.start()) else ""
            return text[: start.start()] + channel_end + (root_end[0] if root_end else "")
    return text


def _without_torn_item(text: str) -> tuple[str, bool]:
    last_end = max((end.end() for end in _ITEM_END.finditer(text)), default=0)
    if _ROOT_END.search(text, last_end):
        return text, False
    start = _ITEM_START.search(text, last_end)
    if start is None:
        return text, True
    item = text[start.start() :]
    data = item.rfind("<![CDATA[")
    if data >= 0 and "]]>" not in item[data:]:
        item = item[:data]
    ends = [end.end() for end in _ELEMENT_END.finditer(item)]
    item = item[: ends[-1]] if ends else ""
    return text[: start.start()] + (item if _WHOLE_LINK.search(item) else ""), True
