"""Do two versions of the project make the same warehouse? For changes of form, which must not change a row.

    python benchmarks/same_warehouse.py make HOME [--project DIR] [--module flows.cli] [--corpus DIR]
    python benchmarks/same_warehouse.py compare HOME_A HOME_B

`make` serves the corpus on loopback, at a fixed port and with a fixed present, and runs one version of the project over it:
places imported, an ingest in the middle of the corpus, one at its end, a relink of everything, a rebuild; the warehouse is
kept after each. `compare` holds two such homes against each other, table by table and row by row. Left out: ids of runs,
times of the wall clock (those of commands that know no `--now`), places in the raw archive (its files bear the number of a
process), the order of lists of records, columns that only one side has.
The wording of `why_linked.detail` is compared apart: pairs that differ are listed, and are no difference.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PORT = 8941
#: The present of the two ingests, in the middle and at the end of the corpus.
PRESENTS = ("2023-12-05T06:00:00Z", "2025-07-01T06:00:00Z")
STAGES = ("middle", "end", "relinked", "rebuilt")
#: What is after this day was stamped by the wall clock.
WALL_CLOCK = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LEFT_OUT = {"run_id", "applied_at", "sha256", "seconds", "ended_at", "content_hash", "raw_ref"}
#: Tables about the file itself, not about the news.
OWN = {"migrations", "views", "ledger", "warehouse_info"}
WIDTH = 300
Rows = Counter[tuple[Any, ...]]


def make(home: Path, project: Path, module: str, corpus: Path) -> None:
    """Run one version of the project over the corpus, and keep the warehouse after each stage."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    veille = [sys.executable, "-m", module]
    env = {
        **os.environ,
        "VEILLE_HOME": str(home / "home"),
        "VEILLE_FEEDS": str(home / "feeds.toml"),
        "VEILLE_HOST_DELAY": "0",
        "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24",
        "PYTHONPATH": str(project),
    }

    def run(*args: str) -> None:
        subprocess.run([*veille, *args], cwd=project, env=env, check=True, stdout=subprocess.DEVNULL)

    def keep(stage: str) -> None:
        shutil.copy(home / "home" / "sahel.duckdb", home / f"{stage}.duckdb")

    run("gazetteer", "update", "--from", str(SHARED / "geo" / "dumps"))
    for stage, now in zip(STAGES, PRESENTS, strict=False):
        with _serving(home, corpus, now):
            run("ingest", "--force", "--now", now)
        keep(stage)
    run("relink", "--since", "2023-01-01")
    keep("relinked")
    run("rebuild")
    keep("rebuilt")


class _serving:
    """The press with its clock at a given time, until the block ends."""

    def __init__(self, home: Path, corpus: Path, now: str) -> None:
        options = ["--port", str(PORT), "--feed-length", "0", "--now", now, "--feeds-out", str(home / "feeds.toml")]
        command = [sys.executable, str(SHARED / "press" / "press.py"), str(corpus), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def compare(a: Path, b: Path) -> int:
    """Print every difference; 0 if there is none."""
    n_different = 0
    for stage in STAGES:
        one, two = (duckdb.connect(str(home / f"{stage}.duckdb"), read_only=True) for home in (a, b))
        tables = sorted(_tables(one) & _tables(two))
        print(f"{stage}: {len(tables)} tables and views, {sum(len(_columns(one, t)) for t in tables)} columns")
        n_different += sum(_differs(stage, name, one, two) for name in tables)
        for gone in sorted(_tables(one) ^ _tables(two)):
            print(f"  only one side has {gone}")
    print("the same warehouse" if not n_different else f"{n_different} tables differ")
    return 1 if n_different else 0


def _tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    query = "SELECT table_schema || '.' || table_name FROM information_schema.tables"
    return {r[0] for r in con.execute(query).fetchall() if r[0].split(".")[1] not in OWN}


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [r[0] for r in con.execute(f"DESCRIBE {table}").fetchall() if r[0] not in LEFT_OUT]


def _differs(stage: str, table: str, one: duckdb.DuckDBPyConnection, two: duckdb.DuckDBPyConnection) -> bool:
    names = [c for c in _columns(one, table) if c in _columns(two, table)]
    if table.endswith(".why_linked"):
        _list_details(table, one, two)
        names.remove("detail")
    mine, theirs = (_rows(con, table, names) for con in (one, two))
    left, right = mine - theirs, theirs - mine
    if left or right:
        print(f"  {stage} {table}: {mine.total()} and {theirs.total()} rows, {left.total()} and {right.total()} differ")
        for mark, rows in (("-", left), ("+", right)):
            for row in list(rows)[:3]:
                print(
                    f"    {mark} {', '.join(f'{n}={v}' for n, v in zip(names, row, strict=True) if v is not None)}"[
                        :WIDTH
                    ]
                )
    return bool(left or right)


def _rows(con: duckdb.DuckDBPyConnection, table: str, names: list[str]) -> Rows:
    columns = ", ".join(f'"{n}"' for n in names)
    found = con.execute(f"SELECT {columns} FROM {table}").fetchall()
    return Counter(tuple(_plain(v) for v in row) for row in found)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.astimezone(dt.UTC) >= WALL_CLOCK:
        return "wall clock"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return repr(sorted(value, key=repr))
    return repr(value) if isinstance(value, list | dict) else value


def _list_details(table: str, one: duckdb.DuckDBPyConnection, two: duckdb.DuckDBPyConnection) -> None:
    """Pairs of wordings that differ, of evidence that is otherwise the same."""
    names = [c for c in _columns(one, table) if c != "detail"] + ["detail"]
    mine, theirs = (_rows(con, table, names) for con in (one, two))
    changed = {row[:-1]: row[-1] for row in theirs - mine}
    for row in list(mine - theirs)[:20]:
        print(f"  wording of {table}: {row[-1]!r} is now {changed.get(row[:-1])!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    making = parts.add_parser("make")
    making.add_argument("home", type=Path)
    making.add_argument("--project", type=Path, default=ROOT)
    making.add_argument("--module", default="veille_sahel")
    making.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    comparing = parts.add_parser("compare")
    comparing.add_argument("a", type=Path)
    comparing.add_argument("b", type=Path)
    args = parser.parse_args()
    if args.part == "compare":
        return compare(args.a, args.b)
    make(args.home.resolve(), args.project.resolve(), args.module, args.corpus.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
