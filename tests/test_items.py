"""One article under two addresses is one article."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.test_ownership import item
from veille.codes import Reason
from veille.items import accepted, own_address, without_twins
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
    done = without_twins(articles, [item(a.url) for a in articles], known or {})
    return [x.reason if isinstance(x, Failure) else "article" for x in done]


def test_a_second_address_of_one_article_is_turned_away_with_its_id() -> None:
    first, second = made(PLAIN, PLAIN), made(AMP, PLAIN)
    done = without_twins([first, second], [item(PLAIN), item(AMP)], {})
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
