"""Text that a database, a regular expression and a person can all take."""

from __future__ import annotations

import codecs
import re
import unicodedata

_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ud800-\udfff\ufeff\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"\w+")


def clean(text: str | None) -> str:
    """Return the text in NFC without NULs, surrogates, control and invisible characters; runs of spaces folded, lines kept.

    >>> clean("Niafounke\\u0301\\x00  :  l'arme\\u0301e\\udc80 dément ")
    "Niafounké : l'armée dément"
    """
    text = unicodedata.normalize("NFC", _BAD.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str | None, limit: int = 500) -> str:
    """Return the cleaned text on one line, cut at `limit` characters."""
    line = clean(text).replace("\n", " ")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def fold(text: str) -> str:
    """Lower case without accents, hyphens and apostrophes as spaces: the form in which names are compared.

    >>> fold("N'Guigmi"), fold("Tin-Akoff"), fold("Gao")
    ('n guigmi', 'tin akoff', 'gao')
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return " ".join(_WORD.findall(plain.replace("_", " ")))


def words(text: str) -> list[str]:
    """Return the lower-cased words of a text, in order."""
    return _WORD.findall(text.lower())


#: Error handler of a decoder: bytes that are no UTF-8 in a text that mostly is are single Windows-1252 characters.
CP1252_BYTES = "veille-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(CP1252_BYTES, _as_cp1252)
