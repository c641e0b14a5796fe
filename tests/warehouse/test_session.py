"""The one way to write: all or nothing, the journal before, the row that knows its run, and what the disk does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from tests.helpers import many
from veille import settings as config
from veille.codes import Change, FlowName
from veille.errors import Damaged, WorkFailed
from veille.settings import Settings
from warehouse import events, journal, runs, store
from warehouse.session import exclusive, rewrite, write

NOW = dt.datetime(2024, 3, 13, 10, tzinfo=dt.UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({}, str(tmp_path / "home"))


def quiet(_: str) -> None:
    pass


def state(settings: Settings, query: str) -> list[tuple[object, ...]]:
    con = store.open_state(settings.state_file)
    try:
        return many(con, query)
    finally:
        con.close()


def published(settings: Settings, query: str) -> list[tuple[object, ...]]:
    con = store.connect(settings.published_file, read_only=True)
    try:
        return many(con, query)
    finally:
        con.close()


def test_what_is_written_is_committed_journaled_and_published(settings: Settings) -> None:
    with write(settings, FlowName.MERGE, quiet, now=NOW) as session:
        session.tx.insert("store.unknown_places", [{"name": "Ber", "article_id": "a"}])
        session.enter(Change.UNDONE, correction_id="k", author="a")
        run_id = session.tx.run_id
    assert published(settings, "SELECT run_id, flow, started_at FROM runs") == [(run_id, "merge", NOW)]
    assert published(settings, "SELECT name FROM store.unknown_places") == [("Ber",)]
    lines = journal.read(settings.journal_file)
    assert [(x["what"], x["run_id"]) for x in lines] == [("undone", run_id), ("commit", run_id)]
    assert lines[0]["flow"] == "merge"
    assert runs.flow_of(lines[0]) == FlowName.MERGE


def test_what_raises_comes_to_nothing(settings: Settings) -> None:
    def cut_short() -> None:
        with write(settings, FlowName.MERGE, quiet) as session:
            session.tx.insert("store.unknown_places", [{"name": "Ber", "article_id": "a"}])
            session.enter(Change.UNDONE, correction_id="k", author="a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_short()
    assert state(settings, "SELECT count(*) FROM store.unknown_places") == [(0,)]
    assert journal.read(settings.journal_file) == []
    assert not settings.published_file.exists()
    assert [p.name for p in settings.home.iterdir() if p.name.startswith(".load-")] == []


def test_a_run_that_changed_nothing_leaves_no_row(settings: Settings) -> None:
    with write(settings, FlowName.INGEST, quiet, now=NOW) as session:
        session.commit(with_run=False)
    assert published(settings, "SELECT count(*) FROM runs") == [(0,)]


def test_a_mark_that_a_crash_swallowed_is_written_by_the_next_run(settings: Settings) -> None:
    with write(settings, FlowName.MERGE, quiet) as session:
        session.enter(Change.UNDONE, correction_id="k", author="a")
        run_id = session.tx.run_id
    lines = settings.journal_file.read_text("utf-8").splitlines(keepends=True)
    settings.journal_file.write_text(lines[0], "utf-8")
    assert journal.committed(settings.journal_file) == []
    with write(settings, FlowName.UNDO, quiet):
        pass
    assert [x["run_id"] for x in journal.committed(settings.journal_file)] == [run_id]


def test_what_is_put_in_place_is_the_callers_to_choose(settings: Settings) -> None:
    asked: list[tuple[Path, Path]] = []
    with write(settings, FlowName.INGEST, quiet, publishing=lambda a, b: asked.append((a, b))):
        pass
    assert asked == [(settings.state_file, settings.published_file)]


def test_a_new_file_takes_the_old_ones_place_only_if_its_checks_pass(settings: Settings) -> None:
    with write(settings, FlowName.INGEST, quiet) as session:
        session.tx.insert("store.unknown_places", [{"name": "Ansongo", "article_id": "a"}])

    def with_a_claim_of_no_mention() -> None:
        with rewrite(settings) as made:
            made.tx.insert("store.claims", [{"claim_id": "c", "mention_id": "m", "article_id": "a", "revision": 1}])

    with exclusive(settings, quiet), pytest.raises(Damaged, match="claim_without_mention"):
        with_a_claim_of_no_mention()
    assert state(settings, "SELECT name FROM store.unknown_places") == [("Ansongo",)]
    with exclusive(settings, quiet), rewrite(settings) as made:
        made.tx.insert("store.unknown_places", [{"name": "Ménaka", "article_id": "a"}])
        made.step()
    assert published(settings, "SELECT name FROM store.unknown_places") == [("Ménaka",)]


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(28, "No space left on device"), WorkFailed, "No space left on device"),
        (duckdb.IOException("Could not write: No space left on device"), WorkFailed, "the disk is full; make room"),
        (duckdb.OutOfMemoryException("Out of Memory Error: 384MB"), WorkFailed, "Out of Memory Error"),
        (duckdb.IOException("Checksum mismatch"), Damaged, "run `veille doctor`"),
        (Damaged("x: newer than this code", "update veille-sahel"), Damaged, "update veille-sahel"),
    ],
)
def test_what_disk_and_files_do_is_a_sentence(
    error: Exception, kind: type[Exception], words: str, settings: Settings
) -> None:
    with pytest.raises(kind, match=words), write(settings, FlowName.MERGE, quiet):
        raise error


def test_ids_of_runs_tell_their_flow_of_old_lines_too() -> None:
    assert runs.flow_of({"run_id": "r-20240313T100000-abcdef"}) == FlowName.INGEST
    assert runs.flow_of({"run_id": runs.new_run_id(FlowName.RELINK, NOW)}) == FlowName.RELINK


def test_history_knows_its_run(tx: store.Transaction) -> None:
    events.add_history(tx, [{"event_id": "e", "what": Change.CREATED}])
    assert many(tx.con, 'SELECT event_id, what, "at", run_id FROM event_history') == [("e", "created", tx.now, "r")]
