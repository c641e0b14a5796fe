"""The files of the warehouse: schema, bulk load, journal, lock, publishing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import OVER_DB, many
from veille.codes import Change
from veille.errors import Busy, Damaged, WorkFailed
from warehouse import journal, lock, store
from warehouse.publish import publish

# ------------------------------------------------------------------------------------------------ schema


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of warehouse/'s SQL that may be changed."""
    folder = tmp_path / "warehouse"
    for name in ("migrations", "views", "checks"):
        shutil.copytree(store.HERE / name, folder / name)
    monkeypatch.setattr(store, "HERE", folder)
    return folder


def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    for _ in range(2):
        con = store.open_state(tmp_path / "state.duckdb")
        numbers = many(con, "SELECT number FROM store.migrations ORDER BY number")
        con.close()
    assert numbers == [(n,) for n in range(1, len(numbers) + 1)]


def test_a_migration_that_was_edited_is_refused(tmp_path: Path, own_sql: Path) -> None:
    store.open_state(tmp_path / "state.duckdb").close()
    file = next((own_sql / "migrations").glob("0001*.sql"))
    file.write_text(file.read_text("utf-8") + "\n-- changed\n", "utf-8")
    with pytest.raises(
        Damaged, match=r"migration 0001_initial was edited after it was applied; restore the released file"
    ):
        store.open_state(tmp_path / "state.duckdb")


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path, own_sql: Path) -> None:
    (own_sql / "migrations" / "9000_later.sql").write_text("CREATE TABLE store.later (n INTEGER);", "utf-8")
    store.open_state(tmp_path / "state.duckdb").close()
    (own_sql / "migrations" / "9000_later.sql").unlink()
    before = (tmp_path / "state.duckdb").read_bytes()
    with pytest.raises(Damaged, match=r"schema 9000 is newer than this code \(\d+\); update veille-sahel"):
        store.open_state(tmp_path / "state.duckdb")
    assert (tmp_path / "state.duckdb").read_bytes() == before


def test_a_new_migration_is_applied_to_an_old_file(tmp_path: Path, own_sql: Path) -> None:
    store.open_state(tmp_path / "state.duckdb").close()
    (own_sql / "migrations" / "9000_later.sql").write_text("CREATE TABLE store.later (n INTEGER);", "utf-8")
    con = store.open_state(tmp_path / "state.duckdb")
    assert many(con, "FROM store.later") == []
    con.close()


def test_changed_views_are_set_again(tmp_path: Path, own_sql: Path) -> None:
    store.open_state(tmp_path / "state.duckdb").close()
    (own_sql / "views" / "z.sql").write_text("CREATE OR REPLACE VIEW later AS SELECT 7 AS n;", "utf-8")
    con = store.open_state(tmp_path / "state.duckdb")
    assert many(con, "FROM later") == [(7,)]
    con.close()


def test_every_view_and_column_has_a_comment(con: duckdb.DuckDBPyConnection) -> None:
    views = many(con, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'")
    assert len(views) >= 15
    columns = many(
        con,
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main'"
        " AND table_name IN (SELECT view_name FROM duckdb_views() WHERE schema_name = 'main')",
    )
    assert not [row for row in [*views, *columns] if not row[-1]]


@pytest.mark.parametrize("size", [0, 10, 4_096, 12_345])
def test_a_cut_file_is_damaged_with_a_sentence(size: int, tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    store.open_state(path).close()
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(Damaged, match="run `veille doctor`"):
        store.open_state(path)


# ------------------------------------------------------------------------------------------------ bulk load

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": TEXTS,
            "n": st.none() | st.integers(-(2**31), 2**31 - 1),
            "x": st.none() | st.floats(-1e6, 1e6),
            "yes": st.none() | st.booleans(),
            "day": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
            "at": st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
            "names": st.none() | st.lists(TEXTS, max_size=3),
        }
    ),
    max_size=8,
)


