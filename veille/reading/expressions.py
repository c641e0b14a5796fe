"""French time expressions, one function a rule: a pattern on folded text, and the days that it means.

Each rule takes the match, the day of writing and the day last spoken of, and gives an interval (first day, last day,
precision, flag, whether the action went on over it), or None where the words mean no day after all.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from veille.reading.numbers import CARDINAL, cardinal

_DAYS = {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6}
_MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9,
    "octobre": 10, "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
_D = "(?:" + "|".join(_DAYS) + ")"
_M = r"(?:" + "|".join(_MONTHS) + r")(?:\b|\.)"
_N = r"(?:1er|\d{1,2})"
_COUNT = rf"(?:une?|{CARDINAL}|quelques|une dizaine de|une quinzaine de)"

Maker = Callable[[re.Match[str], dt.date, dt.date | None], "Interval | None"]
Interval = tuple[dt.date, dt.date, int, str, bool]
RULES: list[tuple[str, re.Pattern[str], Maker]] = []


def _rule(name: str, pattern: str) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        RULES.append((name, re.compile(rf"(?<![\w])(?:{pattern})(?!\w)"), maker))
        return maker

    return add


def _day(day: dt.date, flag: str = "") -> Interval:
    return day, day, 1, flag, False


def _last(weekday: int, today: dt.date) -> dt.date:
    return today - dt.timedelta(days=(today.weekday() - weekday) % 7)


def _date(day: int, month: int, year: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text.replace("1er", "1"))


def _nearest_past(day: int, month: int, today: dt.date) -> dt.date | None:
    """The last such day not after tomorrow: "le 28 décembre" read in January is last year's."""
    for year in (today.year, today.year - 1):
        found = _date(day, month, year)
        if found and found <= today + dt.timedelta(days=1):
            return found
    return None


def _checked(day: dt.date | None, weekday: str | None, today: dt.date) -> Interval | None:
    """The day, with a flag where the weekday disagrees; a slip of the month is likelier than one of the weekday.

    "dimanche 3 novembre", published on 5 December 2023: the 3 November was a Friday, the 3 December a Sunday.
    """
    if day is None:
        return None
    if weekday and day.weekday() != _DAYS[weekday]:
        for back in range(2):
            month = (today.month - back - 1) % 12 + 1
            other = _date(day.day, month, today.year - (today.month - back < 1))
            if other and other <= today and (today - other).days < 35 and other.weekday() == _DAYS[weekday]:
                return _day(other, "weekday-mismatch")
        return _day(day, "weekday-mismatch")
    return _day(day, "future" if day > today + dt.timedelta(days=1) else "")


