"""What people are told of: which events, which feeds, and that they are told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.helpers import many
from veille.codes import AlertKind, AlertOf, FeedStatus
from veille.errors import SettingError
from veille.records.alerts import Alert
from veille.reference.actors import codes
from veille.settings import ROOT
from veille.watching import Watch, Watches, changes, event_alerts, feed_alerts, load_watches
from warehouse import alerts as store
from warehouse.store import Transaction, insert

NOW = dt.datetime(2024, 3, 13, 10, tzinfo=dt.UTC)


def event(**values: Any) -> dict[str, Any]:
    usual = {
        "event_id": "e1", "event_date": dt.date(2024, 3, 12), "location": "Gossi", "country": "ML", "latitude": 15.82, "longitude": -1.29,
        "actors": ["JNIM", "MALI_FORCES"], "fatalities_low": 5, "fatalities_high": 5, "contested": False, "event_type": "Battles",
        "headline": "Attaque à Gossi", "last_reported_at": NOW - dt.timedelta(hours=2),
    }  # fmt: skip
    return usual | values


def kinds(found: list[Alert]) -> list[tuple[str, str]]:
    return [(a.kind, a.watch) for a in found]


def test_many_dead_by_any_claim() -> None:
    found = event_alerts([event(fatalities_high=19)], Watches(), set(), NOW)
    assert found == []
    (alert,) = event_alerts([event(fatalities_high=20)], Watches(), set(), NOW)
    assert (alert.kind, alert.subject) == (AlertKind.DEADLY, "e1")
    assert alert.text == "lourd bilan : Gossi (ML), 2024-03-12, 5 à 20 morts – JNIM, MALI_FORCES (e1)"


def test_contested_unless_switched_off() -> None:
    told = [event(contested=True)]
    assert kinds(event_alerts(told, Watches(), set(), NOW)) == [("contested", "")]
    assert event_alerts(told, Watches(contested=False), set(), NOW) == []


@pytest.mark.parametrize(
    ("watch", "is_told"),
    [
        (Watch(name="près", latitude=15.82, longitude=-1.2, radius_km=10), True),
        (Watch(name="loin", latitude=15.82, longitude=-1.2, radius_km=9), False),
        (Watch(name="acteur", actor="JNIM"), True),
        (Watch(name="autre", actor="ISSP"), False),
        (Watch(name="les deux", latitude=15.82, longitude=-1.29, radius_km=1, actor="JNIM"), True),
        (Watch(name="un seul", latitude=15.82, longitude=-1.29, radius_km=1, actor="ISSP"), False),
    ],
)
def test_areas_and_actors(watch: Watch, is_told: bool) -> None:
    found = event_alerts([event()], Watches(watches=(watch,)), set(), NOW)
    assert kinds(found) == ([("watched", watch.name)] if is_told else [])


def test_a_place_without_coordinates_is_in_no_area() -> None:
    watch = Watch(name="partout", latitude=0, longitude=0, radius_km=3000)
    assert event_alerts([event(latitude=None, longitude=None)], Watches(watches=(watch,)), set(), NOW) == []


def test_an_archive_that_is_loaded_rings_no_bell() -> None:
    old = event(fatalities_high=90, last_reported_at=NOW - dt.timedelta(days=8))
    assert event_alerts([old], Watches(), set(), NOW) == []


def test_an_event_is_told_once() -> None:
    (alert,) = event_alerts([event(fatalities_high=30)], Watches(), set(), NOW)
    assert event_alerts([event(fatalities_high=45)], Watches(), {alert.alert_id}, NOW) == []


def feed(**values: Any) -> dict[str, Any]:
    usual = {"feed_id": "f", "outlet": "Fleuve", "status": "ok", "last_success_at": NOW, "last_error": None}
    return usual | {"consecutive_failures": 0, "items_7d": 3, "expected_7d": 20, "ailment": None} | values


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (feed(), None),
        (feed(status=FeedStatus.DISABLED), None),
        (feed(status=FeedStatus.SILENT), "silent"),
        (feed(status=FeedStatus.SILENT, ailment="2 % read"), "unreadable"),
        (feed(status=FeedStatus.GONE), "gone"),
        (
            feed(status=FeedStatus.FAILING, consecutive_failures=5, last_success_at=NOW - dt.timedelta(hours=25)),
            "failing",
        ),
        (feed(status=FeedStatus.FAILING, consecutive_failures=5, last_success_at=None), "failing"),
        (feed(status=FeedStatus.FAILING, consecutive_failures=4, last_success_at=None), None),
        (feed(status=FeedStatus.FAILING, consecutive_failures=9, last_success_at=NOW - dt.timedelta(hours=23)), None),
    ],
)
def test_feeds_that_need_a_look(row: dict[str, Any], kind: str | None) -> None:
    assert [a.kind for a in feed_alerts([row], NOW)] == ([kind] if kind else [])


def test_a_feed_is_told_once_a_lapse(tx: Transaction) -> None:
    bad, well = [feed(status=FeedStatus.GONE)], [feed()]
    seen = []
    for day, rows in enumerate((bad, bad, well, bad)):
        now = NOW + dt.timedelta(days=day)
        fresh, ended = changes(feed_alerts(rows, now), store.open_alerts(tx.con, AlertOf.FEED))
        store.save(replace(tx, now=now), fresh, ended)
        seen.append((len(fresh), len(ended)))
    assert seen == [(1, 0), (0, 0), (0, 1), (1, 0)]


def test_the_file_that_ships_and_none_at_all(tmp_path: Path) -> None:
    assert load_watches(ROOT / "watches.toml", codes()) == Watches()
    assert load_watches(tmp_path / "nowhere.toml", codes()) == Watches()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deaths = 0", "deaths: Input should be greater than or equal to 1"),
        ("death = 3", "unknown key 'death'; the nearest is 'deaths'"),
        ("[[watches]]\nname = 'x'\nradius = 3", "watches table 1 unknown key 'radius'; the nearest is 'radius_km'"),
        ("[[watches]]\nname = 'x'\nlatitude = 3", "an area needs latitude, longitude and radius_km"),
        ("[[watches]]\nname = 'x'", "expected latitude, longitude and radius_km, or actor"),
        ("[[watches]]\nname = 'x'\nactor = 'JNM'", "no actor 'JNM'; the nearest is 'JNIM'"),
        ("deaths = ", "cannot be read"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "watches.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=r"watches\.toml") as error:
        load_watches(file, codes())
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def _fill(
    con: duckdb.DuckDBPyConnection, folder: Path, before: tuple[int, int, int], recent: tuple[int, int, int]
) -> None:
    """A feed with (whole articles, teasers or failures, words an article) in the month before and in the last week."""
    times = {"next_due_at": NOW, "last_success_at": NOW, "last_attempt_at": NOW}
    insert(con, "store.feeds", [{"feed_id": "f", "outlet": "F", "is_enabled": True, "is_gone": False, **times}], folder)
    insert(con, "store.runs", [{"run_id": f"r{d}", "started_at": NOW - dt.timedelta(days=d)} for d in (30, 0)], folder)
    items, articles, revisions = [], [], []
    for days, (n_good, n_bad, n_words) in ((20, before), (2, recent)):
        for n in range(n_good + n_bad):
            key = f"{days}-{n}"
            is_failure = n >= n_good and n % 2 == 0
            row = {
                "url": key,
                "feed_id": "f",
                "first_seen_at": NOW - dt.timedelta(days=days),
                "attempts": 1,
                "reason": "http_403",
            }
            items.append(
                row
                | ({"status": "pending"} if is_failure else {"status": "article", "article_id": key, "reason": None})
            )
            if not is_failure:
                articles.append({"article_id": key, "revision": 1, "url": key, "n_words": n_words, "looks": 0})
                revisions.append({"article_id": key, "revision": 1, "url": key, "is_teaser": n >= n_good})
    for table, found in (("items", items), ("articles", articles), ("revisions", revisions)):
        insert(con, f"store.{table}", found, folder)


@pytest.mark.parametrize(
    ("before", "recent", "status"),
    [
        ((20, 2, 300), (10, 1, 300), "ok"),
        ((20, 2, 300), (3, 7, 300), "silent"),  # pages that answer with a teaser or an error
        ((20, 2, 300), (10, 0, 100), "silent"),  # only the beginning is read any more
        ((4, 20, 300), (2, 10, 300), "ok"),  # it was always like that
        ((0, 0, 300), (1, 9, 300), "silent"),  # new, and nothing can be read
        ((20, 2, 300), (0, 4, 300), "ok"),  # too few to say
    ],
)
def test_a_feed_whose_articles_are_read_no_longer(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    before: tuple[int, int, int],
    recent: tuple[int, int, int],
    status: str,
) -> None:
    _fill(con, tmp_path, before, recent)
    ((found, ailment),) = many(con, "SELECT status, ailment FROM feed_health")
    assert found == status
    assert (ailment is not None) == (status == FeedStatus.SILENT)


@pytest.mark.parametrize(("followed_days", "status"), [(6, "ok"), (8, "silent")])
def test_a_feed_is_silent_only_after_a_week(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, followed_days: int, status: str
) -> None:
    row = {"feed_id": "f", "is_enabled": True, "is_gone": False, "expected_low": 20, "last_success_at": NOW}
    insert(con, "store.feeds", [row], tmp_path)
    insert(con, "store.runs", [{"run_id": "r", "started_at": NOW}], tmp_path)
    seen = NOW - dt.timedelta(days=followed_days)
    insert(
        con,
        "store.items",
        [{"url": "u", "feed_id": "f", "first_seen_at": seen, "status": "pending", "attempts": 0}],
        tmp_path,
    )
    assert many(con, "SELECT status FROM feed_health") == [(status,)]
