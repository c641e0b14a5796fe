"""Whatever happens to a warehouse, no id is lost and a rebuild gives the same (`tests.lives`); first the stories that broke."""

from __future__ import annotations

import datetime as dt
import gzip
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tasks.correct import merge_events, split_event, undo_correction
from tasks.forget import forget_article
from tasks.relink import relink_events
from tests.lives import HOST, QUIET, SEQUENCES, Life, edited, live, resolves, same_after_rebuild, text_of
from veille.web import archive
from warehouse import store


def begun(home: Path, *paths: str) -> Life:
    life = Life.begin(home / "home")
    life.pages = {p: text_of(p) for p in paths}
    life.ingest(*paths)
    resolves(life)
    return life


def rows(life: Life, query: str) -> list[tuple[Any, ...]]:
    return life.ask(it=query)["it"]


def edit(life: Life, path: str, how: str) -> None:
    life.pages[path] = edited(*life.pages[path], how)
    life.ingest(path)
    resolves(life)


def event_at(life: Life, location: str) -> str:
    ((event_id,),) = rows(life, f"SELECT event_id FROM events WHERE location = '{location}'")
    return str(event_id)


def articles_of(life: Life, event_id: str) -> list[str]:
    query = f"SELECT url FROM event_articles JOIN articles USING (article_id) WHERE event_id = '{event_id}' ORDER BY 1"
    return [str(u).removeprefix(HOST) for (u,) in rows(life, query)]


@pytest.mark.parametrize("how", ["toll", "day", "more"])
def test_an_event_keeps_its_id_when_its_only_article_is_edited(tmp_path: Path, how: str) -> None:
    life = begun(tmp_path, "/g1")
    event_id = event_at(life, "Gossi")
    edit(life, "/g1", how)
    assert rows(life, "SELECT event_id FROM events") == [(event_id,)]
    assert rows(life, "FROM event_aliases") == []
    assert rows(life, "SELECT count(*) FROM event_history WHERE what = 'created'") == [(1,)]
    same_after_rebuild(life)


