"""What is read right, field by field: precision, recall and the kinds of misses, from gold articles alone (no linking).

    python benchmarks/reading.py CORPUS [--gazetteer places.duckdb] [--examples 3]

A mention is matched with the gold event of its article that lies within 60 km (or in its region) and three days (any time if
it gives none). CORPUS is a folder of NAME.articles.jsonl and NAME.events.jsonl.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from veille.codes import DateFlag, Role, TimePrecision
from veille.geo import km_between
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.mentions import read
from veille.records.articles import Article
from veille.records.readings import Claim, Mention
from warehouse.gazetteer import lookup

NEAR_KM, SAME_KM, DAYS = 60.0, 10.0, 3


def articles(corpus: Path) -> Iterable[tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
    """(article, gold events by id) of every French article."""
    for file in sorted(corpus.glob("*.articles.jsonl")):
        gold = file.with_name(file.name.replace("articles", "events"))
        events = {e["event"]: e for e in map(json.loads, gold.read_text("utf-8").splitlines())}
        for a in map(json.loads, file.read_text("utf-8").splitlines()):
            if a["gold"]["language"] == "fr":
                yield a, events


def article_of(a: dict[str, Any]) -> Article:
    """A gold article as the reader takes it."""
    at = dt.datetime.fromisoformat(a["published"])
    body = "\n".join(a["body"])
    return Article(
        article_id=a["id"],
        revision=1,
        url=a["id"],
        outlet=a["outlet"],
        country="",
        feed_id="",
        title=a["title"],
        authors=(),
        published_at=at,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=at,
        updated_at=at,
        language="fr",
        language_confidence=1.0,
        summary="",
        text=body,
        is_teaser=False,
    )


def matched(mentions: Iterable[Mention], gold: Iterable[dict[str, Any]]) -> dict[str, Mention]:
    """The mention of each gold event, by event id; each mention once."""
    pairs = []
    for g in gold:
        for m in mentions:
            km = km_between(m.place.latitude, m.place.longitude, g["lat"], g["lon"])
            days = abs((m.when.low - dt.date.fromisoformat(g["date"])).days)
            in_region = m.place.precision == 3 and m.place.admin1 == g["admin1"]
            if (km <= NEAR_KM or in_region) and (days <= DAYS or m.when.flag == DateFlag.UNDATED):
                pairs.append((days, km if km < 1e6 else 999.0, g["event"], m.mention_id, m))
    found: dict[str, Mention] = {}
    used: set[str] = set()
    for _, _, event, ident, m in sorted(pairs, key=lambda p: p[:4]):
        if event not in found and ident not in used:
            found[event] = m
            used.add(ident)
    return found


class Tally:
    """Right, spurious and missed, by field; and what was missed, by kind."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.spurious: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.kinds: dict[str, list[str]] = defaultdict(list)

    def sets(self, field: str, got: set[Any], want: set[Any]) -> None:
        """Compare two sets."""
        self.right[field] += len(got & want)
        self.spurious[field] += len(got - want)
        self.missed[field] += len(want - got)

    def table(self) -> dict[str, tuple[float, float, int]]:
        """(precision, recall, how many there are) of each field."""
        out = {}
        for field in self.right | self.missed:
            right = self.right[field]
            wanted = right + self.missed[field]
            out[field] = right / max(1, right + self.spurious[field]), right / max(1, wanted), wanted
        return out

    def miss(self, kind: str, where: str) -> None:
        """Note a miss of a kind."""
        self.kinds[kind].append(where)


