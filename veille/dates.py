"""Published when, in whatever notation: the date strings of feeds and pages, as UTC.

The date is looked for first (its notation is never guessed from a library's list), then a time after or before it,
then an offset or a zone's name after the time. Without either, the time is the outlet's own: Niger, Chad and Benin
are an hour ahead of Mali, and "CET" or "WAT" are not UTC. French order (day first) is assumed for 24/11/2023.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from zoneinfo import ZoneInfo

from veille.codes import TimePrecision
from veille.reference.calendar import month_numbers

UTC = dt.UTC
#: A clock of a server may run ahead by so much.
AHEAD = dt.timedelta(hours=1)
#: A local time that is declared as UTC lies ahead by as many hours as its zone; anything later is no publication time.
ZONES_AHEAD = dt.timedelta(hours=14)
FIRST_YEAR = 1990

#: What feeds write besides the French names: English ones, shorter ones, and those that lost a letter to an encoding.
_FOREIGN = (
    "jan january",
    "fev feb february fvrier",
    "mar march",
    "apr april",
    "may",
    "jun june",
    "jul july",
    "aou aug august aot",
    "sep september",
    "october",
    "november",
    "december dcembre",
)
MONTHS = month_numbers() | {name: number for number, names in enumerate(_FOREIGN, 1) for name in names.split()}

#: Hours ahead of UTC of the zones that feeds call by name.
ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "tu", "wet"), 0.0),
    **dict.fromkeys(("cet", "wat", "west", "bst", "met"), 1.0),
    **dict.fromkeys(("cest", "cat", "eet", "sast", "mest"), 2.0),
    **dict.fromkeys(("eat", "eest", "msk"), 3.0),
    **{"ast": -4.0, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0},
    **{"pst": -8.0, "pdt": -7.0, "ist": 5.5, "jst": 9.0},
}

_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}")
_WEEK = re.compile(r"(\d{4})-?w(\d{2})(?:-?([1-7]))?(?=t|\s|$)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?=t|\s|$)")
_DATES = (
    (re.compile(r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=t|\s|$|\d{4}(?:\d{2})?(?!\d))"), "compact"),
    (re.compile(r"(?<!\d)(?P<y>\d{4})\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})(?!\d)"), "year first"),
    (re.compile(r"(?<!\d)(?P<d>\d{1,2})\s?([-/.])\s?(?P<m>\d{1,2})\s?\2\s?(?P<y>\d{4}|\d{2})(?!\d)"), "day first"),
    (re.compile(r"(?<!\d)(?P<d>\d{1,2})(?:er|st|nd|rd|th)?[\s-]+(?P<n>[a-z]{3,9})\.?,?[\s-]+(?P<y>\d{4}|\d{2})(?!\d)"),
     "day name year"),
    (re.compile(r"\b(?P<n>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?!\d)"), "name day year"),
    (re.compile(r"\b(?P<n>[a-z]{3})\s+(?P<d>\d{1,2})\s+(?=\d{1,2}:\d{2}:\d{2}\s+(?:[a-z]{1,5}\s+)?(?P<y>\d{4})\b)"),
     "asctime"),
)  # fmt: skip
_TIME = re.compile(
    r"(?<![\d.])(?P<h>\d{1,2})\s?(?:heures?\b|h(?![a-z])|:)\s?(?:(?P<mi>\d{2})(?!\d))?"
    r"(?:\s?(?::|mn|min|m)\s?(?P<s>\d{2})(?!\d)(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?m\b)?"
)
_TIGHT = re.compile(r"(?:\s?t|(?=\d{4}))(?P<h>\d{2})(?:(?P<mi>\d{2})(?:(?P<s>\d{2})(?:[.,]\d+)?)?)?(?!\d|:)(?P<half>)")
_HALF_ONLY = re.compile(r"(?<![\d:])(?P<h>\d{1,2})(?P<mi>)(?P<s>)\s?(?P<half>[ap])\.?m\b")
_OFFSET = re.compile(r"[\s(]*(?:utc|gmt)?\s?(?P<sign>[+-])\s?(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?!\d)")
_NAME = re.compile(r"[\s(]*(?P<name>[a-z]{1,5})\b")
_EDITED = re.compile(r"\b(?:modifi|mise? a jour|actualis|updated|edite)")

Zone = dt.tzinfo


def parse_published(raw: str, timezone: str | None, now: dt.datetime) -> tuple[dt.datetime | None, TimePrecision]:
    """Say when `raw` says something was published: UTC and the precision "minute", "day" or "unknown". Never raises.

    `timezone` (an IANA name, None for UTC) holds where `raw` names no offset. A day without a time is given as its
    first minute there. A time more than an hour after `now` is a local time that was declared as another: up to 14 hours
    it stands for `now`. Refused as (None, "unknown"): what is not understood, years before 1990, later times, a day after
    the outlet's today.

    >>> maintenant = dt.datetime(2023, 12, 2, tzinfo=UTC)
    >>> def lire(texte, fuseau=None):
    ...     quand, precision = parse_published(texte, fuseau, maintenant)
    ...     return quand and f"{quand:%Y-%m-%d %H:%M}", precision
    >>> lire("ven, 24 nov 2023 10:15:00 +0100")
    ('2023-11-24 09:15', 'minute')
    >>> lire("24 novembre 2023 à 10h15", "Africa/Niamey")
    ('2023-11-24 09:15', 'minute')
    >>> lire("Publié le : 24/11/2023 - 10:15 Modifié le : 25/11/2023 - 08:00", "Africa/Bamako")
    ('2023-11-24 10:15', 'minute')
    >>> lire("le 1er décembre 2023")
    ('2023-12-01 00:00', 'day')
    >>> lire("le 1er décembre 2024"), lire("hier"), lire("24 novembre")
    ((None, 'unknown'), (None, 'unknown'), (None, 'unknown'))
    """
    try:
        zone = _zone(timezone)
        text = _folded(raw)
        at, is_day = _epoch(text) or _read(text, zone)
        return _within(at, is_day, zone, now)
    except (ValueError, OverflowError, TypeError, AttributeError, OSError):
        return None, TimePrecision.UNKNOWN


def _zone(timezone: str | None) -> Zone:
    try:
        return ZoneInfo(timezone) if timezone else UTC
    except (ValueError, KeyError, OSError):  # settings are checked where they are read; here nothing may raise
        return UTC


def _folded(raw: str) -> str:
    """Lower case, no accents, single spaces: "Févr.&nbsp;2023" and "fevr. 2023" are one spelling."""
    text = unicodedata.normalize("NFKD", html.unescape(raw[:300]).replace("−", "-"))
    ascii_only = "".join(c for c in text if not unicodedata.combining(c) and c != "\ufffd").lower()
    return re.sub(r"\s+", " ", re.sub(r"[–—]", "-", ascii_only)).strip()


def _within(at: dt.datetime, is_day: bool, zone: Zone, now: dt.datetime) -> tuple[dt.datetime | None, TimePrecision]:
    local = at.astimezone(zone)
    if local.year < FIRST_YEAR:
        return None, TimePrecision.UNKNOWN
    if not is_day and now + AHEAD < at <= now + ZONES_AHEAD:
        return now.astimezone(UTC), TimePrecision.MINUTE
    if at > now + AHEAD and not (is_day and local.date() <= now.astimezone(zone).date()):
        return None, TimePrecision.UNKNOWN
    return at.astimezone(UTC), TimePrecision.DAY if is_day else TimePrecision.MINUTE


def _epoch(text: str) -> tuple[dt.datetime, bool] | None:
    """Seconds or milliseconds since 1970."""
    if not _EPOCH.fullmatch(text):
        return None
    number = float(text)
    return dt.datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC), False


def _read(text: str, zone: Zone) -> tuple[dt.datetime, bool]:
    """The date, then a time, then an offset; ValueError if there is no date."""
    text = _published_part(text)
    day, start, end = _date(text)
    after = text[end:]
    found = _time_after(after) or _time_before(text[:start])
    if found is None:
        return dt.datetime(day.year, day.month, day.day, tzinfo=zone), True
    time, rest = found
    moment = dt.datetime(day.year, day.month, day.day, tzinfo=_offset(rest) or zone) + time
    return moment, False


def _published_part(text: str) -> str:
    """What is said of the publication, where an edit is dated beside it."""
    if edited := _EDITED.search(text):
        before, after = text[: edited.start()], text[edited.start() :]
        if re.search(r"\d{4}|\d/\d", before):
            return before
        if (publication := after.find("publi")) >= 0:
            return after[publication:]
    return text


def _date(text: str) -> tuple[dt.date, int, int]:
    """The first date in `text` and where it stands."""
    if match := _WEEK.match(text):
        year, week, weekday = match.groups()
        return dt.date.fromisocalendar(int(year), int(week), int(weekday or 1)), *match.span()
    if match := _ORDINAL.match(text):
        return dt.date(int(match[1]), 1, 1) + dt.timedelta(days=int(match[2]) - 1), *match.span()
    for pattern, notation in _DATES:
        for match in pattern.finditer(text):
            if day := _day(match, notation):
                return day, *match.span()
    raise ValueError("no date")


def _day(match: re.Match[str], notation: str) -> dt.date | None:
    parts = match.groupdict()
    month = MONTHS.get(parts["n"]) if "n" in parts else int(parts["m"])
    year, day = int(parts["y"]), int(parts["d"])
    if month is None:
        return None
    if notation == "day first" and month > 12 >= day:  # 11/24/2023 can only be read one way
        month, day = day, month
    if len(parts["y"]) == 2:
        year += 2000 if year < 69 else 1900
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _time_after(text: str) -> tuple[dt.timedelta, str] | None:
    """A time in what follows the date, up to the next date, and what follows the time."""
    text = re.split(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", text, maxsplit=1)[0]
    match = _TIME.search(text) or _HALF_ONLY.search(text) or _TIGHT.match(text)
    return _clock(match, text) if match else None


def _time_before(text: str) -> tuple[dt.timedelta, str] | None:
    match = _TIME.search(text)
    return _clock(match, text) if match else None


def _clock(match: re.Match[str], text: str) -> tuple[dt.timedelta, str]:
    hour, minute, second = (int(match[key] or 0) for key in ("h", "mi", "s"))
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        raise ValueError("no such time")
    return dt.timedelta(hours=hour, minutes=minute, seconds=min(second, 59)), text[match.end() :]


def _offset(text: str) -> Zone | None:
    """The offset or named zone that `text` begins with, None if there is none that is known."""
    if match := _OFFSET.match(text):
        hours, minutes = int(match["h"]), int(match["m"] or 0)
        ahead = dt.timedelta(hours=hours, minutes=minutes) * (-1 if match["sign"] == "-" else 1)
        return dt.timezone(ahead) if hours <= 14 and minutes < 60 else None
    if (match := _NAME.match(text)) and match["name"] in ZONES:
        return dt.timezone(dt.timedelta(hours=ZONES[match["name"]]))
    return None
