"""Whose an article is: of a link elsewhere the page alone speaks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from veille.codes import TimePrecision
from veille.ownership import as_owned, owners_of
from veille.records.feeds import Feed, Item

ALPHA = Feed(
    "alpha", "Alpha", "https://www.alpha.example/feed", "ML", timezone="Africa/Bamako", sites=("blog.alpha.example",)
)
BETA = Feed("beta", "Beta", "https://beta.example/rss", "BF")
OWNERS = owners_of([ALPHA, BETA])
AT = dt.datetime(2024, 3, 12, 10, tzinfo=dt.UTC)


def item(url: str) -> Item:
    return Item(
        url=url,
        feed_id="alpha",
        outlet="Alpha",
        country="ML",
        timezone="Africa/Bamako",
        link=url,
        title="300 morts à Gossi",
        summary="Un communiqué inventé.",
        content="<p>Un texte inventé.</p>",
        authors=("Alpha",),
        published_at=AT,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=AT,
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://alpha.example/a",
        "http://m.alpha.example/a",
        "https://amp.alpha.example:8443/a",
        "https://blog.alpha.example/a",
    ],
)
def test_of_its_own_articles_a_feed_may_speak(url: str) -> None:
    assert as_owned(item(url), url, OWNERS) == item(url)


@pytest.mark.parametrize(
    ("url", "outlet", "country"),
    [
        ("https://www.beta.example/g1", "Beta", "BF"),
        ("https://gamma.example/x", "gamma.example", ""),
        ("https://alpha.example.gamma.example/x", "alpha.example.gamma.example", ""),
        ("https://evilalpha.example/x", "evilalpha.example", ""),
    ],
)
def test_a_feed_says_nothing_of_anothers_article(url: str, outlet: str, country: str) -> None:
    owned = as_owned(item(url), url, OWNERS)
    assert (owned.outlet, owned.country) == (outlet, country)
    assert (owned.title, owned.summary, owned.content, owned.authors, owned.published_at) == ("", "", "", (), None)
    assert (owned.url, owned.feed_id) == (url, "alpha")


def test_a_link_that_leads_elsewhere_is_judged_by_where_it_leads() -> None:
    listed = item("https://alpha.example/go?u=1")
    assert as_owned(listed, "https://beta.example/g1", OWNERS).outlet == "Beta"
    assert as_owned(item("https://feedproxy.example/1"), "https://alpha.example/a", OWNERS).title == "300 morts à Gossi"


def test_outlets_may_share_a_host() -> None:
    shared = [Feed(n, n.title(), f"http://127.0.0.1:8423/{n}/feed", "ML") for n in ("one", "two")]
    url = "http://127.0.0.1:8423/two/a"
    listed = replace(item(url), feed_id="two", outlet="Two")
    assert as_owned(listed, url, owners_of(shared)) == listed
    assert as_owned(item(url), url, owners_of(shared)).outlet == "One"
