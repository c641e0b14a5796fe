"""The published warehouse, read-only: what people ask of it, and what commands show of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from veille.codes import Change
from veille.errors import SettingError, WorkFailed
from veille.records.articles import Article
from veille.reference.countries import timezone_of
from warehouse.store import DAMAGE, Con, Row, Transaction, rows, sql, unreadable

Answer = tuple[list[str], list[tuple[Any, ...]]]


@contextlib.contextmanager
def reading(file: Path) -> Iterator[Con]:
    """Open the published file in UTC. Raises WorkFailed: nothing is published. Damaged: it cannot be read."""
    if not file.exists():
        raise WorkFailed(f"{file}: nothing is published yet; run `veille ingest` or `veille demo`")
    try:
        con = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise unreadable(file, error) from None
    try:
        con.execute("SET TimeZone = 'UTC'")
        yield con
    finally:
        con.close()


def ask(file: Path, query: str) -> Answer:
    """Return the columns and rows of a query of the user's, which may look at this file and at nothing else.

    Raises SettingError: the query is wrong. WorkFailed, Damaged: as `reading`.
    """
    with reading(file) as con:
        try:
            con.execute("SET enable_external_access = false; SET lock_configuration = true")
            cursor = con.execute(query)
            if cursor is None:  # nothing but comments and semicolons
                raise SettingError('sql: the query is empty; try `veille sql "SELECT * FROM events"`')
            return [d[0] for d in cursor.description or ()], cursor.fetchall()
        except DAMAGE as error:
            raise unreadable(file, error) from None
        except duckdb.Error as error:
            raise SettingError(f"sql: {_told(error)}") from None
        except (ValueError, OverflowError) as error:
            raise SettingError(f"sql: a value cannot be shown ({error}); cast it to VARCHAR") from None


def _told(error: Exception) -> str:
    """The first line of DuckDB's message, with its hint where it has one."""
    lines = [x.strip() for x in str(error).split("\n") if x.strip()]
    hint = next((x for x in lines[1:] if x.startswith(("Did you mean", "Candidate"))), "")
    return " ".join(filter(None, (lines[0] if lines else "", hint)))


@contextlib.contextmanager
def scratch(con: Con) -> Iterator[Transaction]:
    """Give the functions that stage temporary tables what they need on a read-only file."""
    with tempfile.TemporaryDirectory() as folder:
        yield Transaction(con, Path(folder), "", dt.datetime.now(dt.UTC))


def find_article(con: Con, wanted: str) -> Article | None:
    """Return the current revision of an article, by its id or address."""
    found = rows(con, sql("queries/find_article"), {"wanted": wanted})
    if not found:
        return None
    r = found[0]
    zone = r["timezone"] or timezone_of(r["country"])
    return Article(**{**r, "authors": tuple(r["authors"] or ()), "timezone": zone})


def event(con: Con, event_id: str) -> Row | None:
    """Return the row of an event."""
    return next(iter(rows(con, "SELECT * FROM events WHERE event_id = $id", {"id": event_id})), None)


def event_reports(con: Con, event_id: str) -> list[Row]:
    """Return the articles of an event with what they say of it, the earliest first."""
    return rows(con, sql("queries/event_reports"), {"event_id": event_id})


def evidence(con: Con, event_id: str) -> list[Row]:
    """Return why the articles of an event are linked to it, the weightiest evidence first."""
    query = "SELECT * FROM why_linked WHERE event_id = $id ORDER BY weight DESC, feature"
    return rows(con, query, {"id": event_id})


def history(con: Con, event_id: str) -> list[Row]:
    """Return what became of an event since it was founded."""
    query = 'SELECT * FROM event_history WHERE event_id = $id AND what <> $created ORDER BY "at"'
    return rows(con, query, {"id": event_id, "created": str(Change.CREATED)})


def demo_event(con: Con) -> Row | None:
    """Return the event that the demo shows: Niafounké, 24 November 2023."""
    return next(iter(rows(con, sql("queries/demo_event"))), None)


def claims_by_side(con: Con, event_id: str) -> Sequence[Row]:
    """Return what each side says of an event; copies of one wire text count once."""
    return rows(con, sql("queries/claims_by_side"), {"event": event_id})


def articles_of(con: Con, event_id: str) -> Sequence[Row]:
    """Return which articles report an event, and which of them are copies."""
    return rows(con, sql("queries/articles_of_event"), {"event": event_id})
