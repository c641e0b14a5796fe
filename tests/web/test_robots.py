"""robots.txt as a file from outside: what is about us, within bounds."""

from __future__ import annotations

import time

import pytest

from veille.codes import Reason
from veille.web.exchange import Answer
from veille.web.robots import MAX_RULES, Robots

URL = "https://site.example/a/b?x=1"


def verdict(text: str, url: str = URL) -> str:
    answer = Answer(Reason.OK, 200, body=text.encode())
    return Robots("veille-sahel", lambda _: answer).verdict(url).outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("User-agent: *\nDisallow: /a", Reason.ROBOTS),
        ("User-agent: veille-sahel\nDisallow: /\n\nUser-agent: *\nDisallow:", Reason.ROBOTS),
        ("User-agent: Veille-Sahel/0.1\nDisallow: /", Reason.ROBOTS),
        ("User-agent: googlebot\nUser-agent: *\nDisallow: /", Reason.ROBOTS),
        ("User-agent: *\n# un commentaire\nDisallow: /a # aussi\nAllow: /a/b", ""),
        ("User-agent: *\nDisallow: /\nUser-agent: veille-sahel\nAllow: /", ""),
        ("User-agent: other\nDisallow: /", ""),
        ("Disallow: /", ""),
        ("Sitemap: https://site.example/s.xml\nUser-agent: *\nSitemap: x\nDisallow: /*?x=", Reason.ROBOTS),
        ("\ufeffUser-agent: *\nDisallow: /", Reason.ROBOTS),
        ("User-agent: *\nDisallow: /" + "a*" * 200, ""),
        ("User-agent: *\nDisallow: /" + "*" * 200 + "b", Reason.ROBOTS),
    ],
)
def test_what_is_said_to_us(text: str, outcome: str) -> None:
    assert verdict(text) == outcome


def test_crawl_delay_is_that_of_our_group() -> None:
    text = "User-agent: *\nCrawl-delay: 9\n\nUser-agent: veille-sahel\nCrawl-delay: 4\nDisallow: /x"
    assert Robots("veille-sahel", lambda _: Answer(Reason.OK, 200, body=text.encode())).verdict(URL).crawl_delay_s == 4


def test_many_names_and_many_rules_cost_little() -> None:
    small = "User-agent: *\n" + "".join(f"Disallow: /dir{n}/\n" for n in range(200))
    names = "".join(f"User-agent: {n:x}\n" for n in range(2500))
    huge = names + "User-agent: *\n" + "".join(f"Disallow: /dir{n}/\n" for n in range(20 * MAX_RULES))
    begun = time.perf_counter()
    assert verdict(small) == ""
    between = time.perf_counter()
    assert verdict(huge) == ""
    assert time.perf_counter() - between < 200 * (between - begun) + 0.5
