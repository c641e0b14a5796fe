"""A grammar of French news time expressions, to intervals of days.

A rule is a regular expression on folded text and a function of the reference day (the day of publication where the
outlet is) and of the day last spoken of. What the words say wins: an impossible date (the weekday and the day of the
month disagree, or it lies in the future) is resolved by the day of the month, else kept before publication, and flagged.

A bare weekday is the last such day, today included. A night is the day on which it began ("dans la nuit de lundi à
mardi": Monday). "La veille", "le même jour", "trois jours plus tôt" count from the day last spoken of.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from veille.codes import DateFlag
from veille.reading.elapsed import RULES
from veille.reading.rules import TimeRule
from veille.reading.scan import Patterns


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time expression: its interval, the words, and whether it leans on the day last spoken of."""

    low: dt.date
    high: dt.date
    precision: int
    start: int
    end: int
    words: str
    rule: TimeRule
    flag: DateFlag = DateFlag.NONE
    is_span: bool = False


@cache
def _patterns() -> Patterns:
    return Patterns([pattern for _, pattern, _ in RULES])


def times(text: str, today: dt.date, spoken: dt.date | None = None) -> list[TimeExpression]:
    """Return every time expression of a folded sentence, leftmost and longest, in order.

    >>> day = dt.date(2023, 11, 25)  # a Saturday
    >>> [(str(t.low), str(t.high)) for t in times("l'attaque de vendredi, dix jours apres celle du 14 novembre", day)]
    [('2023-11-24', '2023-11-24'), ('2023-11-14', '2023-11-14')]
    >>> [str(t.low) for t in times("tuees le dimanche 5 novembre", day)]
    ['2023-11-05']
    >>> [str(t.low) for t in times("dans la nuit de jeudi a vendredi", day)]
    ['2023-11-23']
    >>> [(str(t.low), str(t.high), t.precision) for t in times("en septembre dernier; le week-end dernier", day)]
    [('2023-09-01', '2023-09-30', 3), ('2023-11-18', '2023-11-19', 1)]
    """
    matches = [
        (m.start(), -m.end(), name, maker, m)
        for number, m in _patterns().matches(text)
        for name, _, maker in (RULES[number],)
    ]
    kept: list[TimeExpression] = []
    for start, end, name, maker, m in sorted(matches, key=lambda x: x[:2]):
        if kept and start < kept[-1].end:
            continue
        if made := maker(m, today, spoken):
            low, high, precision, flag, is_span = made
            if low > today:  # what is to come, or "le lendemain" of a day that nobody named: no day of a deed
                continue
            kept.append(TimeExpression(low, high, precision, start, -end, m.group(), name, flag, is_span))
            if precision == 1:
                spoken = low  # "le 24 décembre, ... le même jour"
    return kept
