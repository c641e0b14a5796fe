"""Linking alone, for anybody's coded reports: dicts as the contract of `veille link` describes them, in any order.

    link([{"report_id": "a", "date": "2024-01-05", "city": "Djibo"}, {"report_id": "b", "date": "2024-01-05", "city": "Djibo"}])

gives {"a": "e-...", "b": "e-..."}: the same id where two reports tell of one event. Names of actors, targets and types are
compared as they are written (folded); nothing is known of what they mean. Bad reports raise BadReport, which says where.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from veille.cleaning import fold
from veille.codes import PlaceLevel, Role
from veille.events.evidence import weights
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.linking import Report

_NOON = dt.time(12, tzinfo=dt.UTC)


class BadReport(ValueError):
    """A coded report that cannot be taken; the message says which key, and what was expected."""


def link(reports: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the event id of each report_id. Raises BadReport; the result does not depend on the order of the reports."""
    coded = sorted((report_of(r) for r in reports), key=lambda r: r.order)
    seen: set[str] = set()
    for r in coded:
        if r.mention_id in seen:
            raise BadReport(f"report_id {r.mention_id!r} stands twice; every report needs an id of its own")
        seen.add(r.mention_id)
    events = Events({}, weights_of_evidence=weights("coded"))
    link_reports(coded, events)
    reassign(events, list(events.members))
    return {r.mention_id: event_id for event_id, members in sorted(events.members.items()) for r in members}


def report_of(coded: Mapping[str, Any]) -> Report:
    """Return a coded report as the linker sees it."""
    ident = coded.get("report_id")
    if not isinstance(ident, str | int) or ident == "":
        raise BadReport(f"report_id: expected a name or number, got {ident!r}")
    ident = str(ident)
    published = _day(coded, "published", ident)
    low = _day(coded, "date", ident) or _day(coded, "date_end", ident)
    high = _day(coded, "date_end", ident) or low
    is_dated = low is not None
    low = low or published or dt.date(1900, 1, 1)
    high = max(high or low, low)
    span = (high - low).days
    latitude, longitude = _number(coded, "latitude", ident), _number(coded, "longitude", ident)
    place = fold(_text(coded, "location", ident) or _text(coded, "city", ident) or _text(coded, "admin1", ident))
    city = fold(_text(coded, "city", ident))
    precision = _number(coded, "geo_precision", ident)
    if precision not in (None, 1, 2, 3):
        raise BadReport(
            f"report {ident}: geo_precision {precision!r}; expected 1 (the place), 2 (near it) or 3 (a region)"
        )
    has_point = latitude is not None and longitude is not None
    killed = (_number(coded, "killed_low", ident), _number(coded, "killed_high", ident))
    dead = int(killed[0] if killed[0] is not None else killed[1] or 0), int(killed[1] or killed[0] or 0)
    wire = hashlib.sha256(ident.encode()).hexdigest()[:12]
    target = fold(_text(coded, "target", ident))
    return Report(
        mention_id=ident,
        root=ident,
        article_id=f"a-{wire}",
        outlet=_text(coded, "outlet", ident),
        published_at=dt.datetime.combine(published or low, _NOON),
        wire=wire,
        role=Role.PRIMARY,
        date_low=low,
        date_high=high,
        time_precision=1 if span <= 1 else 2 if span <= 10 else 3,
        is_dated=is_dated,
        is_span=span > 0,
        country=_text(coded, "country", ident),
        admin1=fold(_text(coded, "admin1", ident)),
        admin2=city,
        place=place or city,
        latitude=latitude if has_point else None,
        longitude=longitude if has_point else None,
        geo_precision=int(precision or (1 if has_point else 3)),
        geonameid=None,
        level=_level(bool(place), has_point, bool(city) or precision in (1, 2)),
        event_type=fold(_text(coded, "event_type", ident)),
        sub_event_type="",
        attackers=tuple(sorted({fold(a) for a in _names(coded, ident)} - {""})),
        targets=(target,) if target else (),
        keywords=frozenset(),
        killed=(dead,) if killed != (None, None) and dead[1] else (),
    )


def _level(has_name: bool, has_point: bool, is_point: bool) -> PlaceLevel:
    """What a coded place stands for: without a name and a point it is somewhere in the country."""
    if not has_name and not has_point:
        return PlaceLevel.COUNTRY
    return PlaceLevel.TOWN if is_point or has_point else PlaceLevel.AREA


def _text(coded: Mapping[str, Any], key: str, ident: str) -> str:
    value = coded.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise BadReport(f"report {ident}: {key} {value!r}; expected text or null")
    return str(value).strip()


def _names(coded: Mapping[str, Any], ident: str) -> list[str]:
    value = coded.get("actors")
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise BadReport(f"report {ident}: actors {value!r}; expected a list of names or null")
    return list(value)


def _number(coded: Mapping[str, Any], key: str, ident: str) -> float | None:
    value = coded.get(key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadReport(f"report {ident}: {key} {value!r}; expected a number or null") from None
    if number != number or abs(number) > 1e9:
        raise BadReport(f"report {ident}: {key} {value!r}; expected a number or null")
    return number


def _day(coded: Mapping[str, Any], key: str, ident: str) -> dt.date | None:
    value = coded.get(key)
    if value is None or value == "":
        return None
    try:
        day = dt.date.fromisoformat(str(value)[:10])
        if not 1900 <= day.year <= 2200:
            raise ValueError(value)
        return day
    except ValueError:
        raise BadReport(f"report {ident}: {key} {value!r}; expected a day such as 2024-04-25 or null") from None
