"""Sentences of French news, and the folded form in which rules look at them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|Gal|Gén|Col|Cdt|Cne|Lt|Sgt|art|cf|env|av|apr|vs|n|no|hab|km|janv|févr|fév|sept|oct|nov|déc|juil|[A-Z])|\bp\.\s?ex)$"
)
_END = re.compile(r"([.!?…]+(?:\s?[\"»”’'])*)\s+(?=[\"«“‘'–—-]?\s?[A-ZÀ-ÖØ-Þ0-9«“])")
#: Of 6,657 sentences of real and retold news eleven are longer; cut there, they are read as before.
MAX_CHARS = 800
_SPECIAL = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "œ": "e", "Œ": "e", "æ": "e", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
            "–": "-", "—": "-", "‑": "-", "‐": "-", "“": '"', "”": '"', "«": '"', "»": '"', "ß": "s", "ø": "o", "Ø": "o", "đ": "d", "ɓ": "b", "ɗ": "d", "ƴ": "y", "ŋ": "n"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, where it stands, and its folded twin of the same length."""

    index: int
    paragraph: int  # -1 for the title
    text: str
    plain: str

    @property
    def is_title(self) -> bool:
        return self.paragraph < 0


def plain(text: str) -> str:
    """Return the text in lower case without accents, character for character: offsets stay those of the original.

    >>> plain("L’ARMÉE a dit « non »")
    'l\\'armee a dit " non "'
    """
    return text.translate(_FOLDER)


class _Folder(dict[int, str]):
    """Folds on demand and remembers: str.translate asks for each character."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


_FOLDER = _Folder()


def _fold_char(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    base = unicodedata.normalize("NFKD", char)[0].lower()
    return base if len(base) == 1 else base[0]


def split(title: str, text: str) -> list[Sentence]:
    """Return the title and the sentences of the body, in order; a line of the text is a paragraph.

    >>> [s.text for s in split("Deux morts à Djibo", "M. Sow l'a dit. « C'est faux. » L'armée dément.")]
    ['Deux morts à Djibo', "M. Sow l'a dit.", "« C'est faux. »", "L'armée dément."]
    """
    found: list[Sentence] = []

    def add(piece: str, paragraph: int) -> None:
        piece = piece.strip()
        if piece:
            found.append(Sentence(len(found), paragraph, piece, plain(piece)))

    add(title, -1)
    for number, line in enumerate(filter(None, (x.strip() for x in text.split("\n")))):
        for piece in _pieces(line):
            add(piece, number)
    return found


def _pieces(line: str) -> list[str]:
    pieces, start = [], 0
    for end in _END.finditer(line):
        if _ABBREVIATION.search(line[max(start, end.start() - 20) : end.start()]) and line[end.start()] == ".":
            continue
        pieces += _bounded(line[start : end.end()])
        start = end.end()
    return pieces + _bounded(line[start:])


def _bounded(piece: str) -> list[str]:
    """A sentence, in parts where it is longer than people write them: some rules cost the square of its length."""
    parts = []
    while len(piece) > MAX_CHARS:
        cut = piece.rfind(", ", 0, MAX_CHARS) + 1 or piece.rfind(" ", 0, MAX_CHARS) + 1 or MAX_CHARS
        parts.append(piece[:cut])
        piece = piece[cut:]
    return [*parts, piece]