@_rule(
    "span of days",
    rf"(?:du|entre le)\s+(?:{_D}\s+)?(?P<a>{_N})(?:\s+(?P<m1>{_M}))?\s+(?:au|et le)\s+(?:{_D}\s+)?(?P<b>{_N})\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?",
)
def _span(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month = _MONTHS[m["m"].rstrip(".")]
    first = _MONTHS[m["m1"].rstrip(".")] if m["m1"] else month
    year = int(m["y"]) if m["y"] else None
    high = _date(_number(m["b"]), month, year) if year else _nearest_past(_number(m["b"]), month, today)
    low = _date(_number(m["a"]), first, high.year) if high else None
    return (low, high, 1 if (high - low).days < 3 else 2, "", True) if low and high and low <= high else None


@_rule(
    "night between dates",
    rf"nuit\s+(?:du|de)\s+(?:(?P<w>{_D})\s+)?(?P<d>{_N})(?:\s+(?P<m1>{_M}))?\s+(?:au|a)\s+(?:{_D}\s+)?{_N}\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?",
)
def _night_dates(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month = _MONTHS[(m["m1"] or m["m"]).rstrip(".")]
    day = _date(_number(m["d"]), month, int(m["y"])) if m["y"] else _nearest_past(_number(m["d"]), month, today)
    return _checked(day, m["w"], today)


@_rule(
    "night between weekdays",
    rf"nuit\s+(?:de|du)\s+(?P<a>{_D})\s+(?:a|au|et)\s+(?:ce\s+)?(?P<b>{_D})(?P<past>\s+derniers?)?",
)
def _night_weekdays(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    end = _last(_DAYS[m["b"]], today)
    return _day(end - dt.timedelta(days=(end.weekday() - _DAYS[m["a"]]) % 7 or 7))


@_rule("night until today", rf"nuit\s+(?:de|du)\s+(?P<a>{_D})\s+a\s+(?:hier|ce jour|aujourd'hui|ce matin)")
def _night_today(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _day(_last(_DAYS[m["a"]], today - dt.timedelta(days=1)))


@_rule(
    "full date",
    rf"(?:(?:le|du|au|ce|de|des|depuis le|jusqu'au|hier|aujourd'hui)\s+)?(?:(?P<w>{_D}),?\s+)?(?P<d>{_N})\s+(?P<m>{_M})(?:\s+(?P<y>\d{{4}}))?(?:\s+dernier)?",
)
def _full(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    day, month = _number(m["d"]), _MONTHS[m["m"].rstrip(".")]
    found = _date(day, month, int(m["y"])) if m["y"] else _nearest_past(day, month, today)
    return _checked(found, m["w"], today)


@_rule("numeric date", r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})")
def _numeric(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _checked(_date(int(m["d"]), int(m["m"]), int(m["y"])), None, today)


@_rule(
    "weekday and day",
    rf"(?:ce\s+)?(?P<w>{_D})\s+(?P<d>1er|\d{{1,2}})(?!\s*(?:h\b|heures|morts|soldats|civils|personnes|{_M}))(?=\s|,|\.|$)",
)
def _weekday_day(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    number = _number(m["d"])
    for back in range(2):
        month = today.month - back or 12
        found = _date(number, month, today.year - (today.month - back < 1))
        if found and found <= today + dt.timedelta(days=1) and found.weekday() == _DAYS[m["w"]]:
            return _day(found)
    return None


@_rule(
    "month and year", rf"(?:en|au mois d[e']|depuis|d'|de|fin|debut|mi-|la mi-|courant)\s*(?P<m>{_M})\s+(?P<y>\d{{4}})"
)
def _month_year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _month(int(m["y"]), _MONTHS[m["m"].rstrip(".")], m.group())


@_rule(
    "month",
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
    return dt.date(year, month, first), dt.date(year, month, last), 3 if last - first > 15 else 2, "", False


@_rule("year", r"(?:en|de|depuis|l'annee|des)\s+(?P<y>(?:19|20)\d{2})")
def _year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    year = int(m["y"])
    return (dt.date(year, 1, 1), dt.date(year, 12, 31), 3, "", False) if year <= today.year else None


@_rule(
    "weekday",
    rf"(?:(?:ce|le|du|de|des|depuis|hier|aujourd'hui)\s+)?(?P<w>{_D})(?P<past>\s+(?:dernier|passe|precedent))?(?:\s+(?:matin|apres-midi|soir|midi))?",
)
def _weekday(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    found = _last(_DAYS[m["w"]], today)
    if m["past"] and found == today:
        found -= dt.timedelta(days=7)
    return _day(found)


@_rule(
    "today",
    r"aujourd'hui|ce (?:matin|soir|midi|jour)|cet apres-midi|cette nuit|a l'aube ce jour|dans la matinee de ce jour",
)
def _today(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _day(today - dt.timedelta(days=1) if m.group() == "cette nuit" else today)


@_rule(
    "night",
    r"(?:dans|pendant|durant|au cours de) la nuit(?! (?:de|du|des|d'|precedente|suivante))|a l'aube|au petit matin|tot dans la nuit",
)
def _night(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    if spoken:
        return _day(spoken)
    return _day(today - dt.timedelta(days=1)) if "nuit" in m.group() else None


@_rule("yesterday", r"avant-hier|hier(?:\s+(?:matin|soir|apres-midi|nuit))?|la nuit derniere|dans la nuit d'hier")
def _yesterday(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _day(today - dt.timedelta(days=2 if m.group().startswith("avant") else 1))


@_rule(
    "eve",
    r"la veille(?:\s+au soir)?(?! d)|l'avant-veille|le lendemain|le surlendemain|(?:le|ce) meme jour|le jour meme|au meme moment|dans la foulee",
)
def _eve(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    shift = {"la veille": -1, "l'avant-ve": -2, "le lendema": 1, "le surlend": 2}
    words = m.group()
    delta = next((v for k, v in shift.items() if words.startswith(k[: len(words)])), 0)
    if delta == 0 and words in ("au meme moment", "dans la foulee"):
        return None
    base = spoken or today
    return _day(base + dt.timedelta(days=delta))


@_rule("ago", rf"il y a\s+(?P<n>{_COUNT})\s+(?P<u>jours?|semaines?|mois|ans?|annees?)")
def _ago(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _back(m, today, today)


@_rule("earlier", rf"(?P<n>{_COUNT})\s+(?P<u>jours?|semaines?|mois|ans?)\s+(?:plus tot|auparavant|avant)")
def _earlier(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    return _back(m, spoken or today, today)


@_rule(
    "days after",
    rf"(?P<n>{_COUNT})\s+(?P<u>jours?|semaines?|mois) apres (?:l'|les |la |le |cette |une |son |leur |ces |celle )?(?:double |sanglante |derniere )?(?:attaques?|assauts?|embuscades?|tuerie|massacre|raids?|frappes?|prise|chute|drame|carnage|explosions?|incursion|combats|faits|bataille|rapt|enlevement)",
)
def _after(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    """ "Trois jours après l'attaque", at the time of writing."""
    return _back(m, today, today)


@_rule(
    "day after",
    r"au lendemain (?:de l'|de la |des |d'une? |de cette |du )(?:double |sanglante )?(?:attaques?|assauts?|embuscades?|tuerie|massacre|raids?|frappes?|prise|chute|drame|combats|faits|bataille)",
)
def _lendemain(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _day(today - dt.timedelta(days=1))


def _back(m: re.Match[str], base: dt.date, today: dt.date) -> Interval | None:
    words = m["n"]
    about = {"quelques": 3, "une dizaine de": 10, "une quinzaine de": 15}
    n = about.get(words) or cardinal(words)
    unit = m["u"].rstrip("s")
    if n > 400:
        return None
    if unit == "jour":
        day = base - dt.timedelta(days=n)
        return (
            _day(day) if words not in about else (day - dt.timedelta(days=3), day + dt.timedelta(days=2), 2, "", False)
        )
    days = {"semaine": 7, "moi": 30, "an": 365, "annee": 365}[unit] * n
    middle = base - dt.timedelta(days=days)
    slack = {"semaine": 1 + n // 2, "moi": 15, "an": 183, "annee": 183}[unit]
    return (
        middle - dt.timedelta(days=slack),
        min(today, middle + dt.timedelta(days=slack)),
        2 if slack < 10 else 3,
        "",
        False,
    )


@_rule(
    "weekend",
    r"(?:le|ce|du)\s+week-?\s?end(?P<past>\s+(?:dernier|ecoule|passe))?|en fin de semaine(?P<past2>\s+derniere)?",
)
def _weekend(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    saturday = _last(5, today)
    if (m["past"] or m["past2"]) and today.weekday() >= 5:
        saturday -= dt.timedelta(days=7)
    return saturday, min(saturday + dt.timedelta(days=1), max(today, saturday)), 1, "", False


@_rule("last week", r"la semaine (?:derniere|passee|ecoulee|precedente)")
def _last_week(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return monday, monday + dt.timedelta(days=6), 2, "", False


@_rule(
    "this week",
    r"cette semaine|(?:en |au )?debut de (?:la )?semaine|depuis le debut de la semaine|ces derniers jours|ces jours-ci",
)
def _this_week(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    monday = today - dt.timedelta(days=today.weekday())
    if "debut" in m.group():
        return monday, min(today, monday + dt.timedelta(days=1)), 1, "", False
    return (monday if "semaine" in m.group() else today - dt.timedelta(days=6)), today, 2, "", False


@_rule("last month", r"le mois (?:dernier|passe|precedent)")
def _last_month(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last, 3, "", False


@_rule("last year", r"l'an(?:nee)? (?:dernier|passe)e?|l'annee derniere")
def _last_year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31), 3, "", False
