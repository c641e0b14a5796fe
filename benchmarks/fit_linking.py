"""Fit the weights of linking on labelled pairs, leave-one-batch-out, and write them.

    python benchmarks/fit_linking.py news CORPUS [--gazetteer places.duckdb] [--write]
    python benchmarks/fit_linking.py coded REPORTS.jsonl GOLD.jsonl [--write]

CORPUS is a folder of NAME.articles.jsonl and NAME.events.jsonl; REPORTS what `veille link` takes, GOLD lines with report_id
and event. Every pair of reports that share a key is an example, its named evidence the features, "one event" the label. The
fit is a logistic regression whose penalty pulls towards PRIOR, so that a feature seen seldom keeps the value that an analyst would give it.
For coded reports the threshold is then moved to where clustering them gives the best pairwise F1; for news it stays where
the regression puts it, since mentions that were misread stand in no labelled pair and would not speak against a merge.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from veille.codes import DateFlag, TimePrecision
from veille.events.coded import report_of
from veille.events.evidence import VETO, Weights, compare, weights
from veille.events.keys import blocking_keys, query_keys
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.events.reports import report_of as report_of_mention
from veille.geo import km_between
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.mentions import read
from veille.records.articles import Article
from veille.records.linking import Report
from warehouse.gazetteer import lookup

Labelled = tuple[str, Report, str]  # batch, report, gold event
Pair = tuple[str, dict[str, float], int]  # batch, feature: factor, label
WEIGHTS = Path(__file__).resolve().parent.parent / "veille" / "reference" / "weights.toml"
#: What an analyst would say before looking at any pair: where the fit begins, and to what it is pulled.
PRIOR = {
    "place_same": 4.0,
    "place_close": 3.2,
    "place_near": 3.2,
    "place_around": 0.6,
    "place_in_region_near": 1.6,
    "place_in_region": 1.0,
    "place_region_same": 2.2,
    "place_in_country": 0.4,
    "place_other_name": 0.3,
    "date_same": 3.0,
    "date_overlap": 1.8,
    "date_next": 0.3,
    "date_two": -3.5,
    "date_undated": 1.2,
    "date_undated_late": -0.5,
    "published_apart": 0.0,
    "type_same": 0.8,
    "type_other": -1.2,
    "attacker_same": 0.9,
    "attacker_other": -2.0,
    "target_same": 0.5,
    "target_other": -0.5,
    "toll_same": 1.6,
    "toll_other": -0.6,
    "person_same": 1.5,
    "words": 1.5,
    "wire": 3.0,
    "threshold": 4.6,
    "place_same_city": 2.6,
}
#: Not features of a pair: thresholds and margins.
FIXED = frozenset({"threshold", "band", "merge_margin", "move_margin", "split_margin"})
STEPS, RATE = 1000, 1.0
PULL = {"news": 0.02, "coded": 0.0005}


def corpus_reports(folder: Path, gazetteer_file: Path) -> list[Labelled]:
    """(batch, report, gold event) of every mention that can be matched with a gold event of its article."""
    out = []
    for file in sorted(folder.glob("*.articles.jsonl")):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        rows = [r for r in rows if r["gold"]["language"] == "fr"]
        gold_file = file.with_name(file.name.replace("articles", "events"))
        gold = {e["event"]: e for e in map(json.loads, gold_file.read_text("utf-8").splitlines())}
        gazetteer = with_dumps(
            lookup(gazetteer_file, candidate_names(r["title"] + "\n" + "\n".join(r["body"]) for r in rows))
        )
        for r in rows:
            article = _article(r)
            for m in read(article, gazetteer).mentions:
                near = [
                    (km_between(m.place.latitude, m.place.longitude, g["lat"], g["lon"]), g["event"])
                    for g in (gold[e["event"]] for e in r["gold"]["events"])
                    if abs((m.when.low - dt.date.fromisoformat(g["date"])).days)
                    <= (3 if m.when.flag != DateFlag.UNDATED else 30)
                ]
                if near and min(near)[0] <= 40:
                    wire = r["gold"]["copy_of"] or r["id"]
                    report = report_of_mention(
                        m, article.title, article.outlet, article.published_at or article.first_seen_at, wire
                    )
                    out.append((file.name.split(".")[0], report, min(near)[1]))
    return out


def _article(r: dict) -> Article:  # type: ignore[type-arg]
    at = dt.datetime.fromisoformat(r["published"])
    text = "\n".join(r["body"])
    return Article(
        article_id=r["id"],
        revision=1,
        url=r["id"],
        outlet=r["outlet"],
        country="",
        feed_id="",
        title=r["title"],
        authors=(),
        published_at=at,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=at,
        updated_at=at,
        language="fr",
        language_confidence=1.0,
        summary="",
        text=text,
        is_teaser=False,
    )


def coded_reports(reports: Path, gold: Path) -> list[Labelled]:
    """(batch, report, gold event) of coded reports."""
    event = {g["report_id"]: g["event"] for g in map(json.loads, gold.read_text("utf-8").splitlines())}
    rows = [report_of(json.loads(line)) for line in reports.read_text("utf-8").splitlines()]
    return [(gold.stem, r, event[r.mention_id]) for r in rows]


def pairs(labelled: Sequence[Labelled], w: Weights) -> list[Pair]:
    """Every pair that shares a key and has no veto, as features and label. Copies of one wire text teach nothing."""
    index = defaultdict(set)
    for n, (_, r, _) in enumerate(labelled):
        for key in blocking_keys(r):
            index[key].add(n)
    out = []
    for n, (batch, r, event) in enumerate(labelled):
        for o in sorted({o for key in query_keys(r) for o in index.get(key, ()) if o < n}):
            other, other_event = labelled[o][1], labelled[o][2]
            if r.wire == other.wire or r.article_id == other.article_id:
                continue
            evidence = compare(r, other, w)
            if any(e.weight <= VETO / 2 for e in evidence):
                continue
            found: dict[str, float] = defaultdict(float)
            for e in evidence:
                found[e.feature] += e.weight / w[e.feature] if w[e.feature] else 1.0
            out.append((batch, dict(found), int(event == other_event)))
    return out


def fit(data: Sequence[Pair], start: Weights, pull: float) -> dict[str, float]:
    """Weights and threshold by gradient descent, pulled towards `start`; batches weigh alike, whatever their size."""
    now = dict(start)
    size: dict[tuple[str, int], int] = defaultdict(int)
    for batch, _, label in data:
        size[batch, label] += 1
    names = sorted({k for _, x, _ in data for k in x})
    n_batches = len({b for b, _ in size})
    for _ in range(STEPS):
        slope = dict.fromkeys([*names, "threshold"], 0.0)
        for batch, x, label in data:
            z = sum(now[k] * v for k, v in x.items()) - now["threshold"]
            share = math.sqrt(size[batch, label]) * (math.sqrt(size[batch, 0]) + math.sqrt(size[batch, 1]))
            error = (1 / (1 + math.exp(-max(-30, min(30, z)))) - label) / share / n_batches
            for k, v in x.items():
                slope[k] += error * v
            slope["threshold"] -= error
        for k, d in slope.items():
            now[k] -= RATE * (d + pull * (now[k] - start[k]))
    return now


def quality(data: Sequence[Pair], w: Weights) -> tuple[float, float]:
    """(precision, recall) of pairs at the threshold."""
    said = [(sum(w[k] * v for k, v in x.items()) >= w["threshold"], label) for _, x, label in data]
    both = sum(1 for s, label in said if s and label)
    return both / max(1, sum(s for s, _ in said)), both / max(1, sum(label for _, label in said))


def best_threshold(labelled: Sequence[Labelled], w: dict[str, float]) -> tuple[float, float]:
    """(pairwise F1, threshold) of clustering with the best of some thresholds around the fitted one."""
    found = []
    for step in (-1.0, -0.5, 0.0, 0.5, 1.0):
        tried = {**w, "threshold": w["threshold"] + step}
        events = Events({}, weights_of_evidence=tried)
        link_reports([r for _, r, _ in labelled], events)
        reassign(events, list(events.members))
        said = {r.mention_id: e for e, members in events.members.items() for r in members}
        known = [(event, said[r.mention_id]) for _, r, event in labelled if r.mention_id in said]
        found.append((pairwise([k[0] for k in known], [k[1] for k in known]), tried["threshold"]))
    return max(found)


def pairwise(gold: Sequence[str], said: Sequence[str]) -> float:
    """F1 of the pairs put together."""

    def n_pairs(groups: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in groups.values())

    both = n_pairs(Counter(zip(gold, said, strict=True)))
    return 2 * both / max(1, n_pairs(Counter(gold)) + n_pairs(Counter(said)))


def write(kind: str, w: Weights) -> None:
    """Put the fitted weights into their section of weights.toml, leaving comments and fixed figures."""
    text = WEIGHTS.read_text("utf-8")
    at = text.index(f"[{kind}]")
    end = text.find("\n[", at)
    head, section, tail = text[:at], text[at : end if end > 0 else None], text[end:] if end > 0 else ""
    for name, value in w.items():
        if name not in FIXED - {"threshold"}:
            section = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value:.2f}", section)
    WEIGHTS.write_text(head + section + tail, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("news", "coded"))
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--gazetteer", type=Path, default=Path("data/gazetteer/places.duckdb"))
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    shipped, pull = weights(args.kind), PULL[args.kind]
    start = {**shipped, **PRIOR}
    labelled = corpus_reports(args.files[0], args.gazetteer) if args.kind == "news" else coded_reports(*args.files)
    data = pairs(labelled, start)
    batches = sorted({b for b, _, _ in data})
    for batch in batches if len(batches) > 1 else ():
        held = [d for d in data if d[0] == batch]
        w = fit([d for d in data if d[0] != batch], start, pull)
        before, after = quality(held, start), quality(held, w)
        print(
            f"{batch:8} {len(held):6} pairs, precision/recall before {before[0]:.3f}/{before[1]:.3f}, "
            f"fitted on the others {after[0]:.3f}/{after[1]:.3f}"
        )
    w = fit(data, start, pull)
    f1, threshold = best_threshold(labelled, w)
    if args.kind == "coded":
        w["threshold"] = threshold
    precision, recall = quality(data, w)
    print(
        f"all      {len(data):6} pairs, precision/recall {precision:.3f}/{recall:.3f}, clustered pairwise F1 {f1:.3f}"
    )
    for name in sorted(start):
        print(f"  {name:24} {start[name]:+.2f} -> {w[name]:+.2f} (shipped {shipped[name]:+.2f})")
    if args.write:
        write(args.kind, w)


if __name__ == "__main__":
    main()
