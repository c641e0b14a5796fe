"""The keys on which reports of one event can meet: (area, day), for equi-joins instead of range scans.

A report with coordinates stands in one cell of a grid of CELL degrees and asks its neighbours too; a region stands for
its name, an unknown village for the consonants of its own. A day stands for itself and asks the days beside it. An undated report asks the weeks before its publication.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from veille.cleaning import fold
from veille.codes import POINT_LEVELS, PlaceLevel
from veille.records.linking import Report

CELL = 0.25
MAX_DAYS = 45
UNDATED_BACK_DAYS = 30


def blocking_keys(report: Report) -> set[tuple[str, dt.date]]:
    """Return the keys under which a report is found."""
    return {(area, day) for area in _areas(report, spread=0) for day in _days(report, slack=0)}


def query_keys(report: Report) -> set[tuple[str, dt.date]]:
    """Return the keys under which a report looks for others: neighbouring cells and days too."""
    return {(area, day) for area in _areas(report, spread=1) for day in _days(report, slack=1)}


def _areas(report: Report, spread: int) -> set[str]:
    if report.level == PlaceLevel.COUNTRY:  # stands where only the vague look, and asks everybody in the country
        return {f"v:{report.country}"} | ({f"n:{report.country}"} if spread else set())
    names = {f"p:{report.country}:{consonant_key(report.place)}"} if is_outside_gazetteer(report) else set()
    vague = {f"v:{report.country}"} if spread else {f"n:{report.country}"}
    areas = {f"r:{report.country}:{report.admin1}"} if report.admin1 else {f"r:{report.country}:"}
    if report.latitude is not None and report.longitude is not None:
        row, column = math.floor(report.latitude / CELL), math.floor(report.longitude / CELL)
        around = range(-spread, spread + 1)
        areas |= {f"c:{row + i}:{column + j}" for i in around for j in around}
    return areas | vague | names


def is_outside_gazetteer(report: Report) -> bool:
    """Tell whether the place is a village that no gazetteer knows: its name is surer than the coordinates lent by the region named beside it."""
    return report.geo_precision == 3 and report.level in POINT_LEVELS and report.geonameid is None


def consonant_key(name: str) -> str:
    """Return a name without what transliterations vary: accents, vowels, double letters, "h".

    >>> consonant_key("Anoumalane") == consonant_key("Anomalan"), consonant_key("Boulikessi") == consonant_key("Boulkessi")
    (True, True)
    """
    letters = re.sub(r"[^a-z]", "", fold(name))
    return re.sub(r"(.)\1+", r"\1", letters[:1] + re.sub(r"[aeiouyhw]", "", letters[1:]))


def _days(report: Report, slack: int) -> list[dt.date]:
    low, high = report.date_low, report.date_high
    if not report.is_dated and slack:
        low -= dt.timedelta(days=UNDATED_BACK_DAYS)
    first = max(low - dt.timedelta(days=slack), high - dt.timedelta(days=MAX_DAYS))
    return [first + dt.timedelta(days=n) for n in range((high - first).days + slack + 1)]
