"""When two texts are one wire text, and how groups form: the rule, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from veille.text.copies import (
    CONTAINMENT,
    MIN_SHARED,
    SHORT,
    SHORT_DAYS,
    Member,
    Pair,
    is_copy,
    signature,
    star_clusters,
)

DAY = dt.datetime(2024, 3, 12, tzinfo=dt.UTC)


def member(name: str, hours: float = 0.0, n_words: int = 300, n: int = 100, copy_of: str | None = None) -> Member:
    return Member(name, DAY + dt.timedelta(hours=hours), n_words, n, n, copy_of)


@pytest.mark.parametrize(("shared", "expected"), [(40, True), (39, False)])
def test_containment_of_the_smaller_text(shared: int, expected: bool) -> None:
    assert CONTAINMENT == 0.4
    assert is_copy(member("a", n=100), member("b", n=500), Pair("a", "b", shared, 0)) is expected


def test_a_few_shared_hashes_make_no_copy() -> None:
    tiny = member("a", n=MIN_SHARED - 1)
    assert not is_copy(tiny, member("b"), Pair("a", "b", MIN_SHARED - 1, 0))


@pytest.mark.parametrize(("days", "expected"), [(SHORT_DAYS, True), (SHORT_DAYS + 0.1, False)])
def test_short_texts_are_compared_whole_and_for_a_week(days: float, expected: bool) -> None:
    a, b = member("a", n_words=SHORT - 1), member("b", hours=24 * days)
    assert is_copy(a, b, Pair("a", "b", 0, 60)) is expected
    assert not is_copy(a, b, Pair("a", "b", 60, 0))


def test_groups_are_stars_around_the_earliest() -> None:
    members = {m.article_id: m for m in (member("a"), member("b", 1), member("c", 2))}
    chain = [Pair("a", "b", 50, 0), Pair("b", "c", 50, 0)]
    assert star_clusters(members, chain, ["a", "b", "c"]) == {"a": None, "b": "a", "c": None}


def test_an_earlier_original_that_comes_late_takes_over_the_group() -> None:
    members = {m.article_id: m for m in (member("old"), member("head", 1), member("copy", 2, copy_of="head"))}
    found = star_clusters(members, [Pair("head", "old", 50, 0)], ["old"])
    assert found == {"old": None, "head": "old", "copy": "old"}


def test_accents_and_case_do_not_count() -> None:
    text = "L'armée a repoussé une attaque contre le camp vendredi soir, affirme l'état-major dans un communiqué."
    assert signature("a", text) == signature("a", text.upper())