def compare(a: dict[str, Any], events: dict[str, dict[str, Any]], mentions: list[Mention], t: Tally) -> None:
    """Enter one article into the tally."""
    roles = {e["event"]: e["role"] for e in a["gold"]["events"]}
    found = matched(mentions, (events[e] for e in roles))
    news = {e for e, r in roles.items() if r != "background"}
    told = {m.mention_id for m in mentions if m.role != Role.BACKGROUND and m.founds}
    of = {m.mention_id: e for e, m in found.items()}
    t.right["incidents"] += len(news & set(found))
    t.missed["incidents"] += len(news - set(found))
    t.spurious["incidents"] += len([i for i in told if of.get(i) not in roles])
    for e in sorted(news - set(found)):
        t.miss(f"incident not read, {roles[e]}", f"{a['id']} {e}")
    for m in mentions:
        if m.mention_id in told and m.mention_id not in of:
            t.miss("incident that is none", f"{a['id']} {m.place.name} {m.when.low}")
    for e, m in found.items():
        g = events[e]
        where = f"{a['id']} {e}"
        t.sets("recalled or news", {m.role == Role.BACKGROUND}, {roles[e] == "background"})
        t.sets("day", {str(m.when.low)} if m.when.flag != DateFlag.UNDATED else set(), {g["date"]})
        near = km_between(m.place.latitude, m.place.longitude, g["lat"], g["lon"]) <= SAME_KM
        vague = g["geo_precision"] != "town" or m.place.precision == 3
        t.sets("place", {"yes" if near or vague else m.place.name}, {"yes"})
        t.sets("type", {"yes" if m.event_type in g["event_types"] else m.event_type}, {"yes"})
        if m.when.flag == DateFlag.UNDATED:
            t.miss("day not given by the article, or not read", where)
        elif str(m.when.low) != g["date"]:
            t.miss("another day", f"{where}: {m.when.low} from {m.when.words!r}")
        if not near and not vague:
            t.miss("another place", f"{where}: {m.place.name}")
        if roles[e] != "background":
            named = set(m.actors) - {"UNIDENTIFIED_ARMED_GROUP"}
            t.sets("actors named", named, named & set(g["actors"]))
        _claims(a, e, m, t)


def _key(kind: str, by: str, *figure: Any) -> tuple[Any, ...]:
    return (kind, by, *figure)


def _claims(a: dict[str, Any], event: str, m: Mention, t: Tally) -> None:
    def of_claim(c: Claim) -> tuple[Any, ...]:
        return _key(c.kind, c.claimant, c.victims, c.outcome, c.low, c.high)

    got = {of_claim(c) for c in m.claims}
    want = {
        _key(c["kind"], c["by"], c.get("victims"), c.get("outcome"), c.get("low"), c.get("high"))
        for c in a["gold"]["claims"]
        if c["event"] == event
    }
    for kind in ("responsibility", "control", "repelled", "denial", "toll"):
        t.sets(f"claims: {kind}", {x for x in got if x[0] == kind}, {x for x in want if x[0] == kind})
    figures = {x[2:]: x for x in got if x[0] == "toll"}
    for x in want - got:
        if x[0] != "toll":
            t.miss(f"{x[0]} not read", f"{a['id']} {event} by {x[1]}")
        elif x[2:] in figures:
            t.miss("toll of another claimant", f"{a['id']} {event}: {x[1]}, read {figures[x[2:]][1]}")
        elif any(f[1:] == x[3:] for f in figures):
            t.miss("toll of other victims", f"{a['id']} {event}: {x[2]}")
        else:
            t.miss("toll not read", f"{a['id']} {event}: {x[1:]}")


def measure(corpus: Path, gazetteer_file: Path) -> tuple[Tally, float]:
    """The tally of a corpus, and the seconds of CPU that reading took an article."""
    t = Tally()
    every = [(article_of(a), a, events) for a, events in articles(corpus)]
    gazetteer = with_dumps(lookup(gazetteer_file, candidate_names(f"{x.title}\n{x.text}" for x, _, _ in every)))
    begun = time.process_time()
    readings = [read(article, gazetteer) for article, _, _ in every]
    cost = (time.process_time() - begun) / len(every)
    for (_, a, events), reading in zip(every, readings, strict=True):
        compare(a, events, list(reading.mentions), t)
    return t, cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--gazetteer", type=Path, default=Path("data/gazetteer/places.duckdb"))
    parser.add_argument("--examples", type=int, default=3, help="misses shown of each kind")
    args = parser.parse_args()
    t, cost = measure(args.corpus, args.gazetteer)
    print(f"{'field':34} {'precision':>9} {'recall':>9} {'n':>6}")
    for field, (precision, recall, wanted) in t.table().items():
        print(f"{field:34} {precision:9.3f} {recall:9.3f} {wanted:6}")
    print(f"\n{cost * 1000:.1f} ms of CPU an article\n\nmisses by kind")
    for kind, places in sorted(t.kinds.items(), key=lambda k: -len(k[1])):
        print(f"{len(places):4}  {kind}" + "".join(f"\n        {p}" for p in places[: args.examples]))


if __name__ == "__main__":
    main()
