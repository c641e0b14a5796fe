"""French time expressions told from the day of writing or the day last spoken of: "hier", "la veille", "il y a dix jours"."""

from __future__ import annotations

import datetime as dt
import re

from veille.codes import DateFlag
from veille.reading.expressions import RULES, Interval, date_or_none, last_weekday, nearest_past, one_day, rule
from veille.reading.numbers import CARDINAL, cardinal
from veille.reading.rules import TimeRule

__all__ = ["RULES"]

COUNT = rf"(?:une?|{CARDINAL}|quelques|une dizaine de|une quinzaine de)"


@rule(
    TimeRule.TODAY,
    r"aujourd'hui|ce (?:matin|soir|midi|jour)(?!-la)|cet apres-midi(?!-la)|cette nuit(?!-la)|a l'aube ce jour|dans la matinee de ce jour",
)
def _today(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return one_day(today - dt.timedelta(days=1) if m.group() == "cette nuit" else today)


@rule(
    TimeRule.NIGHT,
    r"(?:dans|pendant|durant|au cours de) la nuit(?! (?:de|du|des|d'|precedente|suivante))|a l'aube|au petit matin|tot dans la nuit",
)
def _night(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    if spoken:
        return one_day(spoken)
    return one_day(today - dt.timedelta(days=1)) if "nuit" in m.group() else None


@rule(TimeRule.YESTERDAY, r"avant-hier|hier(?:\s+(?:matin|soir|apres-midi|nuit))?|la nuit derniere|dans la nuit d'hier")
def _yesterday(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return one_day(today - dt.timedelta(days=2 if m.group().startswith("avant") else 1))


@rule(
    TimeRule.EVE,
    r"la veille(?:\s+au soir)?(?! d)|l'avant-veille|le lendemain|le surlendemain|(?:le|ce) meme jour|le jour meme|au meme moment|dans la foulee",
)
def _eve(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    shift = {"la veille": -1, "l'avant-ve": -2, "le lendema": 1, "le surlend": 2}
    words = m.group()
    delta = next((v for k, v in shift.items() if words.startswith(k[: len(words)])), 0)
    if delta == 0 and (spoken is None or words in ("au meme moment", "dans la foulee")):
        return None
    base = spoken or today
    return one_day(base + dt.timedelta(days=delta))


@rule(TimeRule.THAT_DAY, r"ce (?:jour|matin|soir)-la|cette nuit-la|cet apres-midi-la")
def _that_day(_: re.Match[str], __: dt.date, spoken: dt.date | None) -> Interval | None:
    return one_day(spoken) if spoken else None


@rule(
    TimeRule.HOLIDAY,
    r"(?P<eve>(?:a |de )?la veille (?:de |du )|le reveillon (?:de |du ))?(?:le jour (?:de |du )|la )?(?P<h>noel|nouvel an|jour de l'an|saint-sylvestre)",
)
def _holiday(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    month, day = {"noel": (12, 25), "saint-sylvestre": (12, 31)}.get(m["h"], (1, 1))
    found = nearest_past(day, month, today)
    if found is None or (today - found).days > 60:
        return None
    return one_day(found - dt.timedelta(days=1 if m["eve"] else 0))


@rule(
    TimeRule.DAY_OF_MONTH,
    r"(?:le|du) (?P<d>\d{1,2})(?=\s*(?:[,.;:)]|$| (?:au (?:matin|soir)|dans (?:la|l')|vers)\b))",
)
def _bare_day(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    """ "Celui de Niafounké, le 24, ...": the last such day, where a day of these weeks was given before."""
    if spoken is None or (today - spoken).days > 45:
        return None
    for year, month in ((today.year, today.month), (spoken.year, spoken.month)):
        found = date_or_none(int(m["d"]), month, year)
        if found and found <= today:
            return one_day(found)
    return None


@rule(TimeRule.AGO, rf"il y a\s+(?P<n>{COUNT})\s+(?P<u>jours?|semaines?|mois|ans?|annees?)")
def _ago(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return _back(m, today, today)


@rule(TimeRule.EARLIER, rf"(?P<n>{COUNT})\s+(?P<u>jours?|semaines?|mois|ans?)\s+(?:plus tot|auparavant|avant)")
def _earlier(m: re.Match[str], today: dt.date, spoken: dt.date | None) -> Interval | None:
    return _back(m, spoken or today, today)


@rule(
    TimeRule.DAYS_AFTER,
    rf"(?P<n>{COUNT})\s+(?P<u>jours?|semaines?|mois) apres (?:l'|les |la |le |cette |une |son |leur |ces |celle )?(?:double |sanglante |derniere )?(?:attaques?|assauts?|embuscades?|tuerie|massacre|raids?|frappes?|prise|chute|drame|carnage|explosions?|incursion|combats|faits|bataille|rapt|enlevement)",
)
def _after(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    """ "Trois jours après l'attaque", at the time of writing."""
    return _back(m, today, today)


@rule(
    TimeRule.DAY_AFTER,
    r"au lendemain (?:de l'|de la |des |d'une? |de cette |du )(?:double |sanglante )?(?:attaques?|assauts?|embuscades?|tuerie|massacre|raids?|frappes?|prise|chute|drame|combats|faits|bataille)",
)
def _lendemain(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return one_day(today - dt.timedelta(days=1))


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
            one_day(day)
            if words not in about
            else (day - dt.timedelta(days=3), day + dt.timedelta(days=2), 2, DateFlag.NONE, False)
        )
    days = {"semaine": 7, "moi": 30, "an": 365, "annee": 365}[unit] * n
    middle = base - dt.timedelta(days=days)
    slack = {"semaine": 1 + n // 2, "moi": 15, "an": 183, "annee": 183}[unit]
    return (
        middle - dt.timedelta(days=slack),
        min(today, middle + dt.timedelta(days=slack)),
        2 if slack < 10 else 3,
        DateFlag.NONE,
        False,
    )


@rule(
    TimeRule.WEEKEND,
    r"(?:le|ce|du)\s+week-?\s?end(?P<past>\s+(?:dernier|ecoule|passe))?|en fin de semaine(?P<past2>\s+derniere)?",
)
def _weekend(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    saturday = last_weekday(5, today)
    if (m["past"] or m["past2"]) and today.weekday() >= 5:
        saturday -= dt.timedelta(days=7)
    return saturday, min(saturday + dt.timedelta(days=1), max(today, saturday)), 1, DateFlag.NONE, False


@rule(TimeRule.LAST_WEEK, r"la semaine (?:derniere|passee|ecoulee|precedente)")
def _last_week(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return monday, monday + dt.timedelta(days=6), 2, DateFlag.NONE, False


@rule(
    TimeRule.THIS_WEEK,
    r"cette semaine|(?:en |au )?debut de (?:la )?semaine|depuis le debut de la semaine|ces derniers jours|ces jours-ci",
)
def _this_week(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    monday = today - dt.timedelta(days=today.weekday())
    if "debut" in m.group():
        return monday, min(today, monday + dt.timedelta(days=1)), 1, DateFlag.NONE, False
    return (monday if "semaine" in m.group() else today - dt.timedelta(days=6)), today, 2, DateFlag.NONE, False


@rule(TimeRule.LAST_MONTH, r"le mois (?:dernier|passe|precedent)")
def _last_month(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last, 3, DateFlag.NONE, False


@rule(TimeRule.LAST_YEAR, r"l'an(?:nee)? (?:dernier|passe)e?|l'annee derniere")
def _last_year(m: re.Match[str], today: dt.date, _: dt.date | None) -> Interval | None:
    return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31), 3, DateFlag.NONE, False
