"""A page that says nothing but where the article lies now: `<meta http-equiv="refresh" content="0; url=...">`."""

from __future__ import annotations

import html
import re

#: A page that is worth reading is longer, or reloads itself later.
MAX_BYTES = 16_384
MAX_DELAY_S = 10

_META = re.compile(rb"<meta\b[^<>]{0,400}>", re.IGNORECASE)
_IS_REFRESH = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh\b", re.IGNORECASE)
_CONTENT = re.compile(
    rb"content\s*=\s*(?:\"\s*(?P<a>[\d.]{1,6})\s*[;,]\s*(?:url\s*=)?\s*(?P<u>[^\"]{1,2000})\""
    rb"|'\s*(?P<b>[\d.]{1,6})\s*[;,]\s*(?:url\s*=)?\s*(?P<v>[^']{1,2000})')",
    re.IGNORECASE,
)
_UNSEEN = re.compile(rb"<(noscript|!--|template)[^<>]*>?.*?(?:</\1|-->|$)", re.IGNORECASE | re.DOTALL)


def refresh_target(body: bytes) -> str:
    """Return where a short page sends its reader at once; "" for a page that stays. Latin-1, as a Location header.

    >>> refresh_target(b'<meta http-equiv="refresh" content="0;url=/article/1"><p>Un instant</p>')
    '/article/1'
    >>> refresh_target(b'<meta http-equiv="refresh" content="300">'), refresh_target(b"<p>Gao</p>")
    ('', '')
    """
    if len(body) > MAX_BYTES or b"refresh" not in body.lower():
        return ""
    for meta in _META.findall(_UNSEEN.sub(b"", body)):
        found = _CONTENT.search(meta) if _IS_REFRESH.search(meta) else None
        delay = (found["a"] or found["b"]) if found else b""
        if found and delay.count(b".") < 2 and float(delay) <= MAX_DELAY_S:
            url: bytes = found["u"] or found["v"]
            return html.unescape(url.strip(b" \t\"'").decode("latin-1"))
    return ""
