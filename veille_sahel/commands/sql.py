"""`veille sql`: the published warehouse, read-only, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from typing import Any

from veille import settings as config
from veille.cleaning import one_line
from veille.errors import SettingError
from warehouse.published import ask

WIDEST = 48


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("query", nargs="?", help="the query; read from standard input if left out")
    parser.add_argument("--format", choices=tuple(_FORMATS), default="table")


def run(args: argparse.Namespace) -> int:
    """Print the result of one query. SettingError: it is empty or wrong."""
    query = args.query if args.query is not None else sys.stdin.read()
    if not query.strip():
        raise SettingError('sql: the query is empty; try `veille sql "SELECT * FROM events"`')
    names, found = ask(config.load().published_file, query)
    _FORMATS[args.format](names, found)
    return 0


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
    rows = [dict(zip(names, row, strict=True)) for row in found]
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=1, default=str)
    print()


_FORMATS = {"table": _table, "csv": _csv, "json": _json}
