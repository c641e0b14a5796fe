"""The files of the warehouse: schema, bulk load, ledger and checks, journal, lock, publishing, wire groups."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import Busy, Damaged, WorkFailed
from veille.events import consensus
from veille.records import Article
from veille.text.copies import CONTAINMENT
from warehouse import journal, lock, store
from warehouse.articles import add_articles, find_copies
from warehouse.publish import publish

DAY = dt.datetime(2024, 3, 12, 9, tzinfo=dt.UTC)
#: A property over a database is slow by its nature, and shares its file on purpose.
OVER_DB = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = store.open_state(tmp_path / "state.duckdb")
    yield con
    con.close()


def many(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


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
        con.execute(
            'CREATE OR REPLACE TABLE t (a VARCHAR, n INTEGER, x DOUBLE, yes BOOLEAN, day DATE, "at" TIMESTAMPTZ, names VARCHAR[])'
        )
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


def article(article_id: str, text: str, hours: float = 0.0, outlet: str = "", revision: int = 1) -> Article:
    at = DAY + dt.timedelta(hours=hours)
    return Article(
        article_id=article_id,
        revision=revision,
        url=f"http://x.example/{article_id}",
        outlet=outlet or article_id,
        country="ML",
        feed_id="f",
        title=article_id,
        authors=("Awa",),
        published_at=at,
        published_precision="minute",
        first_seen_at=at,
        updated_at=at,
        language="fr",
        language_confidence=1.0,
        summary="",
        text=text,
        is_teaser=False,
    )


def load(
    con: duckdb.DuckDBPyConnection, articles: Sequence[Article], scratch: Path, run_id: str = "r"
) -> dict[str, str | None]:
    """Store articles as a run does; `copy_of` of all that are stored."""
    add_articles(con, articles, {}, run_id, scratch)
    find_copies(con, articles, scratch)
    return dict(many(con, "SELECT article_id, copy_of FROM store.articles"))


def test_a_revision_replaces_the_current_one_and_keeps_the_old(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(con, [article("a", "un")], tmp_path)
    load(con, [article("a", "deux", revision=2)], tmp_path)
    assert many(con, "SELECT text, revision FROM articles") == [("deux", 2)]
    assert many(con, "SELECT text, revision FROM article_revisions") == [("un", 1)]
    assert store.check(con) == []


# ------------------------------------------------------------------------------------------------ checks

WHOLE = """
INSERT INTO store.feeds (feed_id, outlet, is_enabled) VALUES ('f', 'F', true);
INSERT INTO store.items (url, feed_id, first_seen_at, status, attempts, article_id)
    VALUES ('u', 'f', '2024-03-12T09:00:00Z', 'article', 1, 'a'), ('v', 'f', '2024-03-12T09:00:00Z', 'pending', 0,
    NULL); INSERT INTO store.revisions (article_id, revision, url, title, text, run_id) VALUES ('a', 1, 'u', 'Titre',
    'Texte',
'r'); INSERT INTO store.articles (article_id, revision, url, outlet, published_at, looks) VALUES ('a', 1, 'u', 'F',
'2024-03-12T09:00:00Z', 0); INSERT INTO store.mentions (mention_id, article_id, revision, role, date_flag) VALUES
('m', 'a', 1, 'primary', ''); INSERT INTO store.claims (claim_id, mention_id, article_id, revision, kind) VALUES ('c', 'm', 'a', 1, 'denial');
INSERT INTO store.links VALUES ('m', 'e', 1.0);
INSERT INTO store.events (event_id) VALUES ('e');
INSERT INTO store.runs (run_id, started_at, ended_at) VALUES ('r', '2024-03-12T09:00:00Z', '2024-03-12T09:00:00Z');
INSERT INTO store.ledger VALUES ('r', '2024-03-12T09:00:00Z', 'revisions', 1, ''), ('r', '2024-03-12T09:00:00Z', 'new
items', 2, ''), ('r', '2024-03-12T09:00:00Z', 'mentions', 1, ''), ('r', '2024-03-12T09:00:00Z', 'claims', 1, '');
"""
FAULTS = {
    "article_without_text": "UPDATE store.articles SET revision = 2",
    "claim_without_mention": "INSERT INTO store.claims (claim_id, mention_id, article_id, revision) VALUES ('d', 'lost', 'a', 1)",
    "copy_of_copy": "INSERT INTO store.revisions (article_id, revision, url) VALUES ('b', 1, 'x'), ('d', 1, 'y');"
    "INSERT INTO store.articles (article_id, revision, url, copy_of, looks) VALUES ('b', 1, 'x', 'a', 0), ('d', 1, "
    "'y', 'b', 0)",
    "duplicate_ids": "INSERT INTO store.events (event_id) VALUES ('e')",
    "event_without_report": "UPDATE store.mentions SET role = 'background'",
    "item_in_two_places": "INSERT INTO store.items (url, feed_id, first_seen_at, status, attempts) VALUES ('u', 'f', now(), 'rejected', 1)",
    "link_without_event": "DELETE FROM store.events",
    "rows_missing": "DELETE FROM store.claims",
}


def test_a_whole_file_passes_every_check(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(WHOLE)
    assert store.check(con) == []


@pytest.mark.parametrize("name", sorted(f.stem for f in (store.HERE / "checks").glob("*.sql")))
def test_a_check_catches_its_fault(name: str, con: duckdb.DuckDBPyConnection) -> None:
    con.execute(WHOLE)
    con.execute(FAULTS[name])
    assert name in [found.split(":")[0] for found in store.check(con)]


@pytest.mark.parametrize("table", ["revisions", "items", "mentions", "claims"])
def test_the_ledger_notices_lost_rows(table: str, con: duckdb.DuckDBPyConnection) -> None:
    con.execute(WHOLE)
    con.execute(f"DELETE FROM store.{table} WHERE rowid = 0")
    assert "rows_missing" in [found.split(":")[0] for found in store.check(con)]


def test_an_item_of_no_known_status_is_noticed(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(WHOLE)
    con.execute("UPDATE store.items SET status = 'lost' WHERE url = 'v'")
    assert [found.split(":")[0] for found in store.check(con)] == ["item_in_two_places"]


# ------------------------------------------------------------------------------------------------ journal

CREATED = {"what": "created", "run_id": "r1", "event_id": "e-1", "mention_id": "m-1"}


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
        assert [x["run_id"] for x in journal.read(path) if x["what"] == "commit"] == ["r1"]


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

HOLDER = "import sys; from pathlib import Path; from warehouse import lock\nwith lock.writer(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"


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


# ------------------------------------------------------------------------------------------------ wire copies

VOCABULARY = [f"mot{n}" for n in range(4000)]


def prose(seed: int, n: int) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=n)


def mixed(shared: int, own: int, seed: int) -> str:
    """A text whose first `shared` words are those of the wire, the rest its own."""
    return " ".join(prose(0, 400)[:shared] + prose(seed, own))


def test_just_over_and_just_under_the_containment(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Of 400 words: half taken over is a copy, a quarter is a quotation; 0.40 lies between."""
    assert CONTAINMENT == 0.40
    wire, half, quarter = (
        article("wire", mixed(400, 0, 1)),
        article("half", mixed(200, 200, 2), 1),
        article("quarter", mixed(100, 300, 3), 2),
    )
    assert load(con, [wire, half, quarter], tmp_path) == {"wire": None, "half": "wire", "quarter": None}


def test_short_texts_are_compared_whole_and_for_a_week(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    brief = " ".join(prose(5, 60))
    over, under = " ".join(prose(5, 60)[:36] + prose(6, 30)), " ".join(prose(5, 60)[:18] + prose(7, 50))
    articles = [
        article("brief", brief),
        article("over", over, 1),
        article("under", under, 2),
        article("late", brief, 24 * 7.5),
    ]
    assert load(con, articles, tmp_path) == {"brief": None, "over": "brief", "under": None, "late": None}


def test_groups_are_stars_not_chains(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """B copies A and adds a lead; C takes B's lead alone: C is no copy of A."""
    a, lead, rest = prose(11, 300), prose(12, 300), prose(13, 250)
    texts = {"a": a, "b": lead + a, "c": lead + rest}
    found = load(con, [article(k, " ".join(t), n) for n, (k, t) in enumerate(texts.items())], tmp_path)
    assert found == {"a": None, "b": "a", "c": None}


def test_an_earlier_original_that_comes_late_takes_the_group_over(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    load(con, [article("second", mixed(400, 0, 1), 2), article("third", mixed(380, 20, 2), 3)], tmp_path)
    assert load(con, [article("first", mixed(400, 10, 3), 1)], tmp_path) == {
        "first": None,
        "second": "first",
        "third": "first",
    }
    assert store.check(con) == []


def test_what_twenty_articles_of_an_outlet_share_is_its_boilerplate(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    foot = prose(20, 150)
    articles = [article(f"a{n}", " ".join(prose(100 + n, 100) + foot), n, outlet="un") for n in range(22)]
    assert set(load(con, articles, tmp_path).values()) == {None}


@settings(OVER_DB, max_examples=12)
@given(
    kinds=st.lists(st.sampled_from(["wire", "edit", "cut", "other", "brief"]), min_size=2, max_size=7),
    batches=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
)
def test_groups_do_not_depend_on_the_order_of_arrival(
    kinds: list[str], batches: int, order: random.Random, tmp_path: Path
) -> None:
    make = {
        "wire": lambda n: mixed(400, 0, n),
        "edit": lambda n: mixed(400, 60, 50 + n),
        "cut": lambda n: mixed(300, 0, n),
        "other": lambda n: " ".join(prose(500 + n, 300)),
        "brief": lambda n: " ".join(prose(9, 50) + prose(700 + n, 10)),
    }
    articles = [article(f"a{n}", make[kind](n), n) for n, kind in enumerate(kinds)]

    def grouped(sequence: list[Article], size: int) -> dict[str, str | None]:
        path = tmp_path / "order.duckdb"
        path.unlink(missing_ok=True)
        con = store.open_state(path)
        try:
            found: dict[str, str | None] = {}
            for first in range(0, len(sequence), size):
                found = load(con, sequence[first : first + size], tmp_path)
            assert store.check(con) == []
            return found
        finally:
            con.close()

    expected = grouped(articles, len(articles))
    shuffled = list(articles)
    order.shuffle(shuffled)
    assert grouped(shuffled, max(1, len(articles) // batches)) == expected


# ------------------------------------------------------------------------------------------------ the dead of a mention

CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["JNIM", "MALI_FORCES", "LOCAL_SOURCE"]),
        st.sampled_from(["toll", "toll", "toll", "denial"]),
        st.sampled_from(["military", "civilians", "assailants", "unspecified", None]),
        st.sampled_from(["killed", "killed", "wounded", None]),
        st.none() | st.integers(0, 60),
        st.none() | st.integers(0, 60),
    ),
    max_size=8,
)


@OVER_DB
@given(claims=CLAIMS)
def test_the_view_of_the_dead_is_the_rule_in_python(claims: list[tuple[Any, ...]], tmp_path: Path) -> None:
    said = [
        (who, kind, victims, outcome, low, max(low or 0, high) if high is not None else None)
        for who, kind, victims, outcome, low, high in claims
    ]
    path = tmp_path / "killed.duckdb"
    con = store.open_state(path)
    try:
        con.execute("DELETE FROM store.claims")
        store.insert(
            con,
            "store.claims",
            (
                {
                    "claim_id": f"c{n}",
                    "mention_id": "m",
                    "article_id": "a",
                    "revision": 1,
                    "claimant": who,
                    "kind": kind,
                    "victims": victims,
                    "outcome": outcome,
                    "low": low,
                    "high": high,
                }
                for n, (who, kind, victims, outcome, low, high) in enumerate(said)
            ),
            tmp_path,
        )
        view = [(k["low"], k["high"]) for (killed,) in many(con, "SELECT killed FROM store.killed") for k in killed]
    finally:
        con.close()
    stated = [
        consensus.Stated("a", "a", who, kind, victims, outcome, low, high, "primary")
        for who, kind, victims, outcome, low, high in said
    ]
    assert sorted(view) == sorted(consensus.killed(stated).values())
