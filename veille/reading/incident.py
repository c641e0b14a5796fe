"""What is known of one incident while an article is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from veille.reading.annotation import AnnotatedSentence
from veille.reading.place_mentions import PlaceMention
from veille.reading.times import TimeExpression
from veille.records.readings import Place


@dataclass(slots=True)
class Incident:
    """An incident as it is put together; `core` are the sentences that tell of it, `about` those that go on with it."""

    hit: PlaceMention | None
    area: PlaceMention | None = None
    time: TimeExpression | None = None
    is_background: bool = False
    in_passing: bool = False  # too faint to be news by itself: it may be a known incident
    core: list[AnnotatedSentence] = field(default_factory=list)
    about: list[AnnotatedSentence] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    @property
    def place(self) -> Place | None:
        hit = self.hit or self.area
        return hit.place if hit else None

    @property
    def first(self) -> int:
        return min((s.sentence.index for s in self.core), default=99)

    @property
    def paragraph(self) -> int:
        """Where it was last spoken of; -1 if nowhere."""
        last = max((*self.core, *self.about), key=lambda s: s.sentence.index, default=None)
        return last.sentence.paragraph if last else -1
