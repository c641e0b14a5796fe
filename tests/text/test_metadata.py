"""What a page states of itself in a form made for machines."""

from __future__ import annotations

import pytest
from lxml import html

from veille.text.metadata import PageMetadata, page_metadata


def stated(head: str = "", body: str = "") -> PageMetadata:
    return page_metadata(html.fromstring(f"<html lang='fr-FR'><head>{head}</head><body>{body}</body></html>"))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("head", "body", "raw"),
    [
        (ld('{"@type": "NewsArticle", "datePublished": "2024-03-13T07:30:00Z"}'), "", "2024-03-13T07:30:00Z"),
        (ld('[{"@type": "Person"}, {"@type": "BlogPosting", "datePublished": "a"}]'), "", "a"),
        (ld('{"@graph": [{"@type": "WebSite"}, {"@type": "ReportageNewsArticle", "datePublished": "b"}]}'), "", "b"),
        ('<meta property="article:published_time" content="c">', "", "c"),
        ('<meta itemprop="datePublished" content="d">', "", "d"),
        ("", '<time datetime="menu">x</time><article><time datetime="e">x</time></article>', "e"),
        ("", '<abbr class="published" title="f">hier</abbr>', "f"),
        (ld("{broken"), "", ""),
        (ld('{"@type": "NewsArticle", "datePublished": 20240313}'), "", ""),
    ],
)
def test_the_time_of_publication_as_written(head: str, body: str, raw: str) -> None:
    assert stated(head, body).published_raw == raw


def test_json_ld_goes_before_meta_and_meta_before_time() -> None:
    head = ld('{"@type": "NewsArticle", "datePublished": "ld"}') + '<meta name="date" content="meta">'
    assert stated(head, '<time datetime="time">x</time>').published_raw == "ld"
    assert stated('<meta name="date" content="meta">', '<time datetime="time">x</time>').published_raw == "meta"


def test_people_are_authors_and_organisations_are_not() -> None:
    people = '[{"@type": "Person", "name": "Awa"}, {"@type": "Organization", "name": "Site"}, {"name": "Awa"}]'
    assert stated(ld(f'{{"@type": "NewsArticle", "author": {people}}}')).authors == ("Awa",)
    assert stated('<meta name="author" content="Moussa">').authors == ("Moussa",)
    assert stated('<meta name="author" content="https://site.example/moussa">').authors == ()


def test_canonical_title_language_and_what_is_paid_for() -> None:
    paid = ld('{"@type": "NewsArticle", "headline": "Titre", "isAccessibleForFree": "False"}')
    found = stated('<link rel="Canonical" href="https://a.example/1">' + paid)
    assert (found.canonical, found.title, found.language, found.is_paid) == ("https://a.example/1", "Titre", "fr", True)
    assert not stated().is_paid
