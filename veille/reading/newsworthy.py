"""Does an article report an incident at all? A small logistic model over counts of what the rules saw.

Rules flatten out on this question: every word of violence has a peaceful use (football, prices, epidemics, speeches). The
model sees no word, name or town, only how many sentences of which class stand where, so that it cannot learn one corpus
by heart. Its weights are `veille/reference/newsworthy.json`, made by `benchmarks/train_newsworthy.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources

from veille.codes import NON_STATE, STATE_SIDE, ActorKind, Outcome
from veille.reading.annotation import AnnotatedSentence
from veille.reading.incident import Incident
from veille.reading.lexicon import lexicon

_GROUPS = NON_STATE - {ActorKind.UNKNOWN}


def features(seen: Sequence[AnnotatedSentence], incidents: Sequence[Incident], today: dt.date) -> dict[str, float]:
    """Return what the model looks at, each between 0 and 1: title and lede, the strongest incident, and the article's genre."""
    head = list(seen[:4])
    title = seen[0] if seen else None
    n = max(1, len(seen))
    news = [i for i in incidents if not i.is_background]
    best = max(news, key=lambda i: (sum(s.weight for s in i.core), -i.first), default=None)
    core = best.core if best else []
    head_kinds = {x.kind for s in head for x in s.actors}
    core_kinds = {x.kind for s in core for x in s.actors}
    text = " ".join(s.sentence.plain for s in head)
    out = {
        "title_weight": min(title.weight if title else 0, 4) / 4,
        "title_scene": float(bool(title and title.scenes)),
        "head_weight": min(sum(s.weight for s in head if not s.is_hypothetical and not s.is_general), 10) / 10,
        "head_scene_and_day": float(any(s.scenes and s.times and s.weight for s in head)),
        "head_recent_day": float(any(0 <= (today - t.low).days <= 10 for s in head for t in s.times)),
        "head_group": float(bool(head_kinds & _GROUPS)),
        "head_unknown_group": float(ActorKind.UNKNOWN in head_kinds),
        "head_state": float(bool(head_kinds & STATE_SIDE)),
        "head_clash": float(bool(head_kinds & NON_STATE and head_kinds & (STATE_SIDE | {ActorKind.CIVILIAN}))),
        "head_toll": float(any(t.outcome in (Outcome.KILLED, Outcome.ABDUCTED) for s in head for t in s.tolls)),
        "best_weight": min(sum(s.weight for s in core), 12) / 12,
        "best_sentences": min(len(core), 5) / 5,
        "best_early": 1 / (1 + best.first) if best else 0.0,
        "best_day": float(bool(best and best.time and best.time.precision == 1)),
        "best_recent": float(bool(best and best.time and (today - best.time.high).days <= 10)),
        "best_scene": float(bool(best and best.hit and best.hit.strength >= 0.8)),
        "best_clash": float(bool(core_kinds & NON_STATE and core_kinds & (STATE_SIDE | {ActorKind.CIVILIAN}))),
        "best_group": float(bool(core_kinds & _GROUPS)),
        "best_toll": float(any(t.outcome == Outcome.KILLED for s in core for t in s.tolls)),
        "only_background": float(bool(incidents) and not news),
        "telling_share": sum(s.weight >= 2 for s in seen) / n,
        "group_share": sum(any(x.kind in NON_STATE for x in s.actors) for s in seen) / n,
        "general_share": sum(s.is_general for s in seen) / n,
        "hypothetical_share": sum(s.is_hypothetical for s in seen) / n,
        "elsewhere_share": sum(s.is_elsewhere for s in seen) / n,
        "speech_share": sum(bool(s.attributions) for s in seen) / n,
        "long": min(n, 40) / 40,
    }
    for name, pattern in lexicon().filters.items():
        out[f"genre_{name}"] = min(len({m.group() for m in pattern.finditer(text)}), 2) / 2
    return out


@cache
def _model() -> tuple[float, dict[str, float]]:
    data = json.loads(resources.files("veille.reference").joinpath("newsworthy.json").read_text("utf-8"))
    return float(data["bias"]), {k: float(v) for k, v in data["weights"].items()}


def probability(found: dict[str, float]) -> float:
    """Return how likely the article reports an incident, 0 to 1."""
    bias, weights = _model()
    z = bias + sum(weights.get(k, 0.0) * v for k, v in found.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
