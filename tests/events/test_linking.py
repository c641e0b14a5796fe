"""Linking and consensus: what joins, what stays apart, and what the event's row says."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.salts import b_cubed, linked
from veille.codes import Change, ClaimKind, EventType, PlaceLevel, Role, SubEventType
from veille.events.coded import link as link_coded
from veille.events.consensus import CurrentClaim, bounds, fatalities, is_contested, row
from veille.events.constraints import Constraints, constraints_of
from veille.events.evidence import Weights, compare
from veille.events.keys import blocking_keys, consonant_key, query_keys
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.events.revisions import followers
from veille.records.linking import Correction, Decision, Evidence, Report

T0 = dt.datetime(2024, 4, 26, 9, tzinfo=dt.UTC)


def report(n: int, **changes: object) -> Report:
    """A report of an attack at Dioura on 25 April; each of an outlet and wire of its own."""
    day = dt.date(2024, 4, 25)
    one = Report(
        mention_id=f"m-{n}", root=f"m-{n}", article_id=f"a-{n}", outlet=f"outlet {n}", published_at=T0 + dt.timedelta(hours=n), wire=f"a-{n}", role=Role.PRIMARY, date_low=day, date_high=day, time_precision=1, is_dated=True, is_span=False, country="ML", admin1="Mopti", admin2="Ténenkou", place="Dioura", latitude=14.83, longitude=-5.25, geo_precision=1, geonameid=None,
        level=PlaceLevel.TOWN, event_type=EventType.BATTLES, sub_event_type=SubEventType.ARMED_CLASH, attackers=("JNIM",), targets=("MALI_FORCES",), keywords=frozenset({"dioura", "garnison"}), killed=(), title=f"Dioura attaqué {n}", sentence="Le camp a été attaqué.",
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


def groups(decisions: list[Decision]) -> set[frozenset[str]]:
    by_event: dict[str, set[str]] = {}
    for d in decisions:
        by_event.setdefault(d.event_id, set()).add(d.mention_id)
    return {frozenset(g) for g in by_event.values()}


def link(*reports: Report) -> list[Decision]:
    return link_reports(reports, Events({}))


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
    vague = report(2, place="Mopti", geo_precision=3, level=PlaceLevel.ADMIN1, latitude=14.5, longitude=-4.2)
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
    assert link(report(1, role=Role.BACKGROUND)) == []


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


def test_a_report_is_found_by_the_query_keys_of_its_neighbours() -> None:
    near = report(2, latitude=14.84, longitude=-5.26, date_low=dt.date(2024, 4, 26), date_high=dt.date(2024, 4, 26))
    assert blocking_keys(report(1)) & query_keys(near)


def stated(
    claimant: str,
    kind: str,
    low: int | None = None,
    high: int | None = None,
    victims: str = "military",
    article: str = "a-1",
    wire: str = "",
) -> CurrentClaim:
    return CurrentClaim(
        article,
        wire or article,
        claimant,
        kind,
        victims if kind == ClaimKind.TOLL else None,
        "killed" if kind == ClaimKind.TOLL else None,
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
    assert is_contested([stated("JNIM", "control"), stated("MALI_FORCES", "repelled")])
    assert is_contested([stated("MALI_FORCES", "denial")])
    assert is_contested([stated("JNIM", "toll", 50, 50), stated("MALI_FORCES", "toll", 3, 3)])
    assert not is_contested([stated("JNIM", "toll", 50, None), stated("LOCAL_SOURCE", "toll", 60, 60)])


def test_the_row_prefers_the_precise_and_counts_independent_reports() -> None:
    vague = report(
        2, place="Mopti", geo_precision=3, level=PlaceLevel.ADMIN1, latitude=14.5, longitude=-4.2, wire="a-1"
    )
    found = row("e-1", [report(1), vague, report(3)], [], T0, False)
    assert (found["location"], found["geo_precision"]) == ("Dioura", 1)
    assert (found["n_articles"], found["n_independent"]) == (3, 2)
    assert found["actors"] == ["JNIM", "MALI_FORCES"]


def test_nobody_in_particular_only_where_no_group_is_named() -> None:
    found = row("e-1", [report(1, attackers=("UNIDENTIFIED_ARMED_GROUP",)), report(2)], [], T0, False)
    assert found["actors"] == ["JNIM", "MALI_FORCES"]


# ------------------------------------------------------------------------------------------------ hard cases, by name

DAY = dt.date(2024, 4, 25)
HARD_CASES: dict[str, tuple[Report, Report]] = {
    "two towns, one night, one claim": (report(1), report(2, place="Diafarabé", latitude=14.14, longitude=-5.02)),
    "the next day at the same place, by others": (
        report(1), report(2, date_low=DAY + dt.timedelta(1), date_high=DAY + dt.timedelta(1), attackers=("ISSP",), targets=("CIVILIANS",), event_type=EventType.VIOLENCE_AGAINST_CIVILIANS),
    ),
    "three days later at the same place": (report(1), report(2, date_low=DAY + dt.timedelta(3), date_high=DAY + dt.timedelta(3))),
    "a homonym across the border": (report(1), report(2, country="BF", admin1="Sahel", latitude=14.9, longitude=-0.9)),
    "an air strike in answer, elsewhere in the region": (
        report(1), report(2, place="Ténenkou", latitude=14.46, longitude=-4.92, event_type=EventType.EXPLOSIONS, attackers=("MALI_FORCES",), targets=("JNIM",)),
    ),
    "unknown villages of different names": (
        report(1, place="Ouroukou", geo_precision=3, level=PlaceLevel.VILLAGE), report(2, place="Saréma", geo_precision=3, level=PlaceLevel.VILLAGE, attackers=("ISSP",)),
    ),
    "an arrest in the capital on the day of an attack there": (
        report(1, place="Bamako", latitude=12.65, longitude=-8.0), report(2, place="Bamako", latitude=12.65, longitude=-8.0, event_type=EventType.STRATEGIC, attackers=("MALI_FORCES",), targets=("CIVILIANS",), sub_event_type=SubEventType.ARRESTS, keywords=frozenset({"arrestation", "journaliste"})),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HARD_CASES)
def test_hard_cases_stay_two_events(name: str) -> None:
    one, other = HARD_CASES[name]
    assert len(groups(link(one, other))) == 2


def test_an_old_toll_of_an_undated_report_does_not_bridge_two_attacks() -> None:
    """Undated reports stand on their event's day, and pull no later attack into it."""
    late = DAY + dt.timedelta(2)
    bridge = [
        report(n, is_dated=False, date_low=DAY + dt.timedelta(1), date_high=DAY + dt.timedelta(1)) for n in (3, 4, 5)
    ]
    second = report(9, date_low=late, date_high=late)
    made = link(report(1), report(2), *bridge, second)
    assert [d.event_id for d in made if d.mention_id == "m-9"] != [made[0].event_id]


