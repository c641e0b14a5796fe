"""What it costs to link 500 new mentions against a warehouse of 10 thousand, 100 thousand and 1 million, side by side.

    python benchmarks/linking_cost.py [--sizes 10000 100000 1000000]

The stored mentions are synthetic: 200 a day over as many days as it takes, three of each event, in 400 places. Prints seconds
of each step (the best of three), the ratio to the smallest warehouse, and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import random
import resource
import tempfile
import time
from pathlib import Path

from veille.codes import PlaceLevel, Role, SubEventType
from veille.events.keys import blocking_keys
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.linking import Report
from warehouse import events as store
from warehouse.store import Transaction, open_state

LAST = dt.date(2025, 12, 31)
A_DAY, PLACES, PER_EVENT, NEW = 200, 400, 3, 500
TYPES = ("Battles", "Violence against civilians", "Explosions/Remote violence")


def report(n: int, day: dt.date, place: int, seed: random.Random) -> Report:
    """A synthetic report."""
    lat, lon = 10 + place % 20 * 0.4, -8 + place // 20 * 0.8
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    words = frozenset(f"mot{seed.randrange(3000)}" for _ in range(12))
    return Report(
        mention_id=f"m-{n:012}", root=f"m-{n:012}", article_id=f"a-{n:012}", outlet=f"outlet {n % 60}", published_at=at, wire=f"a-{n:012}", role=Role.PRIMARY, date_low=day, date_high=day, time_precision=1, is_dated=True, is_span=False, country="ML", admin1=f"Region {place % 9}", admin2="", place=f"Lieu {place}", latitude=lat, longitude=lon, geo_precision=1, geonameid=None,
        level=PlaceLevel.TOWN, event_type=TYPES[place % 3], sub_event_type=SubEventType.ARMED_CLASH, attackers=("JNIM",) if n % 4 else ("ISSP",), targets=("MALI_FORCES",), keywords=words, killed=(), title=f"Attaque à Lieu {place}", sentence="Une attaque.",
    )  # fmt: skip


def fill(tx: Transaction, size: int) -> None:
    """Store `size` synthetic mentions with their articles, keys, links and events, oldest first."""
    seed = random.Random(size)
    days = -(-size // A_DAY)
    step = 20_000
    for first in range(0, size, step):
        made = []
        for n in range(first, min(size, first + step)):
            day = LAST - dt.timedelta(days=days - 1 - n // A_DAY)
            made.append(report(n, day, n // PER_EVENT * 7 % PLACES, seed))
        tx.insert("store.revisions", ({"article_id": r.article_id, "revision": 1, "url": r.article_id, "outlet": r.outlet, "title": r.title, "text": "x" * 400, "published_at": r.published_at} for r in made))  # fmt: skip
        tx.insert("store.articles", ({"article_id": r.article_id, "revision": 1, "url": r.article_id, "outlet": r.outlet, "published_at": r.published_at, "looks": 0} for r in made))  # fmt: skip
        tx.insert("store.mentions", (_mention(r) for r in made))
        tx.insert("store.mention_keys", ({"area": a, "day": d, "mention_id": r.mention_id} for r in made for a, d in blocking_keys(r)))  # fmt: skip
        tx.insert("store.links", ({"mention_id": r.mention_id, "event_id": f"e-{int(r.mention_id[2:]) // PER_EVENT:012}", "confidence": 1.0} for r in made))  # fmt: skip
    tx.con.execute(
        "INSERT INTO store.events (event_id, event_date) SELECT DISTINCT event_id, DATE '2025-01-01' FROM store.links"
    )
    tx.con.execute("CHECKPOINT")


def _mention(r: Report) -> dict[str, object]:
    names = ("mention_id", "article_id", "role", "sentence", "date_low", "date_high", "time_precision", "is_span", "place", "country", "admin1", "admin2", "latitude", "longitude", "level", "geonameid", "geo_precision", "event_type", "sub_event_type", "attackers", "targets", "keywords", "founds")  # fmt: skip
    return {**{n: getattr(r, n) for n in names}, "revision": 1, "date_flag": ""}


def link(tx: Transaction, new: list[Report]) -> dict[str, float]:
    """Seconds of each step for the new mentions; the transaction is rolled back."""
    tx.con.execute("BEGIN")
    marks = [("", time.perf_counter())]
    found = store.candidates(tx, new)
    marks.append(("candidates", time.perf_counter()))
    events = Events(found)
    decisions = link_reports(new, events)
    marks.append(("judge", time.perf_counter()))
    reassign(events, {d.event_id for d in decisions}, set(found))
    marks.append(("reassign", time.perf_counter()))
    store.save_decisions(tx, new, decisions)
    store.refresh(tx, [d.event_id for d in decisions])
    marks.append(("store", time.perf_counter()))
    tx.con.execute("ROLLBACK")
    return {name: at - before for (_, before), (name, at) in itertools.pairwise(marks)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    args = parser.parse_args()
    base = 0.0
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            con = open_state(scratch / "state.duckdb")
            tx = Transaction(con, scratch, "r", dt.datetime.now(dt.UTC))
            fill(tx, size)
            seed = random.Random(1)
            new = [report(10**9 + n, LAST - dt.timedelta(days=n % 3), seed.randrange(PLACES), seed) for n in range(NEW)]
            runs = [link(tx, new) for _ in range(3)]
            best = min(runs, key=lambda r: sum(r.values()))
            total = sum(best.values())
            base = base or total
            steps = ", ".join(f"{k} {v:.2f}" for k, v in best.items())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:>9} stored: {total:5.2f} s = {total / base:.2f}  ({steps}); peak {peak:.0f} MB", flush=True)
            con.close()


if __name__ == "__main__":
    main()
