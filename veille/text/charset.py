"""The characters of a page: what its bytes are first, then what its header and its own head declare.

A guess over bytes takes French for Baltic or Vietnamese; and one bad byte must not turn a whole text. Valid UTF-8 is UTF-8
whatever is declared (a text in another charset hardly ever is); else the header counts, then `<meta>`, then UTF-8 with single
Windows-1252 bytes in it, then Windows-1252.
"""

from __future__ import annotations

import codecs
import re

from veille.cleaning import CP1252_BYTES

_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_KNOWN = re.compile(
    r"utf-?8|us-ascii|iso-?8859-?\d{1,2}|latin-?\d{1,2}|windows-?125\d|cp125\d|utf-?16(?:-?[lb]e)?|mac-?roman"
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: Of the bytes beyond ASCII in a UTF-8 text, at most this share may be no UTF-8.
BAD_SHARE = 0.1


def decoded(page: bytes, content_type: str = "") -> str:
    """Return the text of a page; `content_type` is the header of its answer.

    >>> decoded("déjà".encode("cp1252"), "text/html; charset=iso-8859-1"), decoded("déjà".encode() + b" \\x92")
    ('déjà', 'déjà ’')
    """
    for mark, codec in _BOMS:
        if page.startswith(mark):
            return page[len(mark) :].decode(codec, "replace")
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_nearly_utf8(page):
        return page.decode("utf-8", CP1252_BYTES)
    header, meta = _HEADER.search(content_type), _META.search(page[:_HEAD])
    for name in (header[1] if header else "", meta[1].decode("ascii") if meta else ""):
        if codec := _codec(name):
            return page.decode(codec, "replace")
    return page.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """The codec that a declared charset means; Latin-1 means Windows-1252; "" for none that is known, or UTF-8, which it is not."""
    if not _KNOWN.fullmatch(name.lower()):
        return ""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-8": ""}.get(codec, codec)


def _is_nearly_utf8(page: bytes) -> bool:
    high = sum(b > 127 for b in page)
    bad = page.decode("utf-8", "replace").count("\ufffd") - page.count("\ufffd".encode())
    return bad <= max(1, BAD_SHARE * high)
