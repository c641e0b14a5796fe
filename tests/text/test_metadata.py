"""What a page states of itself in a form made for machines."""

from __future__ import annotations

import pytest
from lxml import html

from veille.text.metadata import PageMetadata, page_metadata


def stated(head: str = "", body: str = "") -> PageMetadata:
    return page_metadata(html.fromstring(f"<html lang='fr-FR'><head>{head}</head><body>{body}</body></html>"))


def stated_at(url: str, head: str = "", body: str = "", listed: str = "") -> PageMetadata:
    tree = html.fromstring(f"<html><head><title>Le Fanal</title>{head}</head><body>{body}</body></html>")
    return page_metadata(tree, url, listed)


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
    assert stated(head, body).published[:1] == ((raw,) if raw else ())


def test_json_ld_goes_before_meta_and_meta_before_time() -> None:
    head = ld('{"@type": "NewsArticle", "datePublished": "ld"}') + '<meta name="date" content="meta">'
    assert stated(head, '<time datetime="time">x</time>').published[0] == "ld"
    assert stated('<meta name="date" content="meta">', '<time datetime="time">x</time>').published[0] == "meta"


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


OTHER = ld(
    '{"@type": "NewsArticle", "headline": "Coupe : la finale", "datePublished": "2019-05-02", "url": "/foot", "author": "P"}'
)
OWN = '"@type": "NewsArticle", "datePublished": "2024-03-13", "author": {"@id": "#awa"}'


@pytest.mark.parametrize(
    "own",
    [
        ld('{' + OWN + ', "mainEntityOfPage": {"@id": "https://fanal.example/gao"}}'),
        ld('{' + OWN + ', "url": "https://m.fanal.example/amp/gao?utm_source=x"}'),
        ld('{' + OWN + ', "headline": "Gao : sept morts au marché"}'),
        ld('{' + OWN + '}'),
        ld('{"@type": "WebPage", "mainEntity": {' + OWN + ', "headline": "Gao : sept morts au marché"}}'),
        ld('{"@graph": [{"@type": "Person", "@id": "#awa", "name": "Awa"}, {' + OWN + ', "@id": "https://fanal.example/gao#a"}]}'),
    ],
)  # fmt: skip
def test_json_ld_of_a_neighbour_is_not_the_pages_own(own: str) -> None:
    body = "<h1>Gao : sept morts au marché</h1>"
    for head in (OTHER + own, own + OTHER):
        assert stated_at("https://fanal.example/gao", head, body).published[:1] == ("2024-03-13",)
    assert stated_at("https://fanal.example/gao", OTHER, body) == stated_at("https://fanal.example/gao", "", body)


def test_authors_as_text_as_a_list_and_by_reference() -> None:
    for author in ('"Par Awa Diarra"', '["Awa Diarra"]', '[{"name": "Awa Diarra", "@type": "Person"}]'):
        assert stated(ld(f'{{"@type": "NewsArticle", "author": {author}}}')).authors == ("Awa Diarra",)
    graph = '{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Awa Diarra"}]}'
    assert stated(ld(graph)).authors == ("Awa Diarra",)
    assert stated(ld('{"@type": "NewsArticle", "author": "https://fanal.example/awa"}')).authors == ()


@pytest.mark.parametrize(
    ("body", "raw"),
    [
        ("<h1>Gao</h1><p>Publié le 13 mars 2024 à 07h30</p>", "Publié le 13 mars 2024 à 07h30"),
        ("<h1>Gao</h1><div class='entry-meta'>Awa Diarra - 13/03/2024</div>", "Awa Diarra - 13/03/2024"),
        ("<p class='date'>mercredi 13 mars 2024</p><h1>Gao</h1><p>Le 1er mai 2019, tout changea.</p>", "mercredi 13 mars 2024"),
        ("<h1>Gao</h1><time>13 mars 2024</time><aside><time datetime='2019-01-01'>x</time></aside>", "13 mars 2024"),
        ("<h2>Gao</h2><span>Mis en ligne le 13.03.2024</span>", "Mis en ligne le 13.03.2024"),
        ("<h1>Gao</h1><p>Le 13 mars 2012, la ville tomba.</p>", ""),
        ("<h1>Gao</h1><div class='related'><span class='date'>2 mai 2019</span></div>", ""),
        ("<div class='sidebar-content-wrap'><h1>Gao</h1><p>Publié le 13 mars 2024</p></div>", "Publié le 13 mars 2024"),
    ],
)  # fmt: skip
def test_a_date_that_only_readers_see(body: str, raw: str) -> None:
    assert "".join(stated("", body).published[:1]) == raw


def test_titles_without_entities() -> None:
    assert (
        stated('<meta property="og:title" content="Mali &amp;#8211; l&amp;#039;arm&amp;eacute;e">').title
        == "Mali – l'armée"
    )
