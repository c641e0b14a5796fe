"""Linking and consensus: what joins, what stays apart, and what the event's row says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.events.consensus import Stated, bounds, contested, fatalities, row
from veille.events.judge import Events, judge
from veille.events.keys import asking, standing
from veille.records import Decision, Report

T0 = dt.datetime(2024, 4, 26, 9, tzinfo=dt.UTC)


def report(n: int, **changes: object) -> Report:
    """A report of an attack at Dioura on 25 April; each of an outlet and wire of its own."""
    day = dt.date(2024, 4, 25)
    one = Report(
        f"m-{n}", f"a-{n}", f"outlet {n}", T0 + dt.timedelta(hours=n), f"a-{n}", "primary", day, day, 1, True, False, "ML", "Mopti", "Ténenkou", "Dioura", 14.83, -5.25, 1, None,
        "town", "Battles", "Armed clash", ("JNIM",), ("MALI_FORCES",), frozenset({"dioura", "garnison"}), (), f"Dioura attaqué {n}", "Le camp a été attaqué.",
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


def groups(decisions: list[Decision]) -> set[frozenset[str]]:
    by_event: dict[str, set[str]] = {}
    for d in decisions:
        by_event.setdefault(d.event_id, set()).add(d.mention_id)
    return {frozenset(g) for g in by_event.values()}


def link(*reports: Report) -> list[Decision]:
    return judge(reports, Events({}))


def test_two_reports_of_one_attack_are_one_event() -> None:
    assert groups(link(report(1), report(2))) == {frozenset({"m-1", "m-2"})}


@pytest.mark.parametrize("days", [3, 5, 7])
def test_attacks_on_one_town_days_apart_stay_two(days: int) -> None:
    later = dt.date(2024, 4, 25) + dt.timedelta(days=days)
    assert len(groups(link(report(1), report(2, date_low=later, date_high=later)))) == 2


def test_attacks_on_two_towns_at_once_stay_two() -> None:
    other = report(2, place="Niafounké", admin1="Tombouctou", latitude=15.93, longitude=-3.99)
    assert len(groups(link(report(1), other))) == 2


def test_a_region_joins_the_one_town_hit_that_day() -> None:
    vague = report(2, place="Mopti", geo_precision=3, level="admin1", latitude=14.5, longitude=-4.2)
    assert len(groups(link(report(1), vague))) == 1


def test_an_undated_follow_up_finds_its_event() -> None:
    late = dt.date(2024, 5, 4)
    assert (
        len(
            groups(
                link(
                    report(1),
                    report(2, date_low=late, date_high=late, is_dated=False, published_at=T0 + dt.timedelta(days=9)),
                )
            )
        )
        == 1
    )


def test_a_recall_founds_no_event() -> None:
    assert link(report(1, role="background")) == []


def test_a_mention_in_passing_joins_and_founds_none() -> None:
    passing = report(2, founds=False, is_dated=False)
    assert link(passing) == []
    assert groups(link(report(1), passing)) == {frozenset({"m-1", "m-2"})}


def test_who_mentions_it_in_passing_does_not_say_where() -> None:
    passing = report(2, founds=False, place="Ténenkou", geo_precision=1)
    found = row("e-1", [report(1, geo_precision=2), passing], [], T0, False)
    assert (found["location"], found["n_articles"]) == ("Dioura", 2)


def test_a_decision_explains_itself() -> None:
    _, second = link(report(1), report(2))
    assert {e.feature for e in second.evidence} >= {"place_same", "date_same", "attacker_same"}
    assert 0.5 < second.confidence <= 1


@given(st.permutations(range(6)))
def test_order_of_arrival_within_a_batch_does_not_matter(order: list[int]) -> None:
    far = dt.date(2024, 5, 9)
    reports = [report(n) if n < 4 else report(n, date_low=far, date_high=far) for n in range(6)]
    assert groups(link(*(reports[n] for n in order))) == {
        frozenset({"m-0", "m-1", "m-2", "m-3"}),
        frozenset({"m-4", "m-5"}),
    }


def test_who_stands_is_found_by_who_asks() -> None:
    near = report(2, latitude=14.84, longitude=-5.26, date_low=dt.date(2024, 4, 26), date_high=dt.date(2024, 4, 26))
    assert standing(report(1)) & asking(near)


def stated(
    claimant: str,
    kind: str,
    low: int | None = None,
    high: int | None = None,
    victims: str = "military",
    article: str = "a-1",
    wire: str = "",
) -> Stated:
    return Stated(
        article,
        wire or article,
        claimant,
        kind,
        victims if kind == "toll" else None,
        "killed" if kind == "toll" else None,
        low,
        high,
        "primary",
    )


def test_fatalities_take_the_least_the_greatest_and_the_most_repeated() -> None:
    claims = [
        stated("JNIM", "toll", 50, 50),
        stated("LOCAL_SOURCE", "toll", 30, None, article="a-2"),
        stated("OFFICIAL", "toll", 30, 30, article="a-3"),
    ]
    assert fatalities(claims) == (30, 30, 50)
    assert fatalities([]) == (None, None, None)


def test_copies_count_once_for_the_best_figure() -> None:
    copies = [stated("UN", "toll", 40, 40, article=f"a-{n}", wire="a-0") for n in range(3)]
    others = [stated("OFFICIAL", "toll", 12, 12, article="a-7"), stated("OFFICIAL", "toll", 12, 12, article="a-8")]
    assert fatalities([*copies, *others])[1] == 12


def test_a_total_is_not_added_to_its_parts() -> None:
    assert bounds(
        [
            stated("UN", "toll", 10, 10),
            stated("UN", "toll", 4, 4, "civilians"),
            stated("UN", "toll", 14, 14, "unspecified"),
        ]
    ) == (14, 14)


def test_contested() -> None:
    assert contested([stated("JNIM", "control"), stated("MALI_FORCES", "repelled")])
    assert contested([stated("MALI_FORCES", "denial")])
    assert contested([stated("JNIM", "toll", 50, 50), stated("MALI_FORCES", "toll", 3, 3)])
    assert not contested([stated("JNIM", "toll", 50, None), stated("LOCAL_SOURCE", "toll", 60, 60)])


def test_the_row_prefers_the_precise_and_counts_independent_reports() -> None:
    vague = report(2, place="Mopti", geo_precision=3, level="admin1", latitude=14.5, longitude=-4.2, wire="a-1")
    found = row("e-1", [report(1), vague, report(3)], [], T0, False)
    assert (found["location"], found["geo_precision"]) == ("Dioura", 1)
    assert (found["n_articles"], found["n_independent"]) == (3, 2)
    assert found["actors"] == ["JNIM", "MALI_FORCES"]


def test_nobody_in_particular_only_where_no_group_is_named() -> None:
    found = row("e-1", [report(1, attackers=("UNIDENTIFIED_ARMED_GROUP",)), report(2)], [], T0, False)
    assert found["actors"] == ["JNIM", "MALI_FORCES"]
