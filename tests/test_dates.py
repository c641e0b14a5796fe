"""Published when: the notations met in feeds and pages, and what must be refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.codes import TimePrecision
from veille.dates import parse_published
from veille.reference.countries import timezone_of

NOW = dt.datetime(2023, 12, 10, 12, 0, tzinfo=dt.UTC)
NIAMEY, BAMAKO, PARIS = "Africa/Niamey", "Africa/Bamako", "Europe/Paris"

READ = [
    # RFC 822, with the zones that feeds write
    ("Fri, 24 Nov 2023 10:15:00 +0000", None, "2023-11-24 10:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 GMT", NIAMEY, "2023-11-24 10:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 CET", None, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023 10:15 WAT", None, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 GMT+1", None, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 UTC+01:00", None, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 EST", None, "2023-11-24 15:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 Z", None, "2023-11-24 10:15", "minute"),
    ("Fri, 24 Nov 23 10:15:00 -0500", None, "2023-11-24 15:15", "minute"),
    ("24 Nov 2023 10:15 +0100 (CET)", None, "2023-11-24 09:15", "minute"),
    ("Friday, 24-Nov-23 10:15:00 GMT", None, "2023-11-24 10:15", "minute"),
    ("Fri Nov 24 10:15:00 2023", NIAMEY, "2023-11-24 09:15", "minute"),
    ("Fri Nov 24 10:15:00 UTC 2023", None, "2023-11-24 10:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00", NIAMEY, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023 10:15:00 XYZ", NIAMEY, "2023-11-24 09:15", "minute"),
    ("Fri, 24 Nov 2023", NIAMEY, "2023-11-23 23:00", "day"),
    # ISO 8601
    ("2023-11-24", None, "2023-11-24 00:00", "day"),
    ("20231124", None, "2023-11-24 00:00", "day"),
    ("2023-11-24T10", None, "2023-11-24 10:00", "minute"),
    ("2023-11-24T10:15", NIAMEY, "2023-11-24 09:15", "minute"),
    ("2023-11-24T10:15Z", NIAMEY, "2023-11-24 10:15", "minute"),
    ("2023-11-24T10:15:30+01:00", None, "2023-11-24 09:15", "minute"),
    ("2023-11-24T10:15:30.123456789Z", None, "2023-11-24 10:15", "minute"),
    ("2023-11-24T10:15:30,5+0100", None, "2023-11-24 09:15", "minute"),
    ("2023-11-24T10:15:30+01", None, "2023-11-24 09:15", "minute"),
    ("20231124T101530Z", None, "2023-11-24 10:15", "minute"),
    ("20231124101530", None, "2023-11-24 10:15", "minute"),
    ("2023-11-24 10:15:00 UTC", NIAMEY, "2023-11-24 10:15", "minute"),
    ("2023-11-24T24:00:00Z", None, "2023-11-25 00:00", "minute"),
    ("2023-W47-5", None, "2023-11-24 00:00", "day"),
    ("2023-328", None, "2023-11-24 00:00", "day"),
    # what feed libraries get silently wrong
    ("2016/6/29 15:07:41", None, "2016-06-29 15:07", "minute"),
    ("1700820900", NIAMEY, "2023-11-24 10:15", "minute"),
    ("1700820900000", NIAMEY, "2023-11-24 10:15", "minute"),
    # French
    ("ven, 24 nov 2023 10:15:00 +0100", None, "2023-11-24 09:15", "minute"),
    ("ven., 24 novembre 2023 10:15:00 +0100", None, "2023-11-24 09:15", "minute"),
    ("ven. 24 novembre 2023", None, "2023-11-24 00:00", "day"),
    ("vendredi 24 novembre 2023 10:15", NIAMEY, "2023-11-24 09:15", "minute"),
    ("24/11/2023 10:15", NIAMEY, "2023-11-24 09:15", "minute"),
    ("24/11/23", None, "2023-11-24 00:00", "day"),
    ("24-11-2023 10:15", None, "2023-11-24 10:15", "minute"),
    ("24.11.2023", None, "2023-11-24 00:00", "day"),
    ("24 novembre 2023 à 10h15", None, "2023-11-24 10:15", "minute"),
    ("24 novembre 2023 à 10 h 15 TU", NIAMEY, "2023-11-24 10:15", "minute"),
    ("24 novembre 2023 à 9h", None, "2023-11-24 09:00", "minute"),
    ("24 novembre 2023, 10 heures 15", None, "2023-11-24 10:15", "minute"),
    ("10h15, le 24 novembre 2023", None, "2023-11-24 10:15", "minute"),
    ("Publié le : 24/11/2023 - 10:15", PARIS, "2023-11-24 09:15", "minute"),
    ("Publié le : 24/06/2023 - 10:15", PARIS, "2023-06-24 08:15", "minute"),
    ("Publié le 24/11/2023 à 10h15 - Mis à jour le 25/11/2023 à 08h00", None, "2023-11-24 10:15", "minute"),
    ("Publié le 24/11/2023, modifié le 25/11/2023 à 08h00", None, "2023-11-24 00:00", "day"),
    ("Modifié le 25/11/2023 à 08h00, publié le 24/11/2023 à 10h15", None, "2023-11-24 10:15", "minute"),
    ("Mis à jour le 25/11/2023 à 08h00", None, "2023-11-25 08:00", "minute"),
    ("le 1er décembre 2023", None, "2023-12-01 00:00", "day"),
    ("3 janv. 2023", None, "2023-01-03 00:00", "day"),
    ("3 févr. 2023", None, "2023-02-03 00:00", "day"),
    ("3 F\u00c9VRIER 2023", None, "2023-02-03 00:00", "day"),
    ("3 f&eacute;vrier&nbsp;2023", None, "2023-02-03 00:00", "day"),
    ("3 f\ufffdvrier 2023", None, "2023-02-03 00:00", "day"),
    ("3 sept. 2023", None, "2023-09-03 00:00", "day"),
    ("15 août 2023", None, "2023-08-15 00:00", "day"),
    ("15 juil. 2023 à 18h05", None, "2023-07-15 18:05", "minute"),
    ("24/11/2023 20 commentaires", None, "2023-11-24 00:00", "day"),
    ("٢٠٢٣-١١-٢٤", None, "2023-11-24 00:00", "day"),  # Chad also writes Arabic
    # English and American outlets
    ("November 24, 2023 10:15 pm", None, "2023-11-24 22:15", "minute"),
    ("November 24, 2023 at 12 a.m.", None, "2023-11-24 00:00", "minute"),
    ("11/24/2023", None, "2023-11-24 00:00", "day"),
    # clocks that run ahead a little, and today
    ("2023-12-10T12:55:00Z", None, "2023-12-10 12:55", "minute"),
    ("10 décembre 2023", "Pacific/Honolulu", "2023-12-10 10:00", "day"),
]

REFUSED = [
    "", "   ", "hier", "il y a 2 heures", "24 novembre", "2023", "2023-11", "32/11/2023", "24 foo 2023", "2023-13-45",
    "2023-11-24T25:00:00Z", "2023-11-24T10:75:00Z", "24/11/1985", "Thu, 01 Jan 1970 00:00:00 GMT", "0", "-1",
    "2023-12-11T03:00:00Z", "11 décembre 2023", "Fri, 24 Nov 2034 10:15:00 GMT", "1e400", "999999999999999999",
    "9999-12-31T23:59:59-14:00", "\x00", "\ud800", "24/11/2023 30h00",
]  # fmt: skip


@pytest.mark.parametrize(("raw", "timezone", "expected", "precision"), READ)
def test_reads_the_notation(raw: str, timezone: str | None, expected: str, precision: str) -> None:
    at, found = parse_published(raw, timezone, NOW)
    assert at is not None, raw
    assert (f"{at:%Y-%m-%d %H:%M}", found) == (expected, precision)
    assert at.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("raw", REFUSED)
def test_refuses_what_is_no_past_moment(raw: str) -> None:
    assert parse_published(raw, None, NOW) == (None, "unknown")


@pytest.mark.parametrize("hours", [2, 13.5])
def test_a_local_time_that_is_declared_as_utc_stands_for_now(hours: float) -> None:
    raw = (NOW + dt.timedelta(hours=hours)).isoformat()
    assert parse_published(raw, None, NOW) == (NOW, "minute")
    assert parse_published((NOW + dt.timedelta(hours=15)).isoformat(), None, NOW) == (None, "unknown")


def test_an_unknown_timezone_is_utc() -> None:
    assert parse_published("24/11/2023 10:15", "Africa/Atlantis", NOW)[0] == dt.datetime(
        2023, 11, 24, 10, 15, tzinfo=dt.UTC
    )


@given(st.one_of(st.text(max_size=60), st.from_regex(r"\d{0,4}[-/. a-z]\d{0,4}[-/.tT ]\d{0,9}[:h]?\d{0,4}[+-]?\d*")))
def test_never_raises_and_never_tells_the_future(raw: str) -> None:
    at, precision = parse_published(raw, NIAMEY, NOW)
    assert (at is None) == (precision == TimePrecision.UNKNOWN)
    assert at is None or at <= NOW + dt.timedelta(hours=14)


@given(st.datetimes(dt.datetime(1991, 1, 1), dt.datetime(2023, 12, 9)))
def test_iso_and_rfc822_agree(moment: dt.datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=dt.UTC)
    assert parse_published(moment.isoformat(), None, NOW) == (moment, "minute")
    assert parse_published(f"{moment:%a, %d %b %Y %H:%M:%S} GMT", PARIS, NOW) == (moment, "minute")


@pytest.mark.parametrize(
    ("country", "hours"),
    [
        *((c, 0) for c in ("ML", "BF", "MR", "SN", "CI", "TG", "GN", "GM", "GB", "XX")),
        *((c, 1) for c in ("NE", "TD", "BJ", "NG", "CM", "FR")),
    ],
)
def test_zones_of_the_region(country: str, hours: int) -> None:
    at, _ = parse_published("24/11/2023 12:00", timezone_of(country), NOW)
    assert at == dt.datetime(2023, 11, 24, 12 - hours, tzinfo=dt.UTC)
