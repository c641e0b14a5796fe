#!/usr/bin/env python3
"""People who query the published file while it is replaced a hundred times: errors on either side, and torn snapshots?

    python -m campaigns.readers [--publishes 100] [--readers 4]

Each publish adds a thousand rows to two tables, so that a reader can tell a torn snapshot: their counts must be the same.
Half of the readers open the file anew for each query, half keep it open for many.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.synchronize
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from warehouse.publish import publish
from warehouse.store import open_state

_COUNTS = (
    "SELECT (SELECT count(*) FROM store.ledger), (SELECT count(*) FROM store.shingles), (SELECT count(*) FROM events)"
)
Event = multiprocessing.synchronize.Event


def read(path: Path, is_over: Event, keeps: bool, told: multiprocessing.Queue[tuple[int, int, str]]) -> None:
    """Query until the end; tells queries made, snapshots seen, and the first error."""
    n, seen, error = 0, set(), ""
    try:
        while not is_over.is_set():
            with duckdb.connect(str(path), read_only=True) as con:
                first = None
                for _ in range(40 if keeps else 1):
                    ledger, shingles, _ = con.execute(_COUNTS).fetchall()[0]
                    first = ledger if first is None else first
                    n += 1
                    seen.add(ledger)
                    if ledger != shingles or ledger != first:
                        raise AssertionError(f"torn: {ledger} and {shingles} rows, {first} before")
    except Exception as problem:  # what a reader meets is what is measured
        error = f"{type(problem).__name__}: {problem}"
    told.put((n, len(seen), error))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=4)
    args = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        state, published = Path(scratch) / "state.duckdb", Path(scratch) / "sahel.duckdb"
        open_state(state).close()
        publish(state, published)
        is_over, told = context.Event(), context.Queue()
        readers = [
            context.Process(target=read, args=(published, is_over, bool(n % 2), told)) for n in range(args.readers)
        ]
        for reader in readers:
            reader.start()
        longest, started = 0.0, time.monotonic()
        for n in range(args.publishes):
            con = open_state(state)
            con.execute("INSERT INTO store.ledger BY NAME SELECT 'r' AS run_id, i AS n_rows FROM range(1000) t(i)")
            con.execute(
                "INSERT INTO store.shingles BY NAME SELECT 1 AS kind, hash(i, ?) AS hash, 'a' AS article_id FROM range(1000) t(i)",
                [n],
            )
            con.execute("CHECKPOINT")
            con.close()
            begun = time.monotonic()
            publish(state, published)
            longest = max(longest, time.monotonic() - begun)
        seconds = time.monotonic() - started
        is_over.set()
        found = [told.get(timeout=60) for _ in readers]
        for reader in readers:
            reader.join()
        size = published.stat().st_size / (1 << 20)
    errors = [error for _, _, error in found if error]
    print(f"{args.publishes} publishes in {seconds:.0f} s, the longest {longest:.2f} s ({size:.0f} MiB at the end)")
    print(
        f"{sum(n for n, _, _ in found)} queries by {args.readers} readers over {sum(s for _, s, _ in found)} snapshots; errors: {errors or 0}"
    )
    return int(bool(errors) or not all(n for n, _, _ in found))


if __name__ == "__main__":
    sys.exit(main())
