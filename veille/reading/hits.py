"""What a sentence names as a place, and the two stand-ins that rules pass on: a place last spoken of, a stretch of road."""

from __future__ import annotations

from dataclasses import dataclass

from veille.records import Place

AREA_LEVELS = frozenset({"admin1", "admin2", "commune", "area"})
#: Stands for the place last spoken of, until the incident is known: "au nord de la localité".
HERE = "(ici)"


@dataclass(frozen=True, slots=True)
class Hit:
    """A place named in a sentence; `kind` scene | landmark | area | country | speaker | elsewhere."""

    start: int
    end: int
    place: Place
    kind: str
    rule: str
    strength: float = 1.0
