"""How much the events of a warehouse hang on its ids, which are hashes of addresses and say nothing.

    python benchmarks/salts.py STATE [--salts 10]

STATE is the `state.duckdb` of a home. All its reports are linked at once, under other ids each time; two results are
compared by B³ (of each report: how much of its event is the same). The same articles must give the same events: at least .99.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.linking import Report
from warehouse import store
from warehouse.events import reports_of

Events_ = Mapping[str, str]  # report to event


def salted(reports: Sequence[Report], salt: str) -> tuple[list[Report], dict[str, str]]:
    """Return the reports under other ids, in the order of these, and the old id of each new one."""

    def other(old: str) -> str:
        return old[:2] + hashlib.sha256(f"{salt}|{old}".encode()).hexdigest()[:14]

    new = [
        replace(
            r,
            mention_id=other(r.mention_id),
            root=other(r.root),
            article_id=other(r.article_id),
            wire=other(r.wire),
        )
        for r in reports
    ]
    return sorted(new, key=lambda r: r.mention_id), {other(r.mention_id): r.mention_id for r in reports}


def linked(reports: Sequence[Report], salt: str = "") -> dict[str, str]:
    """Return the event of each report (by its own id) where all are linked at once, under ids of this salt."""
    new, own = salted(reports, salt)
    events = Events({})
    link_reports(new, events)
    reassign(events, list(events.members))
    return {own[r.mention_id]: event for event, members in events.members.items() for r in members}


def b_cubed(a: Events_, b: Events_) -> float:
    """Return F1 of precision and recall over the reports that both link.

    >>> b_cubed({"x": "1", "y": "1"}, {"x": "7", "y": "7"}), b_cubed({"x": "1", "y": "1"}, {"x": "7", "y": "8"})
    (1.0, 0.6666666666666666)
    """
    both = sorted(set(a) & set(b))

    def groups(of: Events_) -> dict[str, set[str]]:
        return {i: {j for j in both if of[j] == of[i]} for i in both}

    mine, theirs = groups(a), groups(b)
    shared = [len(mine[i] & theirs[i]) for i in both]
    precision = sum(s / len(mine[i]) for i, s in zip(both, shared, strict=True)) / len(both)
    recall = sum(s / len(theirs[i]) for i, s in zip(both, shared, strict=True)) / len(both)
    return 2 * precision * recall / (precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description="compare the events of one warehouse under other ids")
    parser.add_argument("state", type=Path)
    parser.add_argument("--salts", type=int, default=10)
    args = parser.parse_args()
    con = store.connect(args.state, read_only=True)
    reports = reports_of(con)
    con.close()
    results = [linked(reports, str(n)) for n in range(args.salts)]
    values = [b_cubed(a, b) for a, b in itertools.combinations(results, 2)]
    counts = [len(set(r.values())) for r in results]
    print(
        f"{len(reports)} reports, {min(counts)} to {max(counts)} events, {min(len(r) for r in results)} linked at least"
    )
    print(f"B3 between {args.salts} salts: least {min(values):.4f}, mean {sum(values) / len(values):.4f}")


if __name__ == "__main__":
    main()