@OVER_DB
@given(records=ROWS)
def test_what_is_inserted_comes_back(records: list[dict[str, Any]], tmp_path: Path) -> None:
    con = store.connect(tmp_path / "any.duckdb")
    try:
        columns = 'a VARCHAR, n INTEGER, x DOUBLE, yes BOOLEAN, day DATE, "at" TIMESTAMPTZ, names VARCHAR[]'
        con.execute(f"CREATE OR REPLACE TABLE t ({columns})")
        n_rows, digest = store.insert(con, "t", records, tmp_path)
        assert n_rows == len(records)
        assert bool(digest) == bool(records)
        back = [{**r, "at": r["at"] and r["at"].astimezone(dt.UTC)} for r in store.rows(con, "FROM t")]
        assert back == records
    finally:
        con.close()


def test_an_unknown_column_is_an_error_and_surrogates_are_not(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("CREATE TABLE t (a VARCHAR)")
    with pytest.raises(KeyError, match="t has no column b"):
        store.insert(con, "t", [{"b": 1}], tmp_path)
    store.insert(con, "t", [{"a": "Ga\ud800o"}, {"a": "x" * 2_000_000}], tmp_path)
    assert many(con, "SELECT a FROM t WHERE length(a) < 10") == [("Ga?o",)]
    assert not list(tmp_path.glob("*.ndjson"))


# ------------------------------------------------------------------------------------------------ journal

AT = "2024-03-13T08:00:00+00:00"
CREATED = {"what": "created", "run_id": "r1", "at": AT, "event_id": "e-1", "mention_id": "m-1"}


def test_lines_count_once_their_run_committed(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert journal.read(path) == []
    journal.append(path, [CREATED])
    assert journal.committed(path) == []
    journal.append(path, [{"what": "commit", "run_id": "r1"}, {**CREATED, "run_id": "r2"}])
    assert journal.committed(path) == [CREATED]


def test_reconcile_marks_what_the_database_knows(tmp_path: Path) -> None:
    """The crash fell between the database's commit and the journal's mark; what never committed stays unmarked."""
    path = tmp_path / "journal.jsonl"
    journal.append(path, [CREATED, {**CREATED, "run_id": "r2"}])
    for _ in range(2):
        journal.reconcile(path, {"r1", "r9"})
        assert [x["run_id"] for x in journal.read(path) if x["what"] == Change.COMMIT] == ["r1"]


@given(cut=st.integers(0, 200), text=st.text(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_torn_line_costs_itself_alone(cut: int, text: str, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    journal.append(path, [CREATED])
    whole = path.read_bytes()
    journal.append(path, [{"what": "moved", "why": "é" + text.encode("utf-8", "replace").decode(), "run_id": "r1"}])
    torn = path.read_bytes()[: len(whole) + cut]
    path.write_bytes(torn)
    journal.append(path, [{"what": "commit", "run_id": "r1"}])
    lines = journal.read(path)
    assert lines[0] == CREATED
    assert lines[-1] == {"what": "commit", "run_id": "r1"}
    assert len(lines) in (2, 3)


def test_a_line_that_is_no_entry_is_damage(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text(json.dumps(["not", "an", "entry"]) + "\n", "utf-8")
    with pytest.raises(Damaged, match="is no journal entry"):
        journal.read(tmp_path / "journal.jsonl")


# ------------------------------------------------------------------------------------------------ lock

HOLDER = """
import sys
from pathlib import Path
from warehouse import lock

with lock.writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_keeps_another_process_out_until_it_dies(tmp_path: Path) -> None:
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=rf"another run \(process {other.pid}\) is writing"), lock.writer(tmp_path):
            pass
        killer = threading.Timer(0.7, other.kill)
        killer.start()
        with lock.writer(tmp_path, 20.0, said.append):  # a killed process leaves no lock behind
            assert (tmp_path / "writer.lock").read_text() == f"{os.getpid()}\n"
        killer.join()
    assert said == [f"waiting for another run (process {other.pid}) to end"]


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with (
        pytest.raises(WorkFailed, match="set VEILLE_HOME to a folder that can"),
        lock.writer(tmp_path / "file" / "home"),
    ):
        pass


# ------------------------------------------------------------------------------------------------ publishing


def test_a_hundred_publishes_under_a_reader(tmp_path: Path) -> None:
    """Neither side sees an error; a reader sees one version whole, and never an older one than before."""
    state, published = tmp_path / "state.duckdb", tmp_path / "sahel.duckdb"
    con = duckdb.connect(str(state))
    con.execute("CREATE TABLE t AS SELECT 0 AS version FROM range(2000)")
    con.close()
    publish(state, published)
    seen: list[tuple[int, int, int]] = []
    failures: list[str] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                reader = duckdb.connect(str(published), read_only=True)
                seen.extend(reader.execute("SELECT count(*), min(version), max(version) FROM t").fetchall())
                reader.close()
            except duckdb.Error as error:
                failures.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for version in range(1, 101):
            con = duckdb.connect(str(state))
            con.execute(f"UPDATE t SET version = {version}; CHECKPOINT")
            con.close()
            publish(state, published)
    finally:
        is_over.set()
        thread.join()
    assert failures == []
    assert seen
    assert all(n == 2000 and low == high for n, low, high in seen)
    versions = [low for _, low, _ in seen]
    assert versions == sorted(versions)
    assert len(set(versions)) > 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sahel.duckdb", "state.duckdb"]


def test_a_disk_that_refuses_leaves_the_published_file(tmp_path: Path) -> None:
    (tmp_path / "sahel.duckdb").write_bytes(b"before")
    with pytest.raises(WorkFailed, match="what was loaded is safe"):
        publish(tmp_path / "none.duckdb", tmp_path / "sahel.duckdb")
    assert (tmp_path / "sahel.duckdb").read_bytes() == b"before"


GOOD_LINE = {
    "what": "created",
    "run_id": "r-1",
    "at": "2024-03-13T08:00:00+00:00",
    "event_id": "e-1",
    "mention_id": "m-1",
}


@pytest.mark.parametrize(
    "line",
    [
        7,
        [],
        {},
        {**GOOD_LINE, "what": "exploded"},
        {**GOOD_LINE, "what": ["created"]},
        {**GOOD_LINE, "run_id": None},
        {**GOOD_LINE, "event_id": 12},
        {**GOOD_LINE, "at": "hier"},
        {**GOOD_LINE, "at": "2024-03-13T08:00:00"},
        {**GOOD_LINE, "what": "corrected"},
        {**GOOD_LINE, "what": "undone"},
        {"what": "commit"},
        {"what": "commit", "run_id": "r-1", "raw": 3},
    ],
)
def test_a_damaged_line_of_the_journal_is_named(tmp_path: Path, line: object) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(f"{json.dumps(GOOD_LINE)}\n{json.dumps(line)}\n{json.dumps({'what': 'commit', 'run_id': 'r-1'})}\n")
    with pytest.raises(Damaged, match="line 2 is no journal entry") as told:
        journal.committed(path)
    assert "backup" in str(told.value)


def test_a_torn_line_of_the_journal_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(
        json.dumps(GOOD_LINE).encode() + b"\n" + json.dumps(GOOD_LINE).encode()[:40] + b"\n\xff\xfe\n" + b"[" * 90_000
    )
    assert journal.read(path) == [GOOD_LINE]


def test_what_changes_the_archive_waits_for_a_backup_and_runs_do_not(tmp_path: Path) -> None:
    with (
        lock.archive(tmp_path, to_change=False),
        lock.archive(tmp_path, to_change=False),
        lock.writer(tmp_path),
        pytest.raises(Busy),
        lock.archive(tmp_path, to_change=True),
    ):
        pass
    with lock.archive(tmp_path, to_change=True), pytest.raises(Busy), lock.archive(tmp_path, to_change=False):
        pass
