"""`veille sql`: the published warehouse, read-only, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from typing import Any

from veille import settings as config
from veille.cleaning import one_line
from veille.errors import SettingError
from veille_sahel.terminal import read_stdin
from warehouse.published import ask

WIDEST = 48


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("query", nargs="?", help="the query; read from standard input if left out")
    parser.add_argument("--format", choices=tuple(_FORMATS), default="table")


def run(args: argparse.Namespace) -> int:
    """Print the result of one query. SettingError: it is empty or wrong."""
    query = args.query if args.query is not None else _read_stdin()
    try:
        query.encode()
    except UnicodeEncodeError:
        raise SettingError("sql: the query is no UTF-8") from None
    if not query.strip():
        raise SettingError('sql: the query is empty; try `veille sql "SELECT * FROM events"`')
    names, found = ask(config.load().published_file, query)
    _FORMATS[args.format](names, found)
    return 0


def _read_stdin() -> str:
    try:
        return read_stdin().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingError("sql: the query is no UTF-8") from None


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
    rows = [dict(zip(_distinct(names), map(_plain, row), strict=True)) for row in found]
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=1, default=str, allow_nan=False)
    print()


def _distinct(names: list[str]) -> list[str]:
    """Column names as keys: a second "n" is "n_2", so that no value is lost."""
    used: dict[str, int] = {}
    out = []
    for name in names:
        used[name] = used.get(name, 0) + 1
        out.append(name if used[name] == 1 else f"{name}_{used[name]}")
    return out


def _plain(value: Any) -> Any:
    """A value that JSON can hold: no NaN, no infinity, text for keys."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {k if isinstance(k, str) else str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


_FORMATS = {"table": _table, "csv": _csv, "json": _json}
