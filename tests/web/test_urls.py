"""One spelling for one address; two articles never meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.web.urls import canonical, host_of, resolved

BASE = "http://azalai.example/fr/flux.xml"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("http://LEFASO.NET/spip.php?article12", "http://lefaso.net/spip.php?article12"),
        ("https://a.example:443", "https://a.example/"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("http://a.example:8900/x", "http://a.example:8900/x"),
        ("https://a.example:80/x", "https://a.example:80/x"),
        ("http://a.example./x", "http://a.example/x"),
        ("  http://a.example/x\n#top ", "http://a.example/x"),
        ("http://a.exa\tmple/\x00x", "http://a.example/x"),
        ("http://a.example/a/./b/../c/", "http://a.example/a/c/"),
        ("http://a.example/a/%2e%2E/../..", "http://a.example/"),
        ("http://a.example/a//b", "http://a.example/a//b"),
        ("http://a.example/%7euser/%c3%a9t%c3%a9", "http://a.example/~user/%C3%A9t%C3%A9"),
        ("http://a.example/été 2023", "http://a.example/%C3%A9t%C3%A9%202023"),
        ("http://a.example/50%-de", "http://a.example/50%25-de"),
        ("http://a.example/a%2Fb", "http://a.example/a%2Fb"),
        ("http://a.example/x?", "http://a.example/x"),
        ("http://a.example/?p=123", "http://a.example/?p=123"),
        ("http://a.example/?b=2&a=1&&b=3", "http://a.example/?b=2&a=1&b=3"),
        ("http://a.example/?utm_source=x&utm_medium=rss&id=4&fbclid=z", "http://a.example/?id=4"),
        ("http://a.example/?id=4&amp;utm_source=x", "http://a.example/?id=4"),
        ("http://a.example/?xtor=RSS-1", "http://a.example/"),
        ("http://a.example/x?UTM_Source=a&PHPSESSID=3&at_medium=RSS&at_campaign=b", "http://a.example/x"),
        ("http://a.example/x;jsessionid=AB12?id=3", "http://a.example/x?id=3"),
        ("http://a.example/x?ref=rss&from=rss&source=rss", "http://a.example/x"),
        ("http://a.example/x?ref=12&from=bamako", "http://a.example/x?ref=12&from=bamako"),
        ("http://a.example/modules.php?name=News&sid=12", "http://a.example/modules.php?name=News&sid=12"),
        ("http://www.éco.example/", "http://www.xn--co-9ia.example/"),
        ("http://[2001:DB8::0:1]/x", "http://[2001:db8::1]/x"),
        ("http://127.0.1.1:8900/feed", "http://127.0.1.1:8900/feed"),
        ("http://under_score.example/", "http://under_score.example/"),
    ],
)
def test_spelling(given_: str, expected: str) -> None:
    assert canonical(given_) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/x", "//a.example/x", "http:", "http://", "http:///x", "javascript:alert(1)", "mailto:a@b.example",
        "ftp://a.example/", "file:///etc/passwd", "data:text/html,x", "http://u:p@a.example/", "http://u@a.example/",
        "http://a.example:0/", "http://a.example:99999/", "http://a.example:x/", "http://[::1", "http://[fe80::1%25e]/",
        "http://-a.example/", "http://a..example/", "http://a b.example/", "http://a%41.example/", "http://127.1/",
        "http://0x7f000001/", "http://2130706433/", "http://127.0.0.256/", "http://a.example\\@b.example/",
        "http://a.example/" + "x" * 2000, "http://" + "a" * 64 + ".example/", "http://℀.example/",
    ],
)  # fmt: skip
def test_no_address(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/article.php?id=7&from=rss", "http://azalai.example/article.php?id=7"),
        ("a.php?id=7", "http://azalai.example/fr/a.php?id=7"),
        ("?p=3", "http://azalai.example/fr/flux.xml?p=3"),
        ("//b.example/x", "http://b.example/x"),
        ("../../x", "http://azalai.example/x"),
        ("https://c.example/y", "https://c.example/y"),
        ("mailto:a@b.example", None),
    ],
)
def test_relative(link: str, expected: str | None) -> None:
    assert canonical(link, BASE) == expected


def test_a_bad_base_is_no_address() -> None:
    assert canonical("/x", "http://[") is None
    assert canonical("/x", "nonsense") is None


def test_resolved_keeps_every_parameter() -> None:
    assert resolved("http://A.example/x?utm_source=a&id=1#f") == "http://a.example/x?utm_source=a&id=1"


def test_host_of() -> None:
    assert [host_of(u) for u in ("http://A.b:1/x", "x", "http://[::1]:2/", "http://[")] == ["a.b", "", "::1", ""]


tails = st.text(max_size=40)


@given(tails, tails, st.sampled_from(["http://a.example/", "https://A.example:8443/x?", "", "//", "http://a.example"]))
def test_idempotent_and_plain_ascii(left: str, right: str, front: str) -> None:
    once = canonical(front + left + "/" + right, BASE)
    if once is not None:
        assert canonical(once) == once
        assert resolved(once) == once
        assert once.isascii()
        assert not any(c.isspace() or ord(c) < 33 for c in once)


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.sampled_from(
    ["http://s.example/spip.php?article{}", "http://s.example/?p={}", "http://s.example/node/{}",
     "http://s.example/article.php?id={}&from=rss", "http://s.example/a;{}?utm_source=rss", "http://s.example/?a&{}"]
))  # fmt: skip
def test_two_articles_never_meet(one: int, other: int, form: str) -> None:
    a, b = canonical(form.format(one)), canonical(form.format(other))
    assert a is not None
    assert (a == b) == (one == other)
