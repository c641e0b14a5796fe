"""Pages a CPU-second through extraction, beside the bare library with metadata, and the text's F1 of both.

    python benchmarks/pages.py [FOLDER]

FOLDER holds index.jsonl ({"file", "with": [segments the text must hold], "without": [...]}) and the pages; default: the
200 pages beside the project, if they are there. The two run in turn, three times; medians of the ratio are printed.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from veille.codes import TimePrecision
from veille.records.feeds import Item
from veille.text.pages import page_to_article

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "foreign" / "pages.tar.gz"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Row = dict[str, list[str]]
ROUNDS = 3


def ours(page: bytes) -> str:
    item = Item(
        url="http://a.example/",
        feed_id="f",
        outlet="o",
        country="ML",
        timezone=None,
        link="",
        title="",
        summary="",
        content="",
        authors=(),
        published_at=None,
        published_precision=TimePrecision.UNKNOWN,
        first_seen_at=NOW,
    )
    return page_to_article(page, item, NOW).text


def bare(page: bytes) -> str:
    document = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    return getattr(document, "text", "") or ""


def run(extract: Callable[[bytes], str], pages: list[tuple[bytes, Row]]) -> tuple[float, float]:
    """(CPU seconds, F1 over segments)."""
    tp = fp = fn = 0
    begun = time.process_time()
    texts = [extract(page) for page, _ in pages]
    took = time.process_time() - begun
    for text, (_, row) in zip(texts, pages, strict=True):
        hits = sum(s in text for s in row["with"])
        tp, fn, fp = tp + hits, fn + len(row["with"]) - hits, fp + sum(s in text for s in row["without"])
    return took, 2 * tp / max(1, 2 * tp + fp + fn)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        if len(sys.argv) < 2:
            if not SHARED.exists():
                print("bench: skipped, no pages to measure on (give a FOLDER)")
                return 0
            with tarfile.open(SHARED) as archive:
                archive.extractall(folder, filter="data")
            folder = folder / "pages"
        index = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
        pages = [((folder / row["file"]).read_bytes(), row) for row in index]
    ratios, score_ours, score_bare = [], 0.0, 0.0
    for _ in range(ROUNDS):
        cpu_bare, score_bare = run(bare, pages)
        cpu_ours, score_ours = run(ours, pages)
        ratios.append(cpu_bare / cpu_ours)
        print(
            f"pages a CPU-second: ours {len(pages) / cpu_ours:.1f}, bare library with metadata {len(pages) / cpu_bare:.1f}"
        )
    print(
        f"ratio, median of {ROUNDS}: {statistics.median(ratios):.2f}   text F1: ours {score_ours:.3f}, bare library {score_bare:.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
