"""Is a warehouse file whole? Looked at read-only, from a process that may die of it (`veille.sandbox`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from veille.errors import Damaged
from warehouse import store
from warehouse.queue import hosts_of_links


@dataclass(frozen=True, slots=True)
class Health:
    """What was found in a file: `trouble` says why it could not be read ("": it could), `cure` what to do then."""

    trouble: str = ""
    cure: str = ""
    is_whole: bool = False  # the file is well, and this code too old for it
    n_outstanding: int = 0  # migrations that the next run will apply
    planted: tuple[str, ...] = ()  # checks that returned rows
    n_articles: int = 0
    n_pending: int = 0
    run_ids: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    raw_files: frozenset[str] = frozenset()
    feeds: tuple[store.Row, ...] = field(default=())
    links: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # feed_id: host: n items


def examine(path: Path) -> Health:
    """Read all that a check needs; never raises for what can be wrong with a file."""
    try:
        con = store.connect(path, read_only=True)
    except Damaged as error:
        return Health(error.what, error.cure)
    try:
        n_outstanding = len(store.outstanding(con, path))
        return Health(n_outstanding=n_outstanding) if n_outstanding else _contents(con)
    except Damaged as error:
        return Health(error.what, error.cure, error.is_whole)
    except duckdb.Error as error:
        return Health(f"{path}: cannot be read ({store.first_line(error)})")
    finally:
        con.close()


def _contents(con: duckdb.DuckDBPyConnection) -> Health:
    def column(query: str) -> list[Any]:
        return [r[0] for r in con.execute(query).fetchall()]

    for table in column("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY ALL"):
        con.execute(f'SELECT bit_xor(hash(t)) FROM store."{table}" t').fetchall()  # noqa: S608 - reads every block once
    return Health(
        planted=tuple(store.check(con)),
        n_articles=column("SELECT count(*) FROM articles")[0],
        n_pending=column("SELECT count(*) FROM pending")[0],
        run_ids=frozenset(column("SELECT run_id FROM store.runs")),
        event_ids=frozenset(column("SELECT DISTINCT event_id FROM store.event_history WHERE what = 'created'")),
        raw_files=frozenset(
            column("SELECT DISTINCT split_part(raw_ref, ':', 1) FROM store.revisions WHERE raw_ref <> ''")
        ),
        feeds=tuple(store.rows(con, "SELECT feed_id, status, last_error, ailment FROM feed_health ORDER BY feed_id")),
        links=hosts_of_links(con),
    )
