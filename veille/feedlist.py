"""The list of sources: feeds.toml, read strictly, so that a typing error is a sentence and never a silent default."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import urllib.parse
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from veille.codes import OutletKind
from veille.errors import SettingError
from veille.records.feeds import Feed
from veille.reference.countries import timezone_of

KINDS = tuple(OutletKind)
KEYS = tuple(f.name for f in dataclasses.fields(Feed))
REQUIRED = ("id", "outlet", "url", "country")
POLL_MINUTES = range(1, 7 * 24 * 60 + 1)

#: No outlet brings more; what goes over it is a slip of the pen.
MOST_A_WEEK = 100_000
#: ISO 3166-1 alpha-2, and XK (Kosovo) which everybody uses.
_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB
    GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG
    KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US
    UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """Return every feed that `path` declares, in its order, the disabled ones too.

    Raises SettingError (one line: file, table, nearest valid value): no such file, not TOML, an unknown or missing key,
    a value of the wrong type or range, an id or url declared twice, no feed at all.
    """
    tables = _tables(path)
    feeds = tuple(_feed(table, f"{path}: feeds table {n}") for n, table in enumerate(tables, 1))
    _refuse_twice(path, "id", [f.id for f in feeds])
    _refuse_twice(path, "url", [_same_address(f.url) for f in feeds])
    return feeds


def with_zone(feed: Feed) -> Feed:
    """Return the feed with the time zone of its country where it declares none."""
    return feed if feed.timezone else dataclasses.replace(feed, timezone=timezone_of(feed.country))


def select(feeds: Sequence[Feed], ids: Iterable[str]) -> tuple[Feed, ...]:
    """Return the feeds that `ids` names, in the list's order; all of them if it names none. SettingError for an unknown id."""
    wanted = set(ids)
    known = [f.id for f in feeds]
    for name in sorted(wanted.difference(known)):
        raise SettingError(f"no feed has the id {name!r}{_nearest(name, known)}")
    return tuple(f for f in feeds if not wanted or f.id in wanted)


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SettingError(f"{path}: no such file; VEILLE_FEEDS says where the list of feeds is") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: cannot be read: {_one_line(error)}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path}: not TOML: {_one_line(error)}") from None
    for key in document:
        if key != "feeds":
            raise SettingError(f"{path}: unknown key {key!r} outside the tables; only [[feeds]] is known")
    tables = document.get("feeds")
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise SettingError(f"{path}: declares no feed; each one is a [[feeds]] table with {', '.join(REQUIRED)}")
    return tables


def _feed(table: Mapping[str, Any], where: str) -> Feed:
    if isinstance(table.get("id"), str):
        where += f" (id {table['id']!r})"
    for key in table:
        if key not in KEYS:
            raise SettingError(f"{where}: unknown key {key!r}{_nearest(key, KEYS)}")
    for key in REQUIRED:
        if key not in table:
            raise SettingError(f"{where}: the key {key!r} is missing")
    values: dict[str, Any] = {
        key: _READERS[key](value, f"{where}: {key} = {_shown(value)}") for key, value in table.items()
    }
    return Feed(**values)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise SettingError(f"{where}: expected a string in quotes")
    return value


def _name(value: Any, where: str) -> str:
    if not _text(value, where).strip():
        raise SettingError(f"{where}: must not be empty")
    return str(value).strip()


def _id(value: Any, where: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", _text(value, where)):
        raise SettingError(f"{where}: expected lower-case letters, digits and hyphens, such as 'studio-tamani'")
    return str(value)


def _url(value: Any, where: str) -> str:
    try:
        parts = urllib.parse.urlsplit(_text(value, where).strip())
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        is_good = is_good and parts.port != 0 and not re.search(r"\s", str(value).strip())
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingError(f"{where}: expected an address such as 'https://example.org/feed'")
    return str(value).strip()


def _country(value: Any, where: str) -> str:
    if _text(value, where) not in COUNTRIES:
        near = value.upper() if value.upper() in COUNTRIES else "ML"
        raise SettingError(f"{where}: expected the outlet's country as ISO 3166 alpha-2, such as {near!r}")
    return str(value)


def _language(value: Any, where: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", _text(value, where)):
        raise SettingError(f"{where}: expected a language code such as 'fr'")
    return str(value)


def _timezone(value: Any, where: str) -> str:
    known = zoneinfo.available_timezones()
    if _text(value, where) not in known:
        raise SettingError(f"{where}: no such IANA time zone{_nearest(value, known)}")
    return str(value)


def _poll_minutes(value: Any, where: str) -> int:
    if not _is_int(value) or value not in POLL_MINUTES:
        raise SettingError(f"{where}: expected whole minutes from 1 to {POLL_MINUTES[-1]}, such as 30")
    return int(value)


def _kind(value: Any, where: str) -> str:
    if _text(value, where) not in KINDS:
        raise SettingError(f"{where}: expected one of {', '.join(KINDS)}{_nearest(value, KINDS)}")
    return str(value)


def _expect(value: Any, where: str) -> tuple[int, int]:
    is_pair = isinstance(value, list) and len(value) == 2 and all(map(_is_int, value))
    if not is_pair or not 0 <= value[0] <= value[1] <= MOST_A_WEEK:
        raise SettingError(f"{where}: expected [least, most] items a week, such as [20, 60]")
    return value[0], value[1]


def _sites(value: Any, where: str) -> tuple[str, ...]:
    is_list = isinstance(value, list) and all(isinstance(v, str) for v in value)
    if not is_list or not all(re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", v) for v in value):
        raise SettingError(f'{where}: expected host names, such as ["www.example.org", "blog.example.org"]')
    return tuple(value)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{where}: expected true or false")
    return value


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "id": _id,
    "outlet": _name,
    "url": _url,
    "country": _country,
    "language": _language,
    "timezone": _timezone,
    "poll_minutes": _poll_minutes,
    "kind": _kind,
    "expect_per_week": _expect,
    "enabled": _flag,
    "note": _text,
    "sites": _sites,
}


def _refuse_twice(path: Path, key: str, values: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for number, value in enumerate(values, 1):
        if value in first:
            raise SettingError(f"{path}: feeds tables {first[value]} and {number} have the same {key} {value!r}")
        first[value] = number


def _same_address(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.lower(), fragment="").geturl().rstrip("/")


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), 1, 0.0)
    return f"; the nearest is {near[0]!r}" if near else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
