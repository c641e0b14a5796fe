"""Where an article is: the countries that it speaks of by weight, and the places already settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from veille.codes import POINT_LEVELS
from veille.reading.gazetteer import Gazetteer, Span, name_spans
from veille.reading.scan import Patterns
from veille.reading.sentences import Sentence
from veille.records.readings import Place
from veille.reference.countries import name_patterns, region

_FUNCTION_WORDS = "de la le les des du au aux a en et sur par dans pres apres contre pour est son sa ses ces ce cet cette un une qui que dont ou ni ne pas plus il elle ils elles on nous vous leur leurs sous entre vers chez avec sans mais donc or car si se"
COMPASS_ONLY = frozenset({"est", "nord", "sud", "ouest", "centre", "sahel", "centre est", "centre nord", "centre ouest", "centre sud", "sud ouest", "nord ouest", "sud est", "nord est", "plateau", "cascades", "lac", "littoral", "savanes", "centrale", "niger", "benin"})  # fmt: skip
NOT_A_NAME = frozenset(_FUNCTION_WORDS.split()) | frozenset({"fama", "famas", "fds", "vdp", "bani", "le", "la", "les", "un", "une", "des", "son", "fin", "an", "ce", "il", "elle", "on", "dans", "pour", "depuis", "selon", "mais", "dix", "sept", "six", "mars", "mai", "dieu", "samedi", "dimanche", "lundi", "source", "urgent", "flash", "mali", "ligne", "ville", "force", "forces", "conseil", "etat", "premier", "ministre", "president", "general", "capitaine", "colonel", "commandant", "alliance", "union", "nation", "nations", "azawad", "afrique", "europe", "ici", "radio", "armee", "base", "camp", "route", "nouvelle", "mena", "sao", "aigles", "info", "croix rouge", "al qaida", "etat islamique"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole article says of where it is: countries by weight, and places already settled."""

    countries: Counter[str]
    settled: tuple[Place, ...] = ()

    @property
    def country(self) -> str:
        return max(self.countries.items(), key=lambda kv: (kv[1], kv[0]))[0] if self.countries else ""


@cache
def _countries() -> Patterns:
    return Patterns([pattern for _, pattern in name_patterns()])


def context(sentences: Sequence[Sentence], gazetteer: Gazetteer, outlet_country: str) -> Context:
    """Weigh the countries of an article: title and lede count more, the outlet's own a little."""
    weights: Counter[str] = Counter({outlet_country: 1} if outlet_country in region() else {})
    settled: list[Place] = []
    for s in sentences:
        weight = 3 if s.index <= 1 else 2 if s.index <= 3 else 1
        for number, n in Counter(number for number, _ in _countries().matches(s.plain)).items():
            weights[name_patterns()[number][0]] += weight * min(n, 2)
        for span in longest(name_spans(s.text), gazetteer):
            ours = gazetteer.overlay.get(span.folded, ())
            if span.folded in gazetteer.elsewhere:
                weights[gazetteer.elsewhere[span.folded]] += weight
            elif len({p.country for p in ours}) == 1 and span.folded not in COMPASS_ONLY:
                weights[ours[0].country] += weight
                settled.extend(p for p in ours[:1] if p.level in POINT_LEVELS)
    return Context(weights, tuple(dict.fromkeys(settled))[:12])


def longest(spans: Iterable[Span], gazetteer: Gazetteer) -> list[Span]:
    kept: list[Span] = []
    known = [
        s
        for s in spans
        if s.folded not in NOT_A_NAME
        and (s.folded in gazetteer.elsewhere or gazetteer.overlay.get(s.folded) or s.folded in gazetteer.dumps)
    ]
    for span in sorted(known, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
