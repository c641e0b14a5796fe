"""The writer's file: open, migrate, load in bulk, check.

Everything is loaded as newline-delimited JSON (`read_json` does 60 thousand rows per second, executemany 8), and always
fetched whole: DuckDB 2 refuses a statement while a result is open.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from veille.errors import Damaged

HERE = Path(__file__).parent
MEMORY_LIMIT = "384MB"
Con = duckdb.DuckDBPyConnection
Row = dict[str, Any]
Params = Sequence[Any] | Mapping[str, Any]
#: What DuckDB raises where a file is not what it wrote: damaged pages, a cut file, a write-ahead log of another file.
DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_STAGED = re.compile(r"CREATE OR REPLACE TEMP TABLE (\w+) .*?;", re.DOTALL)


class Loaded(NamedTuple):
    """What an insert brought, for the ledger: how many rows, and their hash."""

    n_rows: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction of one run, as the functions of this package need it.

    `scratch` is a folder of its own for loads; `now` is the run's present, which stamps rows as `run_id` does.
    """

    con: Con
    scratch: Path
    run_id: str
    now: dt.datetime

    def rows(self, query: str, params: Params | None = None) -> list[Row]:
        """Return all rows of a query as dicts."""
        return rows(self.con, query, params)

    def ask(self, name: str, params: Params | None = None) -> list[Row]:
        """Return all rows of the query in warehouse/queries/NAME.sql."""
        return rows(self.con, sql(f"queries/{name}"), params)

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> None:
        """Execute every statement of warehouse/queries/NAME.sql."""
        run(self.con, f"queries/{name}", params)

    def insert(self, table: str, records: Iterable[Mapping[str, Any]]) -> Loaded:
        """Append records to a table in bulk."""
        return insert(self.con, table, records, self.scratch)

    def stage(self, table: str, records: Iterable[Mapping[str, Any]]) -> Loaded:
        """Make a temporary table of `staging.sql` anew and fill it."""
        self.con.execute(_staging()[table])
        return insert(self.con, table, records, self.scratch)


@cache
def sql(name: str) -> str:
    """Return the text of a file under warehouse/, such as "queries/due_items"."""
    return (HERE / f"{name}.sql").read_text("utf-8")


@cache
def _staging() -> dict[str, str]:
    """The statement of `staging.sql` that makes each temporary table."""
    return {m[1]: m[0] for m in _STAGED.finditer(sql("staging"))}


