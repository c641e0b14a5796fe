"""Feeds as they come: three formats, lying encodings, junk before and cuts behind, and pages that are no feeds."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.codes import Reason, TimePrecision
from veille.records.feeds import Feed, FeedItem
from veille.web.feeds import ParsedFeed, parse_feed
from veille.web.redaction import without_items

NOW = dt.datetime(2023, 12, 1, tzinfo=dt.UTC)
FEED = Feed("niamey", "Niamey Direct", "http://site.example/fr/feed", "NE")
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:media="http://search.yahoo.com/mrss/"'
)


def parsed(body: bytes | str, feed: Feed = FEED) -> ParsedFeed:
    return parse_feed(body if isinstance(body, bytes) else body.encode(), feed, feed.url, NOW)


def rss(items: str, channel: str = "", head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{head}<rss version="2.0" {NAMESPACES}><channel><title>T</title>{channel}{items}</channel></rss>'


def one(item: str, **channel: str) -> FeedItem:
    result = parsed(rss(f"<item>{item}</item>", **channel))
    assert len(result.items) == 1, result
    return result.items[0]


def at(item: FeedItem) -> str:
    return f"{item.published_at:%Y-%m-%d %H:%M} {item.published_precision}" if item.published_at else "?"


LINK = "<link>http://site.example/a</link>"


def test_rss_with_everything() -> None:
    item = one(
        "<title>Gao&#160;: l'arm&#233;e &amp;amp; les &lt;b&gt;civils&lt;/b&gt;</title>"
        "<link>http://SITE.example:80/spip.php?article12&amp;utm_source=rss#x</link>"
        "<guid isPermaLink='false'>g-1</guid>"
        "<pubDate>ven., 24 novembre 2023 10:15:00 +0100</pubDate><dc:creator>Moussa Diallo</dc:creator>"
        "<author>redaction@site.example (Awa Touré)</author><dc:language>FR_ml</dc:language>"
        "<description><![CDATA[<p>Douze <b>mort</b>s.</p><p>Suite […]</p><img src=x>]]></description>"
        "<content:encoded><![CDATA[<p>Tout le <i>texte</i>.</p>]]></content:encoded>"
    )
    assert item == FeedItem(
        feed_id="niamey",
        url="http://site.example/spip.php?article12",
        link="http://SITE.example:80/spip.php?article12&utm_source=rss#x",
        guid="g-1",
        title="Gao : l'armée & les civils",
        summary="Douze morts. Suite […]",
        content="<p>Tout le <i>texte</i>.</p>",
        authors=("Moussa Diallo", "Awa Touré"),
        published_raw="ven., 24 novembre 2023 10:15:00 +0100",
        published_at=dt.datetime(2023, 11, 24, 9, 15, tzinfo=dt.UTC),
        published_precision=TimePrecision.MINUTE,
    )


def test_atom() -> None:
    result = parsed(
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>T</title>'
        '<entry><title type="html">L&amp;#8217;arm&amp;eacute;e</title><link rel="self" href="/api/1"/>'
        '<link rel="alternate" href="/node/7"/><id>tag:site.example,2023:7</id><updated>2023-11-25T10:00:00Z</updated>'
        "<published>2023-11-24T10:00:00+01:00</published><author><name>Awa</name></author>"
        '<summary type="html">&lt;p&gt;Bilan&lt;/p&gt;</summary>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Corps</p></div></content></entry>'
        '<entry><title type="text">B</title><link href="http://site.example/8"/><content>5 &lt; 6</content></entry>'
        "</feed>"
    )
    first, second = result.items
    assert (first.title, first.url, first.summary) == ("L’armée", "http://site.example/node/7", "Bilan")
    assert (first.authors, at(first)) == (("Awa",), "2023-11-24 09:00 minute")
    assert "<p>Corps</p>" in first.content
    assert second.content == "<p>5 &lt; 6</p>"


def test_rdf_with_dublin_core() -> None:
    result = parsed(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://site.example/"><title>R</title></channel>'
        '<item rdf:about="http://site.example/1"><title>A</title><link>http://site.example/spip.php?article1</link>'
        "<dc:date>2023-11-24T10:15:00Z</dc:date><dc:language>fr</dc:language></item></rdf:RDF>"
    )
    (item,) = result.items
    assert (item.url, at(item)) == ("http://site.example/spip.php?article1", "2023-11-24 10:15 minute")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/article.php?id=7&amp;from=rss</link>", "http://site.example/article.php?id=7"),
        ("<link>article.php?id=7</link>", "http://site.example/fr/article.php?id=7"),
        ("<link>\n  http://site.example/x\n</link>", "http://site.example/x"),
        ("<link>http://site.example/?p=12</link>", "http://site.example/?p=12"),
        ("<guid>http://site.example/?p=12</guid>", "http://site.example/?p=12"),
        ('<link/><guid isPermaLink="false">http://site.example/y</guid>', "http://site.example/y"),
        ("<link>http://site.example/</link><guid>http://site.example/y</guid>", "http://site.example/y"),
        ("<link>javascript:void(0)</link><guid>http://site.example/y</guid>", "http://site.example/y"),
        ("<link>http://feedproxy.example/~r/1</link><feedburner:origLink xmlns:feedburner='http://rssnamespace.org/"
         "feedburner/ext/1.0'>http://site.example/z</feedburner:origLink>", "http://site.example/z"),
    ],
)  # fmt: skip
def test_links(item: str, url: str) -> None:
    assert one(f"<title>A</title>{item}").url == url


def test_items_without_a_usable_link_are_none_and_an_address_comes_once() -> None:
    result = parsed(rss(
        "<item><title>rien</title></item><item><guid>12</guid></item><item><link>mailto:a@b.example</link></item>"
        "<item><link>http://site.example/</link></item><item><title>1</title><link>/a?utm_source=x</link></item>"
        "<item><title>2</title><link>/a</link></item>"
    ))  # fmt: skip
    assert (result.ok, [i.title for i in result.items]) == (True, ["1"])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("<pubDate>Fri, 24 Nov 2023 10:15:00 CET</pubDate>", "2023-11-24 09:15 minute"),
        ("<pubDate>24/11/2023 10:15</pubDate>", "2023-11-24 09:15 minute"),
        ("<pubDate>2016/6/29 15:07:41</pubDate>", "2016-06-29 14:07 minute"),
        ("<pubDate>demain</pubDate><dc:date>2023-11-24</dc:date>", "2023-11-23 23:00 day"),
        ("<pubDate>Fri, 24 Nov 2034 10:15:00 GMT</pubDate>", "?"),
        ("", "?"),
    ],
)
def test_dates_are_the_outlets_own(dates: str, expected: str) -> None:
    assert at(one(LINK + dates)) == expected


def test_the_timezone_that_is_declared_goes_first() -> None:
    paris = Feed("p", "P", FEED.url, "NE", timezone="UTC")
    (item,) = parsed(rss(f"<item>{LINK}<pubDate>24/11/2023 10:15</pubDate></item>"), paris).items
    assert at(item) == "2023-11-24 10:15 minute"


TEXT = f"<item><title>L’été à Ségou, où l’œuvre coûte 5 €</title>{LINK}</item>"


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("n-importe-quoi", "utf-8"),
        ("utf-8", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("iso-8859-15", "iso-8859-15"),
        ("utf-16", "utf-16"),
        ("utf-8", "utf-8-sig"),
        ("hex", "cp1252"),
    ],
)
def test_encodings_that_lie(declared: str, real: str) -> None:
    text = TEXT.replace("’", "'") if real == "iso-8859-15" else TEXT
    body = rss(text, head=f'<?xml version="1.0" encoding="{declared}"?>').encode(real)
    (item,) = parsed(body).items
    assert item.title.replace("'", "’") == "L’été à Ségou, où l’œuvre coûte 5 €"


def test_two_encodings_in_one_feed() -> None:
    body = rss("<item><title>é@</title><link>/a</link></item>").encode().replace(b"@", "à".encode("cp1252"))
    assert parsed(body).items[0].title == "éà"


@pytest.mark.parametrize(
    "before",
    [
        "\n\n",
        "<br />\n<b>Warning</b>: Undefined index in <b>b.php</b> on line <b>12</b><br />\n",
        "\ufeff\n",
        "x" * 500,
    ],
)
def test_junk_before_the_xml(before: str) -> None:
    assert len(parsed(before + rss(TEXT)).items) == 1
    assert len(parsed(before + rss(TEXT, head="")).items) == 1


ILL = {
    "entities": "<item><title>&eacute;t&eacute;&nbsp;&bidule;</title>{link}</item>",
    "bare ampersand": "<item><title>a & b</title><link>http://site.example/a?x=1&y=2</link></item>",
    "open tag": "<item><title>a</title>{link}<description>b <img src=/pixel.gif></description></item>",
    "control": "<item><title>a\x0b\x00</title>{link}</item>",
    "unclosed item": "<item><title>a</title>{link}",
    "two titles": "<item><title>a</title><media:title>b</media:title>{link}</item>",
}


@pytest.mark.parametrize("name", ILL)
def test_not_well_formed_is_no_reason_to_reject(name: str) -> None:
    result = parsed(rss(ILL[name].format(link=LINK)))
    assert result.ok
    assert len(result.items) == 1
    assert result.items[0].url.startswith("http://site.example/a")


def test_a_cut_at_every_byte_never_invents_an_address() -> None:
    items = "".join(
        f"<item><title>n°{n}</title><link>http://site.example/spip.php?article{n}</link><guid>{n}</guid>"
        f"<description><![CDATA[<p>Été {n}</p>]]></description></item>"
        for n in (1234, 5678)
    )
    whole = rss(items).encode()
    full = parsed(whole).items
    for cut in range(len(whole)):
        result = parsed(whole[:cut])
        assert [i.url for i in result.items] == [i.url for i in full][: len(result.items)]
        if whole[:cut].count(b"</link>") == 2:
            assert len(result.items) == 2
        assert result.ok == bool(result.items), cut


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!doctype html><html><head><title>Just a moment...</title></head><body>Checking</body></html>", "html"),
        ("\n<HTML><BODY>404</BODY></HTML>", "html"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html><body/></html>', "html"),
        ("<html><!-- <rdf:RDF xmlns='http://web.resource.org/cc/'></rdf:RDF> --></html>", "html"),
        ("", "not_a_feed"),
        ("Erreur de connexion à la base de données", "not_a_feed"),
        ('{"version": "https://jsonfeed.org/version/1"}', "not_a_feed"),
        ("%PDF-1.4", "not_a_feed"),
        ('<?xml version="1.0"?><rss version="2.0"><channel><title>T</tit', "unparsable"),
    ],
)
def test_no_feeds(body: str, reason: str) -> None:
    result = parsed(body)
    assert (result.ok, result.reason, result.items) == (False, reason, ())


def test_an_empty_feed_is_a_feed() -> None:
    assert parsed(rss("")) == ParsedFeed(True)


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("", None),
        ("<ttl>90</ttl>", 90.0),
        ("<ttl>souvent</ttl>", None),
        ("<ttl>999999</ttl>", 10080.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30.0),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 1440.0),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60.0),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(channel: str, minutes: float | None) -> None:
    assert parsed(rss("", channel=channel)).ttl_minutes == minutes


def test_no_more_than_five_thousand_items() -> None:
    result = parsed(rss("".join(f"<item><link>/a{n}</link></item>" for n in range(5200))))
    assert (result.ok, len(result.items)) == (True, 5000)


def test_a_million_tags_are_not_parsed() -> None:
    assert parsed(rss("<item>" + "<a>" * 400_000)).reason == Reason.UNPARSABLE


def test_billion_laughs_and_local_files_stay_outside() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{entities}]>'
    result = parsed(rss(f"<item><title>&l11;&f;</title>{LINK}</item>", head=head))
    assert all("root:" not in i.title and len(i.title) < 20_000 for i in result.items)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<rss version='2.0'><channel><item>", b"<feed><entry>", b"<?xml "])
)
def test_never_raises(body: bytes, before: bytes) -> None:
    assert isinstance(parsed(before + body), ParsedFeed)


def test_as_the_warnings_stand(recwarn: Any) -> None:
    one(f"{LINK}<pubDate>Fri, 24 Nov 2023 10:15:00 GMT</pubDate>")
    assert list(recwarn) == []


CAPTION = "<media:content url='http://site.example/i.jpg'><media:title>Photo</media:title><media:description>Légende de la photo.</media:description></media:content>"


@pytest.mark.parametrize(
    "item",
    [
        f"{LINK}<title>T</title><description>R</description>{CAPTION}",
        f"{CAPTION}{LINK}<title>T</title><description>R</description>",
        f"{LINK}<title>T</title><description>R</description><media:group>{CAPTION}</media:group>",
        f"{LINK}<title>T</title><description>R</description><m:text xmlns:m='http://search.yahoo.com/mrss/'>x</m:text>",
        f"{LINK}<title>T</title><description>R</description><image><title>P</title><link>http://site.example/i</link></image>",
        f"{LINK}<title>T</title><description>R</description><media:title>jamais fermé",
        "<title>&lt;![CDATA[T]]&gt;</title><link>&lt;![CDATA[http://site.example/a]]&gt;</link><description>&lt;![CDATA[R]]&gt;</description>",
        f"{LINK}<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='http://site.example/api'/><title>T</title>"
        "<description>R</description>",
        f"{LINK}<enclosure url='http://site.example/i.jpg' type='image/jpeg'>http://site.example/i.jpg</enclosure><title>T</title>"
        "<description>R</description>",
    ],
)
def test_what_describes_a_picture_is_not_the_articles(item: str) -> None:
    found = one(item)
    assert (found.url, found.title, found.summary, found.content) == ("http://site.example/a", "T", "R", "")


@pytest.mark.parametrize(
    "links",
    [
        "<link rel='alternate' href='/a'/><link rel='enclosure' type='image/jpeg'>http://site.example/i.jpg?w=3</link>",
        "<link rel='related' href='/b'/><link href='/a'/><link rel='via' href='http://other.example/c'/>",
        "<link rel='alternate' type='application/pdf' href='/a.pdf'/><link type='text/html' href='/a'/>",
    ],
)
def test_of_several_links_the_page_is_chosen(links: str) -> None:
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry><id>http://site.example/a</id><title>T</title>{links}</entry></feed>"
    assert [i.url for i in parsed(atom).items] == ["http://site.example/a"]


def test_a_json_feed() -> None:
    items: list[Any] = [
        {
            "id": 7,
            "url": "/a",
            "title": "Gao &amp; Tombouctou",
            "content_html": "<p>Sept morts.</p>",
            "authors": [{"name": "Awa"}],
        },
        {"id": "8", "external_url": "http://site.example/b", "content_text": "Deux < trois", "author": {"name": "Ali"}},
        {"id": "9", "title": "sans adresse"},
        "rien",
    ]
    items[0] |= {"date_published": "2023-11-24T09:15:00+01:00", "date_modified": "2023-11-25T00:00:00Z", "summary": 3}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": items})
    for form in (body.encode(), b"\xef\xbb\xbf \n" + body.encode()):
        first, second = parsed(form).items
        assert (first.url, first.guid, first.title) == ("http://site.example/a", "7", "Gao & Tombouctou")
        assert (first.content, first.authors, at(first)) == ("<p>Sept morts.</p>", ("Awa",), "2023-11-24 08:15 minute")
        assert (second.url, second.content, second.authors) == (
            "http://site.example/b",
            "<p>Deux &lt; trois</p>",
            ("Ali",),
        )


@pytest.mark.parametrize(
    "body", ["{", "{}", '{"items": []}', '{"version": "https://jsonfeed.org/version/1", "items": {}}', "{" * 90_000]
)
def test_json_that_is_no_feed(body: str) -> None:
    assert parsed(body) == ParsedFeed(False, Reason.NOT_A_FEED)


def test_an_item_of_a_json_feed_can_be_taken_out() -> None:
    items = [
        {"id": n, "url": f"http://site.example/{n}", "title": f"Titre {n}", "content_text": f"Phrase {n}."}
        for n in "abc"
    ]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
    left = without_items(body, FEED, FEED.url, NOW, lambda item: item.guid == "b")
    assert left is not None
    assert b"Phrase b." not in left
    assert [(i.url, i.guid, i.title, i.content) for i in parsed(left).items] == [
        (i.url, i.guid, i.title, i.content) for i in parsed(body).items if i.guid != "b"
    ]
