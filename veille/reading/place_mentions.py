"""What a sentence names as a place, and the two stand-ins that rules pass on: a place last spoken of, a stretch of road."""

from __future__ import annotations

from dataclasses import dataclass

from veille.codes import PlaceRole
from veille.reading.rules import PlaceRule
from veille.records.readings import Place

#: Stands for the place last spoken of, until the incident is known: "au nord de la localité".
HERE = "(ici)"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a sentence."""

    start: int
    end: int
    place: Place
    kind: PlaceRole
    rule: PlaceRule
    strength: float = 1.0

    @property
    def why(self) -> str:
        """Return the rule in words, for explanations."""
        return self.rule.value.format(name=self.place.name)
