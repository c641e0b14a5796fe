"""French time expressions, one function per rule: a pattern on folded text, and the days that it means. Here: dates and weekdays.

Each rule takes the match, the day of writing and the day last spoken of, and gives an interval (first day, last day,
precision, flag, whether the action went on over it), or None where the words mean no day after all.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from veille.codes import DateFlag
from veille.reading.rules import TimeRule
from veille.reference.calendar import DAYS, month_numbers

_DAYS = {name: number for number, name in enumerate(DAYS)}
#: "avr." is left out: in running text it is seldom a month.
_MONTHS = {name: number for name, number in month_numbers().items() if name != "avr"}
_D = "(?:" + "|".join(_DAYS) + ")"
_M = r"(?:" + "|".join(_MONTHS) + r")(?:\b|\.)"
_N = r"(?:1er|\d{1,2})"

Maker = Callable[[re.Match[str], dt.date, dt.date | None], "Interval | None"]
Interval = tuple[dt.date, dt.date, int, DateFlag, bool]
RULES: list[tuple[TimeRule, str, Maker]] = []


def rule(name: TimeRule, pattern: str) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        RULES.append((name, rf"(?<![\w])(?:{pattern})(?!\w)", maker))
        return maker

    return add


def one_day(day: dt.date, flag: DateFlag = DateFlag.NONE) -> Interval:
    return day, day, 1, flag, False


def last_weekday(weekday: int, today: dt.date) -> dt.date:
    return today - dt.timedelta(days=(today.weekday() - weekday) % 7)


def date_or_none(day: int, month: int, year: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text.replace("1er", "1"))


def nearest_past(day: int, month: int, today: dt.date) -> dt.date | None:
    """Return the last such day not after tomorrow: "le 28 décembre" read in January is last year's."""
    for year in (today.year, today.year - 1):
        found = date_or_none(day, month, year)
        if found and found <= today + dt.timedelta(days=1):
            return found
    return None


def checked(day: dt.date | None, weekday: str | None, today: dt.date) -> Interval | None:
    """Return the day, with a flag where the weekday disagrees; a slip of the month is likelier than one of the weekday.

    "dimanche 3 novembre", published on 5 December 2023: the 3 November was a Friday, the 3 December a Sunday.
    """
    if day is None:
        return None
    if weekday and day.weekday() != _DAYS[weekday]:
        for back in range(2):
            month = (today.month - back - 1) % 12 + 1
            other = date_or_none(day.day, month, today.year - (today.month - back < 1))
            if other and other <= today and (today - other).days < 35 and other.weekday() == _DAYS[weekday]:
                return one_day(other, DateFlag.WEEKDAY_MISMATCH)
        return one_day(day, DateFlag.WEEKDAY_MISMATCH)
    return one_day(day, DateFlag.FUTURE if day > today + dt.timedelta(days=1) else DateFlag.NONE)


