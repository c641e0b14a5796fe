"""One article under two addresses is one article."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.test_ownership import item
from veille.codes import Reason
from veille.items import Listed, accepted, own_address, without_repeats, without_twins
from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Response
from veille.web.polling import retry_item

NOW = dt.datetime(2024, 3, 13, tzinfo=dt.UTC)
PLAIN, AMP = "https://alpha.example/a", "https://alpha.example/amp/a"


def made(url: str, canonical: str, title: str = "Un titre") -> Article:
    found = Extracted(True, text="Un texte.", title=title, language="fr", canonical=canonical)
    article = accepted(item(url), found, Response(url, Reason.OK, final_url=url), NOW, retry_item)
    assert isinstance(article, Article)
    return article


def kinds(*articles: Article, known: dict[str, tuple[str, str]] | None = None) -> list[str]:
    done, _ = without_twins(articles, [item(a.url) for a in articles], known or {}, {})
    return [x.reason if isinstance(x, Failure) else "article" for x in done]


def test_a_second_address_of_one_article_is_turned_away_with_its_id() -> None:
    first, second = made(PLAIN, PLAIN), made(AMP, PLAIN)
    done, _ = without_twins([first, second], [item(PLAIN), item(AMP)], {}, {})
    assert done[0] == first
    assert isinstance(done[1], Failure)
    assert (done[1].reason, done[1].detail, done[1].next_attempt_at) == ("same_article", first.article_id, None)


def test_twins_are_told_by_a_stated_address_and_the_title() -> None:
    assert kinds(made(AMP, PLAIN), made(PLAIN, "")) == ["article", "same_article"]
    assert kinds(made(AMP, PLAIN), made(PLAIN + "?m=1", PLAIN)) == ["article", "same_article"]
    long = "Mali : sept morts dans une attaque à Tessit"
    assert kinds(made(PLAIN, PLAIN, long), made(AMP, PLAIN, f"{long} (mobile)")) == ["article", "same_article"]
    assert kinds(made(PLAIN, PLAIN), made(AMP, PLAIN, "Burkina : deux civils tués")) == ["article", "article"]
    assert kinds(made(AMP, PLAIN), known={PLAIN: ("a-1", "Un titre")}) == ["same_article"]
    assert kinds(made(AMP, PLAIN, "Renommé"), known={PLAIN: ("", "")}) == ["same_article"]


def test_an_article_looked_at_again_is_no_twin_of_itself() -> None:
    again = replace(made(PLAIN, PLAIN), revision=2)
    assert kinds(again, known={PLAIN: (again.article_id, "Un titre")}) == ["article"]


def listed(title: str, text: str = "Six soldats ont été tués.", is_quiet: bool = True) -> dict[str, Listed]:
    """What a feed listed before under the guid that it now gives to AMP."""
    return {AMP: Listed("a-1", PLAIN, 1, NOW, title, text, is_quiet)}


def test_one_guid_under_a_corrected_address_is_a_revision_of_the_article() -> None:
    found = made(AMP, "", "Un convoi attaqué près de Barsalogho")
    done, revisions = without_twins([found], [item(AMP)], {}, listed("Un convoi ataqué près de Barsalogho"))
    assert isinstance(done[0], Failure)
    assert (done[0].reason, done[0].detail) == ("same_article", "a-1")
    assert [(r.article_id, r.revision, r.url, r.title) for r in revisions] == [("a-1", 2, PLAIN, found.title)]


def test_a_guid_alone_makes_no_twin() -> None:
    found = made(AMP, "", "Pluies sur Gao")
    done, revisions = without_twins([found], [item(AMP)], {}, listed("Un convoi attaqué près de Barsalogho"))
    assert (done, revisions) == ([found], [])


def test_a_twin_brings_no_revision_where_nothing_changed_or_the_article_is_looked_at_itself() -> None:
    found = made(AMP, "", "Un titre")
    for before in (listed("Un titre", found.text), listed("Un titre", is_quiet=False)):
        done, revisions = without_twins([found], [item(AMP)], {}, before)
        assert isinstance(done[0], Failure)
        assert revisions == []


def walled(n: int, text: str = "Patientez pendant que nous préparons votre lecture.") -> list[Article]:
    return [replace(made(f"{PLAIN}{i}", "", f"Titre {i}"), text=text) for i in range(n)]


def test_one_text_under_three_titles_of_a_site_is_a_walls() -> None:
    for n, before, reasons in ((3, {}, {"wall"}), (2, {}, set()), (1, {f"{PLAIN}0": ["A", "B"]}, {"wall"})):
        found = walled(n)
        done = without_repeats(found, [item(a.url) for a in found], before, retry_item)
        assert {f.reason for f in done if isinstance(f, Failure)} == reasons
        assert all(f.next_attempt_at for f in done if isinstance(f, Failure))


def test_a_short_page_in_another_language_that_says_nothing_of_its_title_is_a_wall() -> None:
    asked = replace(item(PLAIN), title="Sept soldats tués près de Gao")
    for text, reason in (
        ("We need to make sure that this visit is not automated. Please stand by.", "wall"),
        ("Seven soldats were tués near Gao, the army said on Monday.", "language"),
    ):
        found = Extracted(True, text=text, title=asked.title, language="en", language_confidence=0.99)
        done = accepted(asked, found, Response(PLAIN, Reason.OK, final_url=PLAIN), NOW, retry_item)
        assert isinstance(done, Failure)
        assert (done.reason, done.next_attempt_at is not None) == (reason, reason == "wall")


@pytest.mark.parametrize(
    ("stated", "own"),
    [
        ("/a", PLAIN),
        ("https://www.alpha.example/a?utm_source=x", "https://www.alpha.example/a"),
        ("https://other.example/a", None),
        ("https://alpha.example/", None),
        ("javascript:void(0)", None),
        ("", None),
    ],
)
def test_a_page_may_name_an_address_of_its_own_site(stated: str, own: str | None) -> None:
    assert own_address(stated, AMP) == own