def open_state(path: Path) -> Con:
    """Open the writer's file, bring it to the newest schema, and set its views.

    Raises Damaged: the file cannot be read, is newer than this code, or a released migration was edited.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    con = connect(path)
    try:
        _migrate(con, path)
    except DAMAGE as error:
        con.close()
        raise unreadable(path, error) from error
    except BaseException:
        con.close()
        raise
    return con


def compact(path: Path) -> None:
    """Write a file of ours anew, so that nothing of what was deleted is left in its free blocks."""
    fresh = path.with_name(".state.compact.duckdb")
    for left in (fresh, fresh.with_name(fresh.name + ".wal")):
        left.unlink(missing_ok=True)
    con = open_state(fresh)
    try:
        quoted = str(path).replace("'", "''")
        con.execute(f"ATTACH '{quoted}' AS old (READ_ONLY)")
        kept = rows(con, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' AND schema_name = 'store'")
        con.execute("BEGIN")
        for name in sorted(r["table_name"] for r in kept):
            con.execute(f"DELETE FROM store.{name}; INSERT INTO store.{name} BY NAME FROM old.store.{name}")  # noqa: S608
        con.execute("COMMIT; DETACH old; CHECKPOINT")
    finally:
        con.close()
    os.replace(fresh, path)


def connect(path: Path, read_only: bool = False) -> Con:
    """Open a file in UTC with a bounded memory. Raises Damaged: DuckDB cannot read it."""
    try:
        con = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise Damaged(f"{path}: cannot be opened ({first_line(error)})", cure=Damaged.DOCTOR) from error
    con.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{MEMORY_LIMIT}'; SET threads = 2")
    con.execute("SET preserve_insertion_order = true")
    return con


def unreadable(path: Path, error: duckdb.Error) -> Damaged:
    """Say in a sentence that a file cannot be read."""
    return Damaged(f"{path}: cannot be read ({first_line(error)})", cure=Damaged.DOCTOR)


def rows(con: Con, query: str, params: Params | None = None) -> list[Row]:
    """Return all rows of a query as dicts."""
    cursor = con.execute(query, params) if params is not None else con.execute(query)
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, r, strict=True)) for r in cursor.fetchall()]


def run(con: Con, name: str, params: Mapping[str, Any] | None = None) -> None:
    """Execute every statement of a file under warehouse/, each with those of the parameters that it names."""
    for statement in con.extract_statements(sql(name)):
        named = {k: v for k, v in (params or {}).items() if k in statement.named_parameters}
        con.execute(statement, named) if named else con.execute(statement)


def insert(con: Con, table: str, records: Iterable[Mapping[str, Any]], scratch: Path) -> Loaded:
    """Append records to a table in bulk; keys that are no column are an error."""
    columns = _columns(con, table)
    lines = [_line(r, columns, table) for r in records]
    if not lines:
        return Loaded(0, "")
    payload = "\n".join(lines).encode("utf-8", "replace")  # a lone surrogate: better a "?" than no load at all
    file = scratch / "load.ndjson"
    file.write_bytes(payload)
    spec = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    source = f"read_json(?, format='newline_delimited', columns={{{spec}}}, maximum_object_size=8388608)"
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {source}", [str(file)])  # noqa: S608 - our own names
    file.unlink()
    return Loaded(len(lines), hashlib.sha256(payload).hexdigest()[:16])


def check(con: Con) -> list[str]:
    """Run warehouse/checks/*.sql, each a SELECT that must return no row; the names and first rows of those that do."""
    found = []
    for file in sorted((HERE / "checks").glob("*.sql")):
        bad = con.execute(file.read_text("utf-8")).fetchall()
        if bad:
            found.append(f"{file.stem}: {len(bad)} rows, such as {bad[0]}")
    return found


def _columns(con: Con, table: str) -> dict[str, str]:
    return {r[0]: r[1] for r in con.execute(f"DESCRIBE {table}").fetchall()}


def _line(record: Mapping[str, Any], columns: Mapping[str, str], table: str) -> str:
    for key in record:
        if key not in columns:
            raise KeyError(f"{table} has no column {key}")
    return json.dumps(record, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    raise TypeError(f"cannot store {type(value).__name__}")


def _migrate(con: Con, path: Path) -> None:
    con.execute("CREATE SCHEMA IF NOT EXISTS store")
    con.execute(
        "CREATE TABLE IF NOT EXISTS store.migrations"
        " (number INTEGER, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMPTZ)"
    )
    for file in outstanding(con, path):
        text = file.read_text("utf-8")
        con.execute("BEGIN")
        con.execute(text)
        values = [int(file.name[:4]), file.stem, _digest(text)]
        con.execute("INSERT INTO store.migrations VALUES (?, ?, ?, now())", values)
        con.execute("COMMIT")
    _set_views(con)


def outstanding(con: Con, path: Path) -> list[Path]:
    """List the migrations that the file still lacks.

    Raises Damaged: it is newer than this code, or a migration was edited since it was applied.
    """
    applied = dict(con.execute("SELECT number, sha256 FROM store.migrations ORDER BY number").fetchall())
    known = {int(f.name[:4]): f for f in sorted((HERE / "migrations").glob("[0-9]*.sql"))}
    if applied and max(applied) > max(known):
        text = f"{path}: schema {max(applied)} is newer than this code ({max(known)})"
        raise Damaged(text, cure="update veille-sahel", is_whole=True)
    for number, digest in applied.items():
        if number in known and digest != _digest(known[number].read_text("utf-8")):
            stem = known[number].stem
            raise Damaged(f"{path}: migration {stem} was edited after it was applied", cure="restore the released file")
    return [file for number, file in known.items() if number not in applied]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _set_views(con: Con) -> None:
    """(Re)create the public views where their text changed since the file was last opened."""
    text = "\n".join(f.read_text("utf-8") for f in sorted((HERE / "views").glob("*.sql")))
    digest = _digest(text)
    con.execute("CREATE TABLE IF NOT EXISTS store.views (sha256 VARCHAR)")
    if con.execute("SELECT sha256 FROM store.views").fetchall() == [(digest,)]:
        return
    con.execute("BEGIN")
    con.execute(text)
    con.execute("DELETE FROM store.views")
    con.execute("INSERT INTO store.views VALUES (?)", [digest])
    con.execute("COMMIT")


def first_line(error: Exception) -> str:
    """Return the first line of a message of DuckDB's."""
    return re.sub(r"\s+", " ", str(error).split("\n")[0])[:200]