@pytest.mark.parametrize(
    ("a", "b"), [("Anoumalane", "Anomalan"), ("Boulikessi", "Boulkessi"), ("Tessalit", "Tessallit")]
)
def test_spellings_of_one_name_have_one_skeleton(a: str, b: str) -> None:
    assert consonant_key(a) == consonant_key(b)


def test_an_unknown_village_is_found_by_its_name() -> None:
    spelled = report(
        2, place="Anomalan", geo_precision=3, level=PlaceLevel.VILLAGE, latitude=None, longitude=None, admin1=""
    )
    known = report(1, place="Anoumalane", geo_precision=3, level=PlaceLevel.VILLAGE, admin1="Kidal")
    assert len(groups(link(known, spelled))) == 1


# ------------------------------------------------------------------------------------------------ reassignment and constraints


def test_reassignment_merges_what_arrived_in_an_unlucky_order() -> None:
    vague = report(
        1,
        place="Mopti",
        level=PlaceLevel.ADMIN1,
        geo_precision=3,
        latitude=14.5,
        longitude=-4.2,
        attackers=(),
        targets=(),
        keywords=frozenset(),
    )
    events = Events({"e-a": [report(2), vague], "e-b": [report(3), report(4)]})
    moves = reassign(events, ["e-a", "e-b"], known=["e-a", "e-b"])
    assert {m.what for m in moves} == {"merged"}
    assert sorted(len(members) for members in events.members.values()) == [4]


