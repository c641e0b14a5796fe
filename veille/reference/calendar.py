"""Months and days of the week in French, as texts and sites write them."""

from __future__ import annotations

from veille.cleaning import fold

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
#: As sites print them in front of a year.
MONTHS_SHORT = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def month_numbers() -> dict[str, int]:
    """Return the number of each folded name of a month, whole and short.

    >>> names = month_numbers()
    >>> names["fevrier"], names["fevr"], names["aout"]
    (2, 2, 8)
    """
    found: dict[str, int] = {}
    for number, names in enumerate(zip(MONTHS, MONTHS_SHORT, strict=True), 1):
        found |= {fold(name): number for name in names}
    return found
