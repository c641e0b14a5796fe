"""How good is linking by itself? Baselines, ablations, repeat attacks and order of arrival, in one table.

    python benchmarks/linking.py CORPUS [--gazetteer places.duckdb] [--coded REPORTS.jsonl GOLD.jsonl]

Linking is given the mentions that reading found and that can be matched with a gold event of their article, so that only its
own mistakes count. B3, CEAFe and pairwise F1 are of mentions; "repeats" is the share of pairs of gold events within 10 km and
seven days of each other, both found, that share an event; "order" the B3 between the result in order of publication and a shuffled one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.fit_linking import Labelled, coded_reports, corpus_reports, pairwise
from veille.events.evidence import weights
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.geo import km_between
from veille.records.linking import Report

BATCH = 25
Linker = Callable[[Sequence[Report]], dict[str, str]]


def ours(kind: str, without: Sequence[str] = (), mends: bool = True) -> Linker:
    """Our linking in batches, as runs give it; without some features, or without repair."""
    w = {k: 0.0 if any(k.startswith(x) for x in without) else v for k, v in weights(kind).items()}

    def link(reports: Sequence[Report]) -> dict[str, str]:
        events = Events({}, weights_of_evidence=w)
        for at in range(0, len(reports), BATCH):
            known = set(events.members)
            made = link_reports(reports[at : at + BATCH], events)
            if mends:
                reassign(events, {d.event_id for d in made}, known)
        return {r.mention_id: e for e, members in events.members.items() for r in members}

    return link


def by_key(*names: str) -> Linker:
    """Events are exact tuples, as GDELT and Phoenix have them."""
    return lambda reports: {r.mention_id: str([getattr(r, n) for n in names]) for r in reports}


def window(km: float, days: int) -> Linker:
    """Chains of reports within so many kilometres and days."""

    def link(reports: Sequence[Report]) -> dict[str, str]:
        parent = {r.mention_id: r.mention_id for r in reports}

        def find(x: str) -> str:
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            return x

        for n, a in enumerate(reports):
            for b in reports[:n]:
                near = km_between(a.latitude, a.longitude, b.latitude, b.longitude) <= km
                if near and abs((a.date_low - b.date_low).days) <= days:
                    parent[find(a.mention_id)] = find(b.mention_id)
        return {r.mention_id: find(r.mention_id) for r in reports}

    return link


def b_cubed(gold: Sequence[str], said: Sequence[str]) -> float:
    """F1 of precision and recall averaged over mentions."""
    in_gold, in_said, both = Counter(gold), Counter(said), Counter(zip(gold, said, strict=True))
    p = sum(n * n / in_said[b] for (_, b), n in both.items()) / len(gold)
    r = sum(n * n / in_gold[a] for (a, _), n in both.items()) / len(gold)
    return 2 * p * r / (p + r)


def ceaf_e(gold: Sequence[str], said: Sequence[str]) -> float:
    """F1 of matching events one to one by Dice overlap, greedily (within .001 of the best matching here)."""
    in_gold, in_said, both = Counter(gold), Counter(said), Counter(zip(gold, said, strict=True))
    dice = sorted(((2 * n / (in_gold[a] + in_said[b]), a, b) for (a, b), n in both.items()), reverse=True)
    used: set[tuple[str, str]] = set()
    total = 0.0
    for value, a, b in dice:
        if ("g", a) not in used and ("s", b) not in used:
            used |= {("g", a), ("s", b)}
            total += value
    return 2 * total / (len(in_gold) + len(in_said))


def repeats(labelled: Sequence[Labelled], said: dict[str, str]) -> tuple[int, int]:
    """(merged, all) pairs of gold events at one place within a week."""
    members: dict[str, list[Report]] = defaultdict(list)
    for _, r, event in labelled:
        members[event].append(r)
    where = {e: Counter((r.latitude, r.longitude) for r in rs if r.latitude is not None) for e, rs in members.items()}
    when = {e: Counter(r.date_low for r in rs if r.is_dated) for e, rs in members.items()}
    usual = {
        e: Counter(said[r.mention_id] for r in rs if r.mention_id in said).most_common(1) for e, rs in members.items()
    }
    known = [e for e in sorted(members) if where[e] and when[e] and usual[e]]
    merged = total = 0
    for n, a in enumerate(known):
        for b in known[:n]:
            (pa, _), (pb, _) = where[a].most_common(1)[0], where[b].most_common(1)[0]
            days = abs((when[a].most_common(1)[0][0] - when[b].most_common(1)[0][0]).days)
            if km_between(*pa, *pb) <= 10 and days <= 7:
                total += 1
                merged += usual[a][0][0] == usual[b][0][0]
    return merged, total


def row(name: str, labelled: Sequence[Labelled], link: Linker) -> str:
    """A line of the table."""
    reports = [r for _, r, _ in labelled]
    ordered = sorted(reports, key=lambda r: (r.published_at, r.mention_id))
    said = link(ordered)
    shuffled = list(ordered)
    random.Random(7).shuffle(shuffled)
    again = link(shuffled)
    known = [(event, said[r.mention_id]) for _, r, event in labelled if r.mention_id in said]
    gold, found = [k[0] for k in known], [k[1] for k in known]
    both = [r.mention_id for r in ordered if r.mention_id in said and r.mention_id in again]
    order = b_cubed([said[m] for m in both], [again[m] for m in both])
    merged, total = repeats(labelled, said)
    return (
        f"{name:34} {b_cubed(gold, found):6.3f} {ceaf_e(gold, found):6.3f} {pairwise(gold, found):6.3f} "
        f"{merged:4}/{total:<4} {order:6.3f} {len(set(found)):6}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--gazetteer", type=Path, default=Path("data/gazetteer/places.duckdb"))
    parser.add_argument("--coded", type=Path, nargs=2, metavar=("REPORTS", "GOLD"))
    args = parser.parse_args()
    sets: list[tuple[str, list[Labelled]]] = [("news", corpus_reports(args.corpus, args.gazetteer))]
    if args.coded:
        sets.append(("coded", coded_reports(*args.coded)))
    for kind, labelled in sets:
        events = len({event for _, _, event in labelled})
        print(f"\n{kind}: {len(labelled)} mentions of {events} gold events")
        print(f"{'':34} {'B3':>6} {'CEAFe':>6} {'pairs':>6} {'repeats':>9} {'order':>6} {'events':>6}")
        print(row("ours", labelled, ours(kind)), flush=True)
        print(row("without repair", labelled, ours(kind, mends=False)))
        for names in (["words"], ["toll"], ["attacker", "target"], ["type"], ["published"], ["wire"]):
            print(row(f"without {' and '.join(names)}", labelled, ours(kind, names)), flush=True)
        print(row("exact (day, place)", labelled, by_key("date_low", "place")))
        print(row("exact (day, actors, type)", labelled, by_key("date_low", "attackers", "targets", "event_type")))
        for km, days in ((1, 0), (10, 1)):
            print(row(f"window {km} km, {days} days, chained", labelled, window(km, days)), flush=True)


if __name__ == "__main__":
    main()