def test_reassignment_moves_a_report_to_where_it_fits() -> None:
    later = DAY + dt.timedelta(2)
    stray = report(7, date_low=later, date_high=later, attackers=("ISSP",))
    second = [report(n, date_low=later, date_high=later, attackers=("ISSP",)) for n in (5, 6)]
    events = Events({"e-a": [report(1), report(2), stray], "e-b": second})
    (move,) = reassign(events, ["e-a"])
    assert (move.mention_id, move.from_id, move.to_id, move.what) == ("m-7", "e-a", "e-b", "moved")


def test_reassignment_leaves_alone_what_an_analyst_placed() -> None:
    later = DAY + dt.timedelta(2)
    stray = report(7, date_low=later, date_high=later, attackers=("ISSP",))
    second = [report(n, date_low=later, date_high=later, attackers=("ISSP",)) for n in (5, 6)]
    placed = Constraints({"m-7": "e-a"})
    assert reassign(Events({"e-a": [report(1), report(2), stray], "e-b": second}, placed), ["e-a"]) == []


def correction(
    what: Change, event_id: str, other_id: str, moved: str, n: int = 0, is_undone: bool = False
) -> Correction:
    pairs = tuple((f"m-{x}", f"a-{x}") for x in moved.split())
    return Correction(f"k-{n}", T0 + dt.timedelta(hours=n), what, event_id, other_id, pairs, (), "why", "me", is_undone)


def test_constraints_place_reports_before_any_evidence() -> None:
    constraints = constraints_of([correction(Change.SPLIT, "e-a", "e-b", "2")], {"m-2": "m-2"})
    made = link_reports([report(2)], Events({"e-a": [report(1)]}, constraints))
    assert [(d.event_id, d.is_new) for d in made] == [("e-b", False)]


def test_a_constraint_holds_for_the_next_revision_of_its_article() -> None:
    constraints = constraints_of([correction(Change.SPLIT, "e-a", "e-b", "2")], {"m-2": "m-2"})
    revised = report(8, article_id="a-2", wire="a-2", root="m-2")
    (made,) = link_reports([revised], Events({"e-a": [report(1)], "e-b": [report(3)]}, constraints))
    assert made.event_id == "e-b"


def test_what_was_undone_binds_nothing_and_the_later_constraint_wins() -> None:
    assert (
        constraints_of([correction(Change.SPLIT, "e-a", "e-b", "2", is_undone=True)], {"m-2": "m-2"}) == Constraints()
    )
    both = constraints_of(
        [correction(Change.SPLIT, "e-a", "e-b", "2", 1), correction(Change.MERGED, "e-a", "e-b", "2", 2)],
        {"m-2": "m-2"},
    )
    assert (both.must_link, both.apart) == ({"m-2": "e-a"}, frozenset())


def test_a_mention_of_an_edited_article_stays_in_its_event_whatever_it_says_now() -> None:
    later = DAY + dt.timedelta(9)
    edited = report(8, date_low=later, date_high=later, root="m-1")
    (made,) = link_reports([edited], Events({}), followed={"m-8": "e-a"})
    assert (made.event_id, made.is_new) == ("e-a", False)


