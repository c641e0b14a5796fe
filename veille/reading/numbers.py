"""Quantities in French, with the bounds that the wording gives.

The bounds follow the codebook: "plusieurs dizaines" 20 and more, "une quinzaine" 15, "au moins 21" 21 and more,
"près de 40" 40, "moins de 10" at most 10, "entre 5 et 8" 5 to 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90, "cent": 100, "cents": 100, "mille": 1000,
}  # fmt: skip
_ABOUT = {
    "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip
_WORD = "(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
CARDINAL = rf"\d{{1,3}}(?:[ .]\d{{3}})+(?!\d)|\d+|{_WORD}(?:(?:-|\s)(?:et(?:-|\s))?{_WORD})*"
_PLURAL_ABOUT = r"(?P<many>des|de|plusieurs|quelques|de nombreuses|deux|trois|quatre|cinq|six)\s+(?P<tens>dizaines|centaines|milliers)"
_SINGLE_ABOUT = (
    r"(?:une|la|cette)\s+(?:bonne\s+|petite\s+)?(?P<about>" + "|".join(_ABOUT) + r")|un\s+(?P<thousand>millier)"
)
_MODIFIER = (
    r"(?P<least>au moins|plus d'|plus de|pas moins de|au minimum|(?:un )?minimum(?: de)?)|(?P<most>jusqu'a|moins de|moins d'|au plus|au maximum)"
    r"|(?P<near>pres de|pres d'|environ|quelque|quelques|autour de|a peu pres|presque|quasiment|approximativement|exactement)"
)
_QUANTITY = re.compile(
    rf"(?<![\w-])(?<!l')(?:(?:{_MODIFIER})\s*)?(?:entre\s+(?P<from>{CARDINAL})\s+et\s+(?P<to>{CARDINAL})|(?P<a>{CARDINAL})\s+(?P<joint>a|ou)\s+(?P<b>{CARDINAL})"
    rf"|{_PLURAL_ABOUT}|{_SINGLE_ABOUT}|(?P<none>aucune?|zero|nul(?:le)?)|(?P<one>{CARDINAL})(?:\s?\(\d{{1,4}}\))?)(?![\w])(?!\s?(?:%|h\b|heures?|km|kilometres|ans\b))"
)
#: "Le bilan passe de 12 à 17 morts": 17.
_GROWN = re.compile(r"\b(?:pass|grimp|augment|mont|aggrav|alourdi)\w* (?:de |d')$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as the text bounds it; `low`/`high` None where it gives no bound."""

    low: int | None
    high: int | None
    start: int
    end: int
    words: str


def cardinal(words: str) -> int:
    """Return the value of digits or of a number in words.

    >>> cardinal("3 000"), cardinal("quatre-vingt-dix-sept"), cardinal("deux cent vingt et un"), cardinal("mille deux cents")
    (3000, 97, 221, 1200)
    """
    digits = re.sub(r"[ .]", "", words)
    if digits.isdigit():
        return int(digits)
    total, group = 0, 0
    for word in re.findall(r"[a-z]+", words):
        if word == "et":
            continue
        value = _UNITS[word]
        if value == 1000:
            total, group = total + max(group, 1) * 1000, 0
        elif value == 100:
            group = max(group, 1) * 100
        elif value == 20 and group % 100 == 4:
            group += 76
        else:
            group += value
    return total + group


def quantities(text: str) -> list[Quantity]:
    """Return every quantity of a folded sentence, in order.

    >>> [(q.low, q.high) for q in quantities("au moins 21 morts, une quinzaine de blesses et plusieurs dizaines de disparus")]
    [(21, None), (15, 15), (20, None)]
    >>> [(q.low, q.high) for q in quantities("entre cinq et huit soldats, pres de 40 civils, aucun blesse, 8 a 10 otages")]
    [(5, 8), (40, 40), (0, 0), (8, 10)]
    >>> [(q.low, q.high) for q in quantities("quarante-quatre (44) personnes ; le bilan passe de 12 a 17 morts")]
    [(44, 44), (17, 17)]
    >>> [(q.low, q.high) for q in quantities("plus d'une vingtaine de casques bleus, moins de 10 assaillants")]
    [(20, None), (None, 10)]
    """
    return [q for m in _QUANTITY.finditer(text) if (q := _read(m))]


def _read(m: re.Match[str]) -> Quantity | None:
    low, high = _bounds(m)
    if low is None and high is None:
        return None
    if low is not None and low > 1_000_000:
        return None
    if m["least"]:
        high = None
    elif m["most"]:
        low = None
    return Quantity(low, high, m.start(), m.end(), m.group())


def _bounds(m: re.Match[str]) -> tuple[int | None, int | None]:
    if m["from"]:
        return _ordered(cardinal(m["from"]), cardinal(m["to"]))
    if m["a"]:
        if m["joint"] == "a" and _GROWN.search(m.string[: m.start()]):
            return cardinal(m["b"]), cardinal(m["b"])
        return _ordered(cardinal(m["a"]), cardinal(m["b"]))
    if m["many"]:
        unit = {"dizaines": 10, "centaines": 100, "milliers": 1000}[m["tens"]]
        if m["many"] in _UNITS:
            return cardinal(m["many"]) * unit, cardinal(m["many"]) * unit
        return 2 * unit, None
    if m["about"] or m["thousand"]:
        value = _ABOUT[m["about"] or m["thousand"]]
        return value, value
    if m["none"]:
        return 0, 0
    value = cardinal(m["one"])
    return value, value


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a <= b else (a, a)
