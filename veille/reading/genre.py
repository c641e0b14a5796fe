"""What else an article may be about: sport, prices, a road accident, an epidemic, a drill, a rumour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from veille.codes import NON_STATE, Outcome
from veille.reading.annotation import AnnotatedSentence
from veille.reading.lexicon import lexicon


def filtered(seen: Sequence[AnnotatedSentence]) -> str | None:
    """Return the kind of an article that is about something else (sport, prices, a road accident...), by its title and lede."""
    head = " . ".join(s.sentence.plain for s in seen[:3])
    title = seen[0].sentence.plain if seen else ""
    whole = " ".join(s.sentence.plain for s in seen)
    counts = Counter(
        {name: len({m.group() for m in pattern.finditer(head)}) for name, pattern in lexicon().filters.items()}
    )
    strong = max((s.weight for s in seen[:3] if s.scenes and not s.is_hypothetical), default=0)
    dead = any(t.outcome == Outcome.KILLED and (t.low or 0) > 0 for s in seen[:4] for t in s.tolls)
    if counts["justice"] and (counts["justice"] >= 2 or lexicon().filters["justice"].search(title)):
        return "justice"
    if sum(1 for _ in lexicon().filters["drill"].finditer(whole)) >= 2 and counts["drill"] and not dead:
        return "drill"
    armed = any(n.kind in NON_STATE for s in seen[:5] for n in s.actors)
    for name in ("accident", "health", "economy"):
        if counts[name] and not armed:
            return name
    if (
        counts["sport"] >= 2
        or (counts["sport"] and not armed and lexicon().filters["sport"].search(title))
        or len({m.group() for m in lexicon().filters["sport"].finditer(whole)}) >= 4
    ):
        return "sport"
    if counts["comment"] and not lexicon().filters["comment"].search(title) and counts["comment"] < 2:
        counts["comment"] = 0
    if counts["fake"] and not dead and strong < 4:
        return "fake"
    for name, limit in (
        ("accident", 5),
        ("health", 4),
        ("commemoration", 5),
        ("economy", 4),
        ("drill", 4),
        ("comment", 4),
    ):
        weak = counts[name] >= 1 and strong < limit and not (name == "comment" and dead)
        if weak and (counts[name] >= 2 or lexicon().filters[name].search(title) or strong < 3):
            return name
    return None