def test_a_toll_that_rose_is_told_by_the_event_whose_toll_it_is(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1")
    edit(life, "/g1", "toll")
    told = rows(life, "SELECT event_id, low, is_current FROM toll_history WHERE outcome = 'killed' ORDER BY is_current")
    assert set(told) == {(event_at(life, "Gossi"), 12, False), (event_at(life, "Gossi"), 17, True)}


def test_a_ruling_follows_the_mention_that_it_named_and_no_other_of_its_article(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/m1", "/roundup")
    gossi = event_at(life, "Gossi")
    merge_events(life.settings, gossi, event_at(life, "Ménaka"), "one operation", QUIET.say)
    before = articles_of(life, event_at(life, "Diabaly"))
    edit(life, "/roundup", "more")
    relink_events(life.settings, dt.date(2024, 3, 1), QUIET.say)
    assert articles_of(life, event_at(life, "Diabaly")) == before == ["/roundup"]
    assert articles_of(life, gossi) == ["/g1", "/m1", "/roundup"]
    same_after_rebuild(life)


def test_a_merge_of_an_event_with_an_edited_article_leaves_an_alias(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/m1")
    gossi, menaka = event_at(life, "Gossi"), event_at(life, "Ménaka")
    edit(life, "/g1", "more")
    merge_events(life.settings, menaka, gossi, "one operation", QUIET.say)
    assert rows(life, "FROM event_aliases") == [(gossi, menaka)]
    resolves(life)


def test_undo_brings_back_an_article_that_was_edited_in_between(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/m1")
    gossi, menaka = event_at(life, "Gossi"), event_at(life, "Ménaka")
    merge_events(life.settings, gossi, menaka, "one operation", QUIET.say)
    edit(life, "/m1", "toll")
    assert undo_correction(life.settings, QUIET.say).n_moved == 1
    assert (articles_of(life, gossi), articles_of(life, menaka)) == (["/g1"], ["/m1"])
    same_after_rebuild(life)


def test_a_rebuild_knows_ids_that_a_split_made(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/g2", "/m1")
    gossi, menaka = event_at(life, "Gossi"), event_at(life, "Ménaka")
    ((article_id,),) = rows(life, f"SELECT article_id FROM articles WHERE url = '{HOST}/g1'")
    made = split_event(life.settings, gossi, [article_id], "two attacks", QUIET.say).correction.other_id
    merge_events(life.settings, menaka, made, "one operation", QUIET.say)
    before = life.state()
    for name in ("state.duckdb", "sahel.duckdb"):
        (life.settings.home / name).unlink()
    life.published |= {gossi, menaka, made}
    same_after_rebuild_of(life, before)
    resolves(life)


def same_after_rebuild_of(life: Life, before: dict[str, list[tuple[Any, ...]]]) -> None:
    from tasks.rebuild import rebuild_warehouse

    rebuild_warehouse(life.settings, QUIET)
    assert life.state() == before


def test_a_recall_outlives_its_event_and_waits(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/roundup")
    gossi = event_at(life, "Gossi")
    edit(life, "/g1", "retract")
    forget_article(life.settings, f"{HOST}/roundup", "withdrawn", QUIET.say)
    resolves(life)
    ((event_id, why),) = rows(life, f"SELECT event_id, why FROM events_deleted WHERE old_id = '{gossi}'")
    assert event_id is None
    assert why.startswith(("retracted", "forgotten"))
    same_after_rebuild(life)


def test_an_undo_after_a_founder_was_taken_down_leaves_every_id_where_it_is(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/roundup")
    merge_events(life.settings, event_at(life, "Gossi"), event_at(life, "Diabaly"), "one", QUIET.say)
    forget_article(life.settings, f"{HOST}/g1", "withdrawn", QUIET.say)
    undo_correction(life.settings, QUIET.say)
    resolves(life)
    same_after_rebuild(life)


def test_what_was_taken_back_is_still_its_events_where_the_founder_was_taken_down(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/roundup")
    edit(life, "/roundup", "retract")
    forget_article(life.settings, f"{HOST}/g1", "withdrawn", QUIET.say)
    resolves(life)
    same_after_rebuild(life)


@pytest.mark.parametrize(("gone", "end"), [("/roundup", "events_deleted"), ("/g1", "events")])
def test_an_event_that_was_split_keeps_its_id_whichever_half_is_taken_down(tmp_path: Path, gone: str, end: str) -> None:
    """Its founder was split off: with the rest taken down it is deleted for good, without the founder it goes on."""
    life = begun(tmp_path, "/g1", "/roundup")
    gossi = event_at(life, "Gossi")
    ((article_id,),) = rows(life, f"SELECT article_id FROM articles WHERE url = '{HOST}/g1'")
    split_event(life.settings, gossi, [article_id], "two attacks", QUIET.say)
    forget_article(life.settings, f"{HOST}{gone}", "withdrawn", QUIET.say)
    same_after_rebuild(life)
    column = "event_id" if end == "events" else "old_id"
    assert (gossi,) in rows(life, f"SELECT {column} FROM {end}")


@pytest.mark.parametrize("is_undone", [False, True])
def test_reports_stay_where_they_were_because_of_an_article_that_is_taken_down(tmp_path: Path, is_undone: bool) -> None:
    """A split makes two events of one town and day; a later report is judged between them, then the one it joined is gone."""
    life = begun(tmp_path, "/g1", "/roundup")
    gossi = event_at(life, "Gossi")
    ((article_id,),) = rows(life, f"SELECT article_id FROM articles WHERE url = '{HOST}/g1'")
    split_event(life.settings, gossi, [article_id], "two attacks", QUIET.say)
    life.pages["/g2"] = text_of("/g2")
    life.ingest("/g2")
    if is_undone:
        undo_correction(life.settings, QUIET.say)
    held = rows(life, "SELECT event_id, article_id FROM event_articles ORDER BY ALL")
    forget_article(life.settings, f"{HOST}/g1", "withdrawn", QUIET.say)
    left = [h for h in held if h[1] != article_id]
    assert rows(life, "SELECT event_id, article_id FROM event_articles ORDER BY ALL") == left
    same_after_rebuild(life)


def test_an_undo_between_events_of_which_nothing_is_left_makes_no_alias(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/roundup")
    ((article_id,),) = rows(life, f"SELECT article_id FROM articles WHERE url = '{HOST}/roundup'")
    split_event(life.settings, event_at(life, "Gossi"), [article_id], "two attacks", QUIET.say)
    forget_article(life.settings, f"{HOST}/g1", "withdrawn", QUIET.say)
    edit(life, "/roundup", "retract")
    undo_correction(life.settings, QUIET.say)
    assert rows(life, "FROM event_aliases") == []
    resolves(life)
    same_after_rebuild(life)


def test_what_was_taken_back_and_restored_is_the_same_event(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1")
    gossi = event_at(life, "Gossi")
    edit(life, "/g1", "retract")
    assert rows(life, "SELECT old_id, event_id FROM events_deleted") == [(gossi, None)]
    life.pages["/g1"] = text_of("/g1")
    life.ingest("/g1")
    assert (rows(life, "SELECT event_id FROM events"), rows(life, "FROM events_deleted")) == ([(gossi,)], [])
    same_after_rebuild(life)


def everything(home: Path) -> bytes:
    """All bytes of a home, compressed files unpacked."""
    parts = []
    for file in sorted(p for p in home.rglob("*") if p.is_file()):
        raw = file.read_bytes()
        parts.append(raw)
        if file.suffix == ".gz":
            parts += [record.body for record in archive.records(file)]
            parts.append(gzip.decompress(raw))
    return b"".join(parts)


def test_what_was_taken_down_is_in_no_file(tmp_path: Path) -> None:
    life = begun(tmp_path, "/g1", "/m1", "/d1")
    title, paragraphs = life.pages["/d1"]
    assert paragraphs[0].encode() in everything(life.settings.home)
    forget_article(life.settings, f"{HOST}/d1", "withdrawn", QUIET.say)
    left = everything(life.settings.home)
    for text in (title, paragraphs[0]):
        for codec in ("utf-8", "utf-16-le"):
            assert text.encode(codec) not in left
    resolves(life)
    n_articles = rows(life, "SELECT count(*) FROM articles")
    same_after_rebuild(life)
    assert rows(life, "SELECT count(*) FROM articles") == n_articles == [(2,)]
    con = store.connect(life.settings.published_file, read_only=True)
    assert store.check(con) == []
    con.close()


@seed(11)
@settings(
    max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(SEQUENCES)
def test_no_id_is_lost_whatever_happens(sequence: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        live(Path(folder) / "home", sequence)