@rule(
    TimeRule.SPAN_OF_DAYS,
    rf"(?:du|entre le)\s+(?:{_D}\s+)?(?P<a>{_N})(?:\s+(?P<m1>{_M}))?\s+(?:au|et le)\s+(?:{_D}\s+)?(?P<b>{_N})\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?",
)
def _span(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month = _MONTHS[m["m"].rstrip(".")]
    first = _MONTHS[m["m1"].rstrip(".")] if m["m1"] else month
    year = int(m["y"]) if m["y"] else None
    high = date_or_none(_number(m["b"]), month, year) if year else nearest_past(_number(m["b"]), month, today)
    low = date_or_none(_number(m["a"]), first, high.year) if high else None
    return (low, high, 1 if (high - low).days < 3 else 2, DateFlag.NONE, True) if low and high and low <= high else None


@rule(
    TimeRule.NIGHT_BETWEEN_DATES,
    rf"nuit\s+(?:du|de)\s+(?:(?P<w>{_D})\s+)?(?P<d>{_N})(?:\s+(?P<m1>{_M}))?\s+(?:au|a)\s+(?:{_D}\s+)?{_N}\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?",
)
def _night_dates(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month = _MONTHS[(m["m1"] or m["m"]).rstrip(".")]
    day = date_or_none(_number(m["d"]), month, int(m["y"])) if m["y"] else nearest_past(_number(m["d"]), month, today)
    return checked(day, m["w"], today)


@rule(
    TimeRule.NIGHT_BETWEEN_WEEKDAYS,
    rf"nuit\s+(?:de|du)\s+(?P<a>{_D})\s+(?:a|au|et)\s+(?:ce\s+)?(?P<b>{_D})(?P<past>\s+derniers?)?",
)
def _night_weekdays(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    end = last_weekday(_DAYS[m["b"]], today)
    return one_day(end - dt.timedelta(days=(end.weekday() - _DAYS[m["a"]]) % 7 or 7))


@rule(TimeRule.NIGHT_UNTIL_TODAY, rf"nuit\s+(?:de|du)\s+(?P<a>{_D})\s+a\s+(?:hier|ce jour|aujourd'hui|ce matin)")
def _night_today(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return one_day(last_weekday(_DAYS[m["a"]], today - dt.timedelta(days=1)))


@rule(
    TimeRule.FULL_DATE,
    rf"(?:(?:le|du|au|ce|de|des|depuis le|jusqu'au|hier|aujourd'hui)\s+)?(?:(?P<w>{_D}),?\s+)?(?P<d>{_N})\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?(?:\s+dernier)?",
)
def _full(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    day, month = _number(m["d"]), _MONTHS[m["m"].rstrip(".")]
    found = date_or_none(day, month, int(m["y"])) if m["y"] else nearest_past(day, month, today)
    return checked(found, m["w"], today)


@rule(TimeRule.NUMERIC_DATE, r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})")
def _numeric(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return checked(date_or_none(int(m["d"]), int(m["m"]), int(m["y"])), None, today)


@rule(
    TimeRule.WEEKDAY_AND_DAY,
    rf"(?:ce\s+)?(?P<w>{_D})\s+(?P<d>1er|\d{{1,2}})(?!\s*(?:h\b|heures|morts|soldats|civils|personnes|{_M}))(?=\s|,|\.|$)",
)
def _weekday_day(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    number = _number(m["d"])
    for back in range(2):
        month = today.month - back or 12
        found = date_or_none(number, month, today.year - (today.month - back < 1))
        if found and found <= today + dt.timedelta(days=1) and found.weekday() == _DAYS[m["w"]]:
            return one_day(found)
    return None


@rule(
    TimeRule.MONTH_AND_YEAR,
    rf"(?:en|au mois d[e']|depuis|d'|de|fin|debut|mi-|la mi-|courant)\s*(?P<m>{_M})\s+(?P<y>\d{{4}})",
)
def _month_year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _month(int(m["y"]), _MONTHS[m["m"].rstrip(".")], m.group())


@rule(
    TimeRule.MONTH,
    rf"(?:en|au mois d[e']|depuis|fin|debut|mi-|la mi-|a la mi-|courant|en debut|a la fin)\s*(?:de\s+|d')?(?P<m>{_M})(?:\s+dernier)?",
)
def _bare_month(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month = _MONTHS[m["m"].rstrip(".")]
    return _month(today.year if month <= today.month else today.year - 1, month, m.group())


def _month(year: int, month: int, words: str) -> Interval:
    first, last = 1, calendar.monthrange(year, month)[1]
    if "mi-" in words:
        first, last = 10, 20
    elif "debut" in words:
        last = 10
    elif "fin" in words:
        first = 20
    return dt.date(year, month, first), dt.date(year, month, last), 3 if last - first > 15 else 2, DateFlag.NONE, False


@rule(TimeRule.YEAR, r"(?:en|de|depuis|l'annee|des)\s+(?P<y>(?:19|20)\d{2})")
def _year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    year = int(m["y"])
    return (dt.date(year, 1, 1), dt.date(year, 12, 31), 3, DateFlag.NONE, False) if year <= today.year else None


@rule(
    TimeRule.WEEKDAY,
    rf"(?:(?:ce|le|du|de|des|depuis|hier|aujourd'hui)\s+)?(?P<w>{_D})(?P<past>\s+(?:dernier|passe|precedent))?(?:\s+(?:matin|apres-midi|soir|midi))?",
)
def _weekday(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    found = last_weekday(_DAYS[m["w"]], today)
    if m["past"] and found == today:
        found -= dt.timedelta(days=7)
    return one_day(found)
