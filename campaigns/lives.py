"""Sequences of what happens to a warehouse over years, each with a rebuild at its end (`tests.lives`).

python -m campaigns.lives [--sequences 2000] [--seed 1] [--workers 2]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.lives import WHAT, live

Sequence = list[tuple[str, int, int]]


def main() -> int:
    parser = argparse.ArgumentParser(
        description="live sequences of edits, corrections, relinks, forgetting and rebuilds"
    )
    parser.add_argument("--sequences", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    begun = time.monotonic()
    n_failed = 0
    with ProcessPoolExecutor(args.workers) as pool:
        for number, told in enumerate(pool.map(_lived, _sequences(args.sequences, args.seed)), 1):
            n_failed += bool(told)
            if told and n_failed <= 20:
                print(told, flush=True)
            if number % 50 == 0 or number == args.sequences:
                print(f"{number} sequences, {n_failed} failed, {time.monotonic() - begun:.0f} s", flush=True)
    return int(bool(n_failed))


def _sequences(n: int, seed: int) -> list[Sequence]:
    choose = random.Random(seed)

    def one() -> tuple[str, int, int]:
        return choose.choice(WHAT), choose.randrange(12), choose.randrange(12)

    return [[one() for _ in range(choose.randrange(3, 9))] for _ in range(n)]


def _lived(sequence: Sequence) -> str:
    """What went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            live(Path(folder) / "home", sequence)
        except Exception:  # whatever it is, the sequence is worth knowing
            return f"{sequence}\n{traceback.format_exc(limit=-2)}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
