"""What reading costs: CPU per 800 words of news, and how many times that the worst hostile text costs per word.

    python benchmarks/reading_cost.py CORPUS [--rounds 3]

CORPUS is a folder of NAME.articles.jsonl. The hostile texts are one phrase again and again, without a full stop. Figures of one
machine; the ratios hold on any.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Sequence
from pathlib import Path

from veille.codes import TimePrecision
from veille.reading.gazetteer import Gazetteer, with_dumps
from veille.reading.mentions import read
from veille.records.articles import Article

HOSTILE = (
    "Gossi, ", "Gossi ", "à Gossi, ", "à 12 km de Gossi, ", "près de Gossi, dans le cercle de Gao, ", "12 morts, ", "12 ", "le 12 mars ",
    "vendredi 24 novembre, ", "selon des sources, ", "JNIM ", "Jean Dupont, ", "Abc ", "Mali ", "tués par ", "le camp de ", "« ", "a",
)  # fmt: skip
N_WORDS = 4_000
NOW = dt.datetime(2024, 3, 13, 12, tzinfo=dt.UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description="measure what reading costs")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    lines = [line for file in sorted(args.corpus.glob("*.articles.jsonl")) for line in file.open(encoding="utf-8")]
    told = [json.loads(line) for line in lines]
    news = [article(n, a["title"], "\n".join(a["body"])) for n, a in enumerate(told)]
    gazetteer = with_dumps({})
    mean = min(per_word(news, gazetteer) for _ in range(args.rounds))
    print(f"{len(news)} articles: {mean * 800 * 1000:.1f} ms of CPU per 800 words")
    for phrase in HOSTILE:
        text = "Une attaque a fait douze morts vendredi à Gossi. " + phrase * (N_WORDS // max(1, len(phrase.split())))
        cost = min(per_word([article(0, "Gossi attaqué", text)], gazetteer) for _ in range(args.rounds))
        print(f"{phrase!r:45} {cost / mean:5.1f} times the mean per word")


def article(number: int, title: str, text: str) -> Article:
    """Return an article of these words."""
    return Article(
        article_id=f"a-{number}", revision=1, url="https://fanal.example/a", outlet="Fanal", country="ML", feed_id="fanal", title=title,
        authors=(), published_at=NOW, published_precision=TimePrecision.MINUTE, first_seen_at=NOW, updated_at=NOW, language="fr",
        language_confidence=1.0, summary="", text=text, is_teaser=False,
    )  # fmt: skip


def per_word(articles: Sequence[Article], gazetteer: Gazetteer) -> float:
    """Return seconds of CPU per word."""
    begun = time.process_time()
    for one in articles:
        read(one, gazetteer)
    return (time.process_time() - begun) / sum(max(1, len(a.text) // 6) for a in articles)


if __name__ == "__main__":
    main()
