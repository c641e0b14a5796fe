"""What somebody wants to be told of: watches.toml, and which events and feeds come under it.

An alert is told once. An event's stands for good; a feed's ends when the feed is well again, so that the next lapse is told
anew. Events are looked at while they are news (`NEWS_DAYS`), so that an archive that is loaded rings no bell.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from veille.codes import AlertKind, AlertOf, FeedStatus
from veille.errors import SettingError
from veille.geo import km_between
from veille.records.alerts import Alert

NEWS_DAYS = 7
#: A feed that fails is stale when it has failed so often in a row, over at least a day without success.
STALE_FAILURES, STALE_HOURS = 5, 24
Row = Mapping[str, Any]


class Watch(BaseModel):
    """One [[watches]] table: an area (a point and a radius), an actor, or both at once."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Annotated[str, Field(min_length=1, max_length=80)]
    latitude: Annotated[float | None, Field(ge=-90, le=90, strict=False)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180, strict=False)] = None
    radius_km: Annotated[float | None, Field(gt=0, le=3000, strict=False)] = None
    actor: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Watch:
        area = (self.latitude, self.longitude, self.radius_km)
        if any(x is not None for x in area) and None in area:
            raise ValueError("an area needs latitude, longitude and radius_km")
        if self.radius_km is None and not self.actor:
            raise ValueError("expected latitude, longitude and radius_km, or actor, or all four")
        return self


class Watches(BaseModel):
    """The whole of watches.toml."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    deaths: Annotated[int, Field(ge=1)] = 20
    contested: bool = True
    watches: tuple[Watch, ...] = Field(default=(), strict=False)


def load_watches(path: Path, actors: Iterable[str]) -> Watches:
    """Return what the file declares, or the usual where there is none. SettingError: one line with file, key and what is expected."""
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
        found = Watches.model_validate(document)
    except FileNotFoundError:
        return Watches()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        raise SettingError(f"{path}: {_told(error)}") from None
    known = sorted(actors)
    for watch in found.watches:
        if watch.actor and watch.actor not in known:
            near = difflib.get_close_matches(watch.actor.upper(), known, 1, 0.0)
            raise SettingError(f"{path}: watch {watch.name!r}: no actor {watch.actor!r}; the nearest is {near[0]!r}")
    return found


def _told(error: ValidationError) -> str:
    """The first thing wrong, with the nearest key where a key is unknown."""
    first = error.errors()[0]
    keys = [str(x) if isinstance(x, str) else f"table {x + 1}" for x in first["loc"]]
    if first["type"] == "extra_forbidden":
        known = [*(Watch if len(keys) > 1 else Watches).model_fields]
        near = difflib.get_close_matches(keys[-1], known, 1, 0.0)[0]
        return f"{' '.join(keys[:-1])} unknown key {keys[-1]!r}; the nearest is {near!r}".strip()
    return f"{' '.join(keys)}: {first['msg'].removeprefix('Value error, ')}"


def event_alerts(events: Iterable[Row], watches: Watches, told: set[str], now: dt.datetime) -> list[Alert]:
    """Return alerts for events (rows of the view) that are not among those `told` (alert ids)."""
    found = []
    for e in events:
        if e["last_reported_at"] is None or e["last_reported_at"] < now - dt.timedelta(days=NEWS_DAYS):
            continue
        if (e["fatalities_high"] or 0) >= watches.deaths:
            found.append(_of_event(AlertKind.DEADLY, e))
        if watches.contested and e["contested"]:
            found.append(_of_event(AlertKind.CONTESTED, e))
        found += [_of_event(AlertKind.WATCHED, e, w.name) for w in watches.watches if _is_within(e, w)]
    return [a for a in found if a.alert_id not in told]


def feed_alerts(feeds: Iterable[Row], now: dt.datetime) -> list[Alert]:
    """Return alerts that hold now for feeds (rows of feed_health), told or not."""
    return [
        Alert(_id(kind, f["feed_id"]), kind, AlertOf.FEED, f["feed_id"], "", text)
        for f in feeds
        for kind, text in _ails(f, now)
    ]


def _ails(feed: Row, now: dt.datetime) -> list[tuple[AlertKind, str]]:
    name, status = feed["outlet"] or feed["feed_id"], feed["status"]
    if status == FeedStatus.GONE:
        return [(AlertKind.GONE, f"{name} : le flux n'existe plus (410) ; chercher sa nouvelle adresse")]
    if status == FeedStatus.FAILING:
        since = feed["last_success_at"]
        is_stale = feed["consecutive_failures"] >= STALE_FAILURES and (
            since is None or since < now - dt.timedelta(hours=STALE_HOURS)
        )
        last = f"depuis le {since:%d/%m/%Y}" if since else "depuis le début"
        return [(AlertKind.FAILING, f"{name} : en échec {last} ({feed['last_error'] or '?'})")] if is_stale else []
    if status == FeedStatus.SILENT and feed["ailment"]:
        return [(AlertKind.UNREADABLE, f"{name} : ses articles ne se lisent plus ({feed['ailment']})")]
    if status == FeedStatus.SILENT:
        return [(AlertKind.SILENT, f"{name} : {feed['items_7d']} éléments en 7 jours, {feed['expected_7d']} attendus")]
    return []


def _is_within(event: Row, watch: Watch) -> bool:
    if watch.actor and watch.actor not in (event["actors"] or ()):
        return False
    if watch.radius_km is None:
        return True
    return km_between(event["latitude"], event["longitude"], watch.latitude, watch.longitude) <= watch.radius_km


def _of_event(kind: AlertKind, e: Row, watch: str = "") -> Alert:
    return Alert(_id(kind, e["event_id"], watch), kind, AlertOf.EVENT, e["event_id"], watch, _in_words(kind, e, watch))


def _in_words(kind: AlertKind, e: Row, watch: str) -> str:
    """An event in a line: why, when, where, how many dead, who. No word of an article: what is told cannot be taken back."""
    what = {
        AlertKind.DEADLY: "lourd bilan",
        AlertKind.CONTESTED: "versions contradictoires",
        AlertKind.WATCHED: f"veille « {watch} »",
    }[kind]
    low, high = e["fatalities_low"], e["fatalities_high"]
    dead = "" if high is None else f", {high} morts" if low == high else f", {low} à {high} morts"
    who = ", ".join(e["actors"] or ()) or e["event_type"]
    return f"{what} : {e['location'] or '?'} ({e['country']}), {e['event_date']}{dead} – {who} ({e['event_id']})"


def _id(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def changes(found: Sequence[Alert], open_ids: set[str]) -> tuple[list[Alert], set[str]]:
    """Return of a feed's alerts that hold now: those that are new, and the ids of those that have ended."""
    holding = {a.alert_id for a in found}
    return [a for a in found if a.alert_id not in open_ids], open_ids - holding
