"""`veille sql`: the published warehouse, read-only, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from veille import settings as config
from veille.cleaning import one_line
from veille.errors import SettingError, WorkFailed
from warehouse.store import DAMAGE

WIDEST = 48


def run_query(query: str, form: str) -> int:
    """Print the result of one query.

    Raises SettingError: the query is empty or wrong. WorkFailed: nothing is published yet, or it cannot be read.
    """
    if not query.strip():
        raise SettingError('sql: the query is empty; try `veille sql "SELECT * FROM events"`')
    names, found = _fetch(config.load().published_file, query)
    {"table": _table, "csv": _csv, "json": _json}[form](names, found)
    return 0


def _fetch(file: Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    if not file.exists():
        raise WorkFailed(f"{file}: nothing is published yet; run `veille ingest` or `veille demo`")
    try:
        con = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise WorkFailed(f"{file}: cannot be read ({_first(error)}); run `veille doctor`") from None
    try:
        con.execute("SET TimeZone = 'UTC'; SET enable_external_access = false; SET lock_configuration = true")
        cursor = con.execute(query)
        return [d[0] for d in cursor.description or ()], cursor.fetchall()
    except DAMAGE as error:
        raise WorkFailed(f"{file}: cannot be read ({_first(error)}); run `veille doctor`") from None
    except duckdb.Error as error:
        raise SettingError(f"sql: {_first(error)}") from None
    finally:
        con.close()


def _first(error: Exception) -> str:
    lines = [x.strip() for x in str(error).split("\n") if x.strip()]
    hint = next((x for x in lines[1:] if x.startswith(("Did you mean", "Candidate"))), "")
    return " ".join(filter(None, (lines[0] if lines else "", hint)))


def _table(names: list[str], found: list[tuple[Any, ...]]) -> None:
    shown = [[_shown(v) for v in row] for row in found]
    widths = [max([len(n), *(len(row[i]) for row in shown)]) for i, n in enumerate(names)]
    print("  ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)).rstrip())
    print("  ".join("-" * w for w in widths))
    for row in shown:
        print("  ".join(v.ljust(w) for v, w in zip(row, widths, strict=True)).rstrip())
    print(f"({len(found)} row{'s' if len(found) != 1 else ''})")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return one_line(text, WIDEST)


def _csv(names: list[str], found: list[tuple[Any, ...]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    writer.writerows(found)


def _json(names: list[str], found: list[tuple[Any, ...]]) -> None:
    json.dump(
        [dict(zip(names, row, strict=True)) for row in found], sys.stdout, ensure_ascii=False, indent=1, default=str
    )
    print()
