"""Wire groups as the database finds them: just over, just under, stars, whatever the order of arrival."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers import OVER_DB, many
from veille.codes import TimePrecision
from veille.records.articles import Article
from veille.text.copies import CONTAINMENT
from warehouse import store
from warehouse.articles import add_articles, find_copies
from warehouse.store import Transaction

DAY = dt.datetime(2024, 3, 12, 9, tzinfo=dt.UTC)


def article(article_id: str, text: str, hours: float = 0.0, outlet: str = "", revision: int = 1) -> Article:
    at = DAY + dt.timedelta(hours=hours)
    return Article(
        article_id=article_id,
        revision=revision,
        url=f"http://x.example/{article_id}",
        outlet=outlet or article_id,
        country="ML",
        feed_id="f",
        title=article_id,
        authors=("Awa",),
        published_at=at,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=at,
        updated_at=at,
        language="fr",
        language_confidence=1.0,
        summary="",
        text=text,
        is_teaser=False,
    )


def load(tx: Transaction, articles: Sequence[Article]) -> dict[str, str | None]:
    """Store articles as a run does; `copy_of` of all that are stored."""
    add_articles(tx, articles)
    find_copies(tx, articles)
    return dict(many(tx.con, "SELECT article_id, copy_of FROM store.articles"))


def test_a_revision_replaces_the_current_one_and_keeps_the_old(tx: Transaction) -> None:
    load(tx, [article("a", "un")])
    load(tx, [article("a", "deux", revision=2)])
    assert many(tx.con, "SELECT text, revision FROM articles") == [("deux", 2)]
    assert many(tx.con, "SELECT text, revision FROM article_revisions") == [("un", 1)]
    assert store.check(tx.con) == []


VOCABULARY = [f"mot{n}" for n in range(4000)]


def prose(seed: int, n: int) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=n)


def mixed(shared: int, own: int, seed: int) -> str:
    """A text whose first `shared` words are those of the wire, the rest its own."""
    return " ".join(prose(0, 400)[:shared] + prose(seed, own))


def test_just_over_and_just_under_the_containment(tx: Transaction) -> None:
    """Of 400 words: half taken over is a copy, a quarter is a quotation; 0.40 lies between."""
    assert CONTAINMENT == 0.40
    wire, half, quarter = (
        article("wire", mixed(400, 0, 1)),
        article("half", mixed(200, 200, 2), 1),
        article("quarter", mixed(100, 300, 3), 2),
    )
    assert load(tx, [wire, half, quarter]) == {"wire": None, "half": "wire", "quarter": None}


def test_short_texts_are_compared_whole_and_for_a_week(tx: Transaction) -> None:
    brief = " ".join(prose(5, 60))
    over, under = " ".join(prose(5, 60)[:36] + prose(6, 30)), " ".join(prose(5, 60)[:18] + prose(7, 50))
    articles = [
        article("brief", brief),
        article("over", over, 1),
        article("under", under, 2),
        article("late", brief, 24 * 7.5),
    ]
    assert load(tx, articles) == {"brief": None, "over": "brief", "under": None, "late": None}


def test_groups_are_stars_not_chains(tx: Transaction) -> None:
    """B copies A and adds a lead; C takes B's lead alone: C is no copy of A."""
    a, lead, rest = prose(11, 300), prose(12, 300), prose(13, 250)
    texts = {"a": a, "b": lead + a, "c": lead + rest}
    found = load(tx, [article(k, " ".join(t), n) for n, (k, t) in enumerate(texts.items())])
    assert found == {"a": None, "b": "a", "c": None}


def test_an_earlier_original_that_comes_late_takes_the_group_over(tx: Transaction) -> None:
    load(tx, [article("second", mixed(400, 0, 1), 2), article("third", mixed(380, 20, 2), 3)])
    assert load(tx, [article("first", mixed(400, 10, 3), 1)]) == {
        "first": None,
        "second": "first",
        "third": "first",
    }
    assert store.check(tx.con) == []


def test_what_twenty_articles_of_an_outlet_share_is_its_boilerplate(tx: Transaction) -> None:
    foot = prose(20, 150)
    articles = [article(f"a{n}", " ".join(prose(100 + n, 100) + foot), n, outlet="un") for n in range(22)]
    assert set(load(tx, articles).values()) == {None}


@settings(OVER_DB, max_examples=12)
@given(
    kinds=st.lists(st.sampled_from(["wire", "edit", "cut", "other", "brief"]), min_size=2, max_size=7),
    batches=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
)
def test_groups_do_not_depend_on_the_order_of_arrival(
    kinds: list[str], batches: int, order: random.Random, tmp_path: Path
) -> None:
    make = {
        "wire": lambda n: mixed(400, 0, n),
        "edit": lambda n: mixed(400, 60, 50 + n),
        "cut": lambda n: mixed(300, 0, n),
        "other": lambda n: " ".join(prose(500 + n, 300)),
        "brief": lambda n: " ".join(prose(9, 50) + prose(700 + n, 10)),
    }
    articles = [article(f"a{n}", make[kind](n), n) for n, kind in enumerate(kinds)]

    def grouped(sequence: list[Article], size: int) -> dict[str, str | None]:
        path = tmp_path / "order.duckdb"
        path.unlink(missing_ok=True)
        con = store.open_state(path)
        tx = Transaction(con, tmp_path, "r", DAY)
        try:
            found: dict[str, str | None] = {}
            for first in range(0, len(sequence), size):
                found = load(tx, sequence[first : first + size])
            assert store.check(con) == []
            return found
        finally:
            con.close()

    expected = grouped(articles, len(articles))
    shuffled = list(articles)
    order.shuffle(shuffled)
    assert grouped(shuffled, max(1, len(articles) // batches)) == expected


def test_the_copies_of_an_article_that_was_edited_are_judged_again(tx: Transaction) -> None:
    one, other = (" ".join(f"{w}{i}" for i in range(300)) for w in ("gao", "kidal"))
    assert load(tx, [article("a", one), article("b", one, 1), article("c", one, 2), article("x", other, -1)]) == {
        "a": None,
        "b": "a",
        "c": "a",
        "x": None,
    }
    assert load(tx, [article("a", other, revision=2)]) == {"a": "x", "b": None, "c": "b", "x": None}
    assert store.check(tx.con) == []
