"""The checks that must return no row, each on its fault; the view of the dead against the rule in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers import OVER_DB, many
from veille.events import consensus
from warehouse import store

WHOLE = """
INSERT INTO store.feeds (feed_id, outlet, is_enabled) VALUES ('f', 'F', true);
INSERT INTO store.items (url, feed_id, first_seen_at, status, attempts, article_id)
    VALUES ('u', 'f', '2024-03-12T09:00:00Z', 'article', 1, 'a'),
           ('v', 'f', '2024-03-12T09:00:00Z', 'pending', 0, NULL);
INSERT INTO store.revisions (article_id, revision, url, title, text, run_id)
    VALUES ('a', 1, 'u', 'Titre', 'Texte', 'r');
INSERT INTO store.articles (article_id, revision, url, outlet, published_at, looks)
    VALUES ('a', 1, 'u', 'F', '2024-03-12T09:00:00Z', 0);
INSERT INTO store.mentions (mention_id, article_id, revision, role, date_flag) VALUES ('m', 'a', 1, 'primary', '');
INSERT INTO store.claims (claim_id, mention_id, article_id, revision, kind) VALUES ('c', 'm', 'a', 1, 'denial');
INSERT INTO store.links VALUES ('m', 'e', 1.0);
INSERT INTO store.events (event_id) VALUES ('e');
INSERT INTO store.runs (run_id, started_at, ended_at) VALUES ('r', '2024-03-12T09:00:00Z', '2024-03-12T09:00:00Z');
INSERT INTO store.ledger (run_id, table_name, n_rows)
    VALUES ('r', 'revisions', 1), ('r', 'new items', 2), ('r', 'mentions', 1), ('r', 'claims', 1);
"""
FAULTS = {
    "article_without_text": "UPDATE store.articles SET revision = 2",
    "claim_without_mention": "UPDATE store.claims SET mention_id = 'lost'",
    "copy_of_copy": """
        INSERT INTO store.revisions (article_id, revision, url) VALUES ('b', 1, 'x'), ('d', 1, 'y');
        INSERT INTO store.articles (article_id, revision, url, copy_of, looks)
            VALUES ('b', 1, 'x', 'a', 0), ('d', 1, 'y', 'b', 0)""",
    "duplicate_ids": "INSERT INTO store.events (event_id) VALUES ('e')",
    "event_without_report": "UPDATE store.mentions SET role = 'background'",
    "item_in_two_places": "INSERT INTO store.items SELECT * REPLACE ('rejected' AS status) FROM store.items",
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
        consensus.CurrentClaim("a", "a", who, kind, victims, outcome, low, high, "primary")
        for who, kind, victims, outcome, low, high in said
    ]
    assert sorted(view) == sorted(consensus.killed(stated).values())
