"""The real flow over sites that answer oddly: walls, corrected addresses, one guid twice, JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests import helpers
from tests.helpers import ask, run
from tests.loopback import Site, moved, page, serving

NOW = dt.datetime(2024, 3, 14, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
STORY = (
    "Une embuscade tendue mardi contre un convoi de vivres près de Barsalogho a coûté la vie à six soldats burkinabè,"
    " selon une source sécuritaire jointe par notre rédaction.",
    "Les assaillants, arrivés à moto, ont incendié trois camions avant de se replier vers la forêt, a dit un habitant.",
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serving("127.0.1.31") as (one,):
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(f'[[feeds]]\nid = "un"\noutlet = "Un"\ncountry = "BF"\nurl = "{one.url("/feed")}"\n')
        helpers.use(monkeypatch, tmp_path, feeds)
        yield one


def lists(site: Site, *items: tuple[str, str, str]) -> None:
    """The feed from now on: (path, title, guid)."""
    told = "".join(
        f"<item><title>{title}</title><link>{site.url(path)}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{format_datetime(NOW)}</pubDate><description>{title}, selon nos informations.</description></item>"
        for path, title, guid in items
    )
    site.answers["/feed"] = page(f"<rss version='2.0'><channel><title>Un</title>{told}</channel></rss>".encode())


def article(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html lang='fr'><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def test_a_feed_behind_a_wall_waits_says_so_and_is_ill(site: Site, tmp_path: Path) -> None:
    wall = article(
        "Un instant", "Nous préparons votre visite, merci de patienter pendant que la page se charge pour vous."
    )
    walls = {
        f"/p{n}": f"{town} : {n} soldats tués dans une attaque"
        for n, town in enumerate(("Djibo", "Dori", "Sebba", "Gorom", "Arbinda", "Titao"), 2)
    }
    lists(site, *((path, title, path) for path, title in walls.items()))
    site.answers |= dict.fromkeys(walls, page(wall))
    run(NOW)
    assert ask(tmp_path, "SELECT count(*), any_value(reason) FROM pending") == [(6, "wall")]
    assert ask(tmp_path, "SELECT title, summary FROM pending ORDER BY url LIMIT 1") == [
        (walls["/p2"], f"{walls['/p2']}, selon nos informations.")
    ]
    assert ask(tmp_path, "SELECT count(*) FROM articles") == ask(tmp_path, "SELECT count(*) FROM events") == [(0,)]
    assert ask(tmp_path, "SELECT status, readable_7d FROM feed_health") == [("silent", 0.0)]
    site.answers["/p2"] = page(article(walls["/p2"], *STORY))
    run(NOW + HOUR)
    assert ask(tmp_path, "SELECT title FROM articles") == [(walls["/p2"],)]
    assert ask(tmp_path, "SELECT count(*), any_value(attempts) FROM pending") == [(5, 2)]


def test_a_corrected_address_of_one_guid_is_a_revision(site: Site, tmp_path: Path) -> None:
    lists(site, ("/convoi-ataque", "Un convoi ataqué près de Barsalogho", "g-1"))
    site.answers["/convoi-ataque"] = page(article("Un convoi ataqué près de Barsalogho", *STORY))
    run(NOW)
    lists(site, ("/convoi-attaque", "Un convoi attaqué près de Barsalogho", "g-1"))
    site.answers["/convoi-attaque"] = page(article("Un convoi attaqué près de Barsalogho", *STORY))
    site.answers["/convoi-ataque"] = moved("/convoi-attaque", 301)
    run(NOW + HOUR)
    found = ask(tmp_path, "SELECT article_id, url, revision, title FROM articles")
    assert [f[1:] for f in found] == [(site.url("/convoi-ataque"), 2, "Un convoi attaqué près de Barsalogho")]
    assert ask(tmp_path, "SELECT url, reason, detail FROM rejected") == [
        (site.url("/convoi-attaque"), "same_article", found[0][0])
    ]
    run(NOW + 7 * HOUR)  # its own page is looked at, and follows the redirect to the same text
    assert ask(tmp_path, "SELECT revision FROM articles") == [(2,)]
    assert ask(tmp_path, "SELECT n_articles, n_independent FROM events") == [(1, 1)]
    assert helpers.command("rebuild") == 0
    assert ask(tmp_path, "SELECT article_id, revision FROM articles") == [(found[0][0], 2)]


def test_one_guid_and_title_under_another_address_is_turned_away_unasked(site: Site, tmp_path: Path) -> None:
    lists(site, ("/a", "Un convoi attaqué", "g-1"))
    site.answers["/a"] = page(article("Un convoi attaqué", *STORY))
    run(NOW)
    lists(site, ("/b", "Un convoi attaqué", "g-1"), ("/c", "Un autre convoi", "g-1"))
    site.answers["/c"] = page(
        article("Le marché de Kaya rouvre", "Le marché de Kaya a rouvert mercredi après deux mois de travaux.")
    )
    run(NOW + HOUR)
    assert ask(tmp_path, "SELECT url, reason FROM rejected") == [(site.url("/b"), "same_article")]
    assert "/b" not in site.paths()
    assert ask(tmp_path, "SELECT count(*) FROM articles") == [(2,)]
    assert ask(tmp_path, "SELECT items_new FROM runs ORDER BY run_id DESC LIMIT 1") == [(1,)]


def test_a_json_feed_is_one_like_others(site: Site, tmp_path: Path) -> None:
    item = {"id": "1", "url": site.url("/p"), "title": "Un convoi attaqué", "date_published": NOW.isoformat()}
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Un", "items": [item]}
    site.answers |= {"/feed": page(json.dumps(body).encode()), "/p": page(article("Un convoi attaqué", *STORY))}
    run(NOW)
    assert ask(tmp_path, "SELECT title, published_at FROM articles") == [("Un convoi attaqué", NOW)]
    assert helpers.command("prune", "--older-than", "0") in (0, 2)
    assert helpers.command("rebuild") == 0
    assert ask(tmp_path, "SELECT title FROM articles") == [("Un convoi attaqué",)]
    found = ask(tmp_path, "SELECT article_id FROM articles")[0][0]
    assert helpers.command("forget", found, "--why", "demande") == 0
    assert ask(tmp_path, "SELECT count(*) FROM articles") == [(0,)]
    assert b"convoi" not in b"".join(f.read_bytes() for f in tmp_path.rglob("*.duckdb"))
