"""What each step of a run hands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from veille.codes import Reason
from veille.records.articles import Article
from veille.records.feeds import Failure, Feed, FeedState, Item, Poll, Response
from veille.records.linking import Decision, Reassignment
from veille.records.readings import Mention, Reading
from veille.web.feeds import ParsedFeed
from warehouse.store import Loaded

Ledger = tuple[tuple[str, Loaded], ...]
Fetched = tuple[Item, Response]


@dataclass(frozen=True, slots=True)
class Polled:
    """One feed asked: the poll, and what it rests on; nothing where it was not asked."""

    poll: Poll
    response: Response | None = None
    parsed: ParsedFeed | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """The polls with what to remember of their feeds, and how many of their items are new."""

    polls: tuple[Poll, ...]
    ledger: Ledger

    @property
    def n_new(self) -> int:
        return sum(loaded.n_rows for _, loaded in self.ledger)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What became of fetched pages: articles and revisions, failures, and looks that found nothing new."""

    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    unchanged: tuple[Item, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Extraction]) -> Extraction:
        """Put the extractions of several batches together."""
        parts = list(parts)
        return cls(
            tuple(a for p in parts for a in p.articles),
            tuple(f for p in parts for f in p.failures),
            tuple(i for p in parts for i in p.unchanged),
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """Articles in the writer's file: `copy_of` for those whose wire group changed."""

    copy_of: Mapping[str, str | None]
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Read:
    """What was read in the new articles."""

    readings: tuple[Reading, ...]
    ledger: Ledger

    @property
    def mentions(self) -> dict[str, Mention]:
        """Return the mentions by id."""
        return {m.mention_id: m for r in self.readings for m in r.mentions}


@dataclass(frozen=True, slots=True)
class Linked:
    """Which events the new mentions belong to, and which stored mentions were given another."""

    decisions: tuple[Decision, ...] = ()
    reassigned: tuple[Reassignment, ...] = ()
    n_new: int = 0
    n_changed: int = 0


NOTHING_STORED, NOTHING_READ, NOTHING_LINKED = Stored({}, ()), Read((), ()), Linked()


@dataclass(frozen=True, slots=True)
class RunResult:
    """All that a run brought, as it is committed."""

    feeds: tuple[Feed, ...]
    states: Mapping[str, FeedState]  # as they were before the polls
    queued: Queued
    extraction: Extraction = Extraction()
    stored: Stored = NOTHING_STORED
    read: Read = NOTHING_READ
    linked: Linked = NOTHING_LINKED

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was asked and nothing came of it, so that the run leaves no row."""
        asked = any(p.outcome != Reason.SKIPPED for p in self.queued.polls)
        e = self.extraction
        return not (asked or e.articles or e.failures or e.unchanged)

    def counts(self, n_pending: int) -> Counter[str]:
        """Count what the run brought, as its row and its report show it."""
        outcomes = Counter(p.outcome for p in self.queued.polls)
        asked = {o: n for o, n in outcomes.items() if o not in _NOT_ASKED}
        good = (Reason.OK, Reason.NOT_MODIFIED)
        fresh = {a.article_id for a in self.extraction.articles if a.revision == 1}
        return Counter(
            feeds_polled=sum(asked.values()),
            feeds_unchanged=outcomes[Reason.NOT_MODIFIED],
            feeds_failed=sum(n for o, n in asked.items() if o not in good),
            items_new=self.queued.n_new,
            articles_new=len(fresh),
            revisions_new=len(self.extraction.articles) - len(fresh),
            articles_unread=sum(bool(r.defect) for r in self.read.readings),
            copies=sum(head is not None for i, head in self.stored.copy_of.items() if i in fresh),
            events_new=self.linked.n_new,
            events_updated=self.linked.n_changed,
            rejected=sum(f.next_attempt_at is None for f in self.extraction.failures),
            pending=n_pending,
        )


#: Outcomes of feeds that nothing was asked of.
_NOT_ASKED = (Reason.SKIPPED, Reason.GONE, Reason.HOST_IN_BACKOFF)