def test_a_mention_follows_the_nearest_of_the_text_before() -> None:
    far = {"place": "Djibo", "country": "BF", "admin1": "Sahel", "latitude": 14.1, "longitude": -1.6}
    old = [report(1), report(2, **far)]
    new = [
        report(11, sentence="Les victimes ont été inhumées samedi à Dioura."),
        report(12, **far, sentence="Autre chose."),
    ]
    assert followers(old, new) == {"m-11": "m-1", "m-12": "m-2"}
    assert followers(old, list(reversed(new))) == {"m-11": "m-1", "m-12": "m-2"}


def test_a_new_incident_in_an_edited_article_follows_nothing() -> None:
    later = DAY + dt.timedelta(9)
    other = {
        "place": "Kidal",
        "admin1": "Kidal",
        "latitude": 18.4,
        "longitude": 1.4,
        "date_low": later,
        "date_high": later,
    }
    assert followers([report(1)], [report(11), report(12, **other, sentence="Un convoi a sauté.")]) == {"m-11": "m-1"}
    assert followers([report(1)], [report(12, **other, sentence="Un convoi a sauté.")]) == {}


def test_a_corrected_day_or_place_is_the_same_incident() -> None:
    before = DAY - dt.timedelta(1)
    assert followers([report(1)], [report(11, date_low=before, date_high=before)]) == {"m-11": "m-1"}
    assert followers([report(1)], [report(11, place="Diafarabé", latitude=14.15, longitude=-5.02)]) == {"m-11": "m-1"}


@given(st.permutations(range(6)))
def test_the_order_of_coded_reports_does_not_matter(order: list[int]) -> None:
    coded = [
        {"report_id": n, "date": f"2024-01-0{1 + n % 3}", "city": "Djibo", "country": "BF", "latitude": 14.1, "longitude": -1.6, "geo_precision": 1, "actors": ["a", "b"][: n % 2 + 1]}
        for n in range(6)
    ]  # fmt: skip
    assert link_coded([coded[n] for n in order]) == link_coded(coded)


def test_a_report_costs_the_same_in_a_big_event(monkeypatch: pytest.MonkeyPatch) -> None:
    n_compared = [0]

    def counting(a: Report, b: Report, w: Weights) -> list[Evidence]:
        n_compared[0] += 1
        return compare(a, b, w)

    monkeypatch.setattr("veille.events.linker.compare", counting)

    def cost(n: int) -> int:
        n_compared[0] = 0
        events = Events({})
        link_reports([report(k) for k in range(n)], events)
        reassign(events, list(events.members))
        return n_compared[0]

    assert cost(200) <= 2.3 * cost(100)


def ambiguous(seed: int) -> list[Report]:
    """Forty reports of one hour whose places, days and actors lie so close that many ties must be broken."""
    choose = random.Random(seed)
    places = (("Dioura", 14.83, -5.25), ("Ténenkou", 14.46, -4.92), ("Mopti", 14.5, -4.2), ("Diafarabé", 14.14, -5.01))
    found = []
    for n in range(40):
        place, latitude, longitude = choose.choice(places)
        day = dt.date(2024, 4, 24) + dt.timedelta(days=choose.randrange(3))
        vague = choose.random() < 0.3
        found.append(
            report(n, published_at=T0, place=place, latitude=latitude, longitude=longitude, date_low=day, date_high=day,
                   geo_precision=3 if vague else 1, level=PlaceLevel.ADMIN1 if vague else PlaceLevel.TOWN, is_dated=choose.random() < 0.7,
                   attackers=choose.choice(((), ("JNIM",), ("ISSP",))), keywords=frozenset(choose.sample(("camp", "poste", "convoi", "marché"), 2)),
                   founds=choose.random() < 0.8)
        )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_same_reports_give_the_same_events_under_any_ids(seed: int) -> None:
    reports = ambiguous(seed)
    first = linked(reports, "0")
    assert len(set(first.values())) > 1
    assert [b_cubed(first, linked(reports, str(salt))) for salt in range(1, 10)] == [1.0] * 9
