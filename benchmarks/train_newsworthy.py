"""Train the model of `veille/reading/newsworthy.py` on labelled articles, leave-one-batch-out, and write its weights.

    python benchmarks/train_newsworthy.py CORPUS [--gazetteer places.duckdb] [--write]

CORPUS is a folder of NAME.articles.jsonl files (an article a line: outlet, title, published, body, gold). Prints for each
batch, trained on the others: false alarms (share of articles without incident that are let through) and recall.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
from pathlib import Path

from veille.codes import Role
from veille.reading.annotation import annotate_all
from veille.reading.context import context
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.incidents import assemble
from veille.reading.newsworthy import features
from veille.reading.sentences import split
from veille.reading.unknown import with_unknown
from warehouse.gazetteer import lookup

Example = tuple[str, dict[str, float], int]
WEIGHTS = Path(__file__).resolve().parent.parent / "veille" / "reference" / "newsworthy.json"
PENALTY, STEPS, RATE = 0.02, 1500, 0.5
#: A false alarm costs more than a miss: an event that never was is worse than one report fewer.
NEGATIVE_WEIGHT = 2.0


def examples(corpus: Path, gazetteer_file: Path) -> list[Example]:
    """(batch, features, label) of every French article."""
    out: list[Example] = []
    for file in sorted(corpus.glob("*.articles.jsonl")):
        articles = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        french = [a for a in articles if a["gold"]["language"] == "fr"]
        names = candidate_names(a["title"] + "\n" + "\n".join(a["body"]) for a in french)
        gazetteer = with_dumps(lookup(gazetteer_file, names))
        for a in french:
            today = dt.datetime.fromisoformat(a["published"]).date()
            sentences = split(a["title"], "\n".join(a["body"]))
            ctx = context(sentences, gazetteer, "")
            seen = annotate_all(sentences, with_unknown(sentences, gazetteer, ctx), ctx, today)
            label = int(any(e["role"] != Role.BACKGROUND for e in a["gold"]["events"]))
            out.append((file.name.split(".")[0], features(seen, assemble(seen, today), today), label))
    return out


def train(data: list[Example]) -> tuple[float, dict[str, float]]:
    """Bias and weights of an L2-penalised logistic regression, by gradient descent."""
    names = sorted(data[0][1])
    weights, bias = dict.fromkeys(names, 0.0), 0.0
    cost = [NEGATIVE_WEIGHT if label == 0 else 1.0 for _, _, label in data]
    total = sum(cost)
    for _ in range(STEPS):
        slope, slope_bias = dict.fromkeys(names, 0.0), 0.0
        for (_, x, label), c in zip(data, cost, strict=True):
            z = bias + sum(weights[k] * x[k] for k in names)
            error = c * (1 / (1 + math.exp(-max(-30, min(30, z)))) - label)
            slope_bias += error
            for k in names:
                slope[k] += error * x[k]
        bias -= RATE * slope_bias / total
        for k in names:
            weights[k] -= RATE * (slope[k] / total + PENALTY * weights[k] / 10)
    return bias, weights


def score(bias: float, weights: dict[str, float], data: list[Example], threshold: float) -> tuple[float, float]:
    """(false alarms, recall) on labelled examples."""

    def let_through(x: dict[str, float]) -> bool:
        return 1 / (1 + math.exp(-(bias + sum(weights[k] * x[k] for k in x)))) >= threshold

    negative = [let_through(x) for _, x, label in data if label == 0]
    positive = [let_through(x) for _, x, label in data if label == 1]
    return sum(negative) / max(1, len(negative)), sum(positive) / max(1, len(positive))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--gazetteer", type=Path, default=Path("data/gazetteer/places.duckdb"))
    parser.add_argument("--threshold", type=float, default=0.5, help="of belief, for the last line of figures")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    data = examples(args.corpus, args.gazetteer)
    for batch in sorted({b for b, _, _ in data}):
        held = [d for d in data if d[0] == batch]
        bias, weights = train([d for d in data if d[0] != batch])
        row = " ".join(
            f"{t:.2f}: {a:.3f}/{r:.3f}" for t in (0.3, 0.4, 0.5, 0.6, 0.7) for a, r in [score(bias, weights, held, t)]
        )
        print(f"{batch:8} false alarms/recall at {row}")
    bias, weights = train(data)
    print("all      ", score(bias, weights, data, args.threshold))
    for name, value in sorted(weights.items(), key=lambda kv: -abs(kv[1])):
        print(f"  {name:22} {value:+.2f}")
    if args.write:
        content = {
            "bias": round(bias, 3),
            "weights": {k: round(v, 3) for k, v in sorted(weights.items())},
        }
        WEIGHTS.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
