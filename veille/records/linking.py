"""From what articles tell to events (warehouse ↔ events)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from veille.codes import Change, PlaceLevel, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A mention as the linker sees it: what is compared, and where it comes from."""

    mention_id: str
    root: str  # the first mention of its chain through the revisions of its article; itself in a first revision
    article_id: str
    outlet: str
    published_at: dt.datetime
    wire: str  # article_id of the original of its wire text (itself for an original)
    role: Role
    date_low: dt.date
    date_high: dt.date
    time_precision: int
    is_dated: bool
    is_span: bool
    country: str
    admin1: str
    admin2: str
    place: str
    latitude: float | None
    longitude: float | None
    geo_precision: int
    geonameid: int | None
    level: PlaceLevel
    event_type: str
    sub_event_type: str
    attackers: tuple[str, ...]
    targets: tuple[str, ...]
    keywords: frozenset[str]
    killed: tuple[tuple[int, int], ...]  # bounds of the dead, one per claimant
    title: str = ""
    sentence: str = ""
    founds: bool = True
    road: tuple[str, ...] = ()  # the names of the two ends of a stretch of road

    @property
    def order(self) -> tuple[object, ...]:
        """Return what reports are sorted by: publication, then what they say.

        Ids are hashes of addresses: they break a tie only where nothing else differs, so that the same articles give the
        same events wherever they were fetched from.
        """
        told = (self.title, self.sentence, self.place, self.date_low, self.date_high, self.event_type)
        return (self.published_at, *told, self.outlet, self.mention_id)


#: The author of what the pipeline decided by itself, in histories and in the journal.
BY_RULES = "veille"
#: The feature of evidence that is no more than an analyst's word.
ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against two reports being one event."""

    feature: str
    detail: str
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report belongs, how surely, why, and which event came second."""

    mention_id: str
    event_id: str
    is_new: bool
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    runner_up: str | None = None
    is_close: bool = False
    is_ruled: bool = False  # by a correction, whatever the evidence


@dataclass(frozen=True, slots=True)
class Correction:
    """An analyst's decision. MERGED: `other_id` went into `event_id`; SPLIT: `other_id` came out of it."""

    correction_id: str
    at: dt.datetime
    what: Change  # MERGED or SPLIT
    event_id: str
    other_id: str
    moved: tuple[tuple[str, str], ...]  # (mention_id, article_id) that changed their event
    kept: tuple[tuple[str, str], ...]  # those that were in `event_id` already
    why: str
    author: str
    is_undone: bool = False

    @property
    def source(self) -> str:
        """Return the event whose reports it moved."""
        return self.other_id if self.what == Change.MERGED else self.event_id

    @property
    def target(self) -> str:
        """Return the event that it moved them to."""
        return self.event_id if self.what == Change.MERGED else self.other_id


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A mention that was given another event; `what` is MERGED, SPLIT or MOVED."""

    mention_id: str
    from_id: str
    to_id: str
    what: Change
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
