"""The demo: the press by itself, and the whole of `veille demo`, run twice."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from veille.codes import TimePrecision
from veille.feedlist import load_feeds
from veille.records.feeds import Item
from veille.text.pages import page_to_article
from veille.web.feeds import parse_feed
from veille_sahel.demo import press, server

BASE = "http://127.0.0.1:8423"
NOW = dt.datetime(2023, 12, 2, 6, tzinfo=dt.UTC)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    """The output of two runs of `veille demo`, one after the other, and the folder in which they worked."""

    first: str
    second: str
    home: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(str(self.home / "demo" / "sahel.duckdb"), read_only=True)) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(query).fetchall()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("demo")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VEILLE_", "PREFECT_"))}

    def run() -> str:
        command = [sys.executable, "-m", "veille_sahel", "--home", str(home), "demo"]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    return Demo(run(), run(), home)


# ------------------------------------------------------------------------------------------------ the press by itself


@pytest.mark.parametrize("outlet", press.outlets(), ids=lambda o: o.id)
def test_each_feed_lists_the_articles_of_its_outlet_with_their_times(outlet: press.Outlet, tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(press.feeds_toml(BASE), "utf-8")
    feed = next(f for f in load_feeds(tmp_path / "feeds.toml") if f.id == outlet.id)
    parsed = parse_feed(press.documents(BASE)[outlet.feed_path].body, feed, feed.url, NOW)
    own = {s.url(BASE): (s.title, s.published) for s in press.stories() if s.outlet is outlet}
    assert parsed.ok
    assert {i.url: (i.title, i.published_at) for i in parsed.items} == own


@pytest.mark.parametrize("story", press.stories(), ids=lambda s: s.path)
def test_each_page_gives_back_its_article_without_menu_aside_or_footer(story: press.Story) -> None:
    page = press.documents(BASE)[story.url("")].body
    url, outlet = story.url(BASE), story.outlet
    item = Item(
        url=url,
        feed_id=outlet.id,
        outlet=outlet.name,
        country=outlet.country,
        timezone=None,
        link=url,
        title=story.title,
        summary="",
        content="",
        authors=(),
        published_at=story.published,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=NOW,
    )
    found = page_to_article(page, item, NOW)
    assert found.text.splitlines() == list(story.paragraphs)
    assert found.language == story.language


def test_the_server_answers_not_modified_to_whoever_has_the_feed() -> None:
    path = press.outlets()[0].feed_path
    with server.serving(0) as base:
        with urllib.request.urlopen(base + path, timeout=5) as answer:
            etag = answer.headers["ETag"]
        again = urllib.request.Request(base + path, headers={"If-None-Match": etag})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(again, timeout=5)
        with refused.value:
            assert refused.value.code == 304


# ------------------------------------------------------------------------------------------------ the whole demo


@pytest.mark.slow
def test_every_article_is_kept_or_rejected_with_a_reason(demo: Demo) -> None:
    french = sum(s.language == "fr" for s in press.stories())
    assert demo.rows("SELECT count(*) FROM articles") == [(french,)]
    assert demo.rows("SELECT reason, count(*) FROM rejected GROUP BY ALL") == [("language", 1)]
    assert demo.rows("SELECT count(*) FROM pending") == [(0,)]


@pytest.mark.slow
def test_two_reprints_are_copies_of_the_wire_text(demo: Demo) -> None:
    found = demo.rows(
        "SELECT c.outlet, o.outlet FROM articles c JOIN articles o ON c.copy_of = o.article_id ORDER BY c.published_at"
    )
    assert found == [("Infos Liptako", "Agence Sahel Dépêches"), ("L'Écho du Fleuve", "Agence Sahel Dépêches")]


@pytest.mark.slow
def test_both_sides_claim_niafounke(demo: Demo) -> None:
    claims = demo.rows(
        "SELECT DISTINCT claimant, claims.kind FROM claims JOIN events USING (event_id)"
        " WHERE location = 'Niafounké' AND event_date = DATE '2023-11-24' AND is_current"
    )
    assert {("JNIM", "control"), ("JNIM", "responsibility"), ("MALI_FORCES", "repelled")} <= set(claims)


@pytest.mark.slow
def test_niafounke_and_goundam_are_two_events_of_one_day(demo: Demo) -> None:
    found = demo.rows("SELECT location, contested FROM events WHERE event_date = DATE '2023-11-24' ORDER BY location")
    assert [place for place, _ in found] == ["Goundam", "Niafounké"]
    assert dict(found)["Niafounké"]


@pytest.mark.slow
def test_football_prices_and_freetown_are_no_events(demo: Demo) -> None:
    found = demo.rows(
        "SELECT scope FROM articles WHERE regexp_matches(title, '^(Football|Niamey|Sierra Leone)') ORDER BY scope"
    )
    assert found == [("elsewhere",), ("none",), ("none",)]
    assert demo.rows("SELECT count(*) FROM events WHERE country NOT IN ('ML', 'BF')") == [(0,)]


@pytest.mark.slow
def test_the_output_shows_both_sides_with_their_words_and_what_to_ask_next(demo: Demo) -> None:
    for expected in ("Niafounké, Tombouctou, ML · 24 November 2023", "JNIM", "MALI_FORCES", "contested   yes", "« "):
        assert expected in demo.first.replace("\u00a0", " ")
    questions = re.findall(r'--home \S+ sql "(.+)"', demo.first)
    assert len(questions) >= 3
    for question in questions:
        assert demo.rows(question)


@pytest.mark.slow
def test_a_second_run_adds_nothing_and_shows_the_same_event(demo: Demo) -> None:
    assert re.search(r"^feeds polled +5\n +unchanged +5$", demo.second, re.M)
    assert re.search(r"^new items +0\nnew articles +0$", demo.second, re.M)
    assert demo.second.split("\n\n", 2)[2] == demo.first.split("\n\n", 2)[2]
