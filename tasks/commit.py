"""Commit what a run brought: outcomes of items, feeds, the run's row, the ledger, and the journal before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from tasks.results import RunResult
from veille.codes import Change, Scope
from veille.items import next_revisit
from warehouse import journal, queue
from warehouse.articles import set_revisits
from warehouse.session import Session
from warehouse.store import Loaded, Transaction


def commit(
    session: Session, result: RunResult, backoff: Mapping[str, dt.datetime], sync_archive: Callable[[], None]
) -> None:
    """Write the rest of a run and commit; the raw archive is made durable before anything refers to it for good.

    `backoff` are the hosts that asked to be left alone, and until when.
    """
    tx = session.tx
    items = settle_outcomes(tx, result)
    queue.save_hosts_in_backoff(tx, backoff)
    session.counts.update(result.counts(queue.count_pending(tx.con)))
    session.ledger += [*result.queued.ledger, *result.stored.ledger, *result.read.ledger, ("items", items)]
    mentions = result.read.mentions
    for d in result.linked.decisions:
        if d.is_new:
            session.enter(Change.CREATED, **journal.founding(d, mentions.get(d.mention_id)))
    for m in result.linked.reassigned:
        session.enter(m.what, **journal.reassigning(m))
    sync_archive()
    session.commit(with_run=not result.is_empty)


def settle_outcomes(tx: Transaction, result: RunResult) -> Loaded:
    """Write what became of the items tried, when to look at articles again, and what to remember of the feeds."""
    done = result.extraction
    accepted = {a.url: a.article_id for a in done.articles if a.revision == 1}
    loaded = queue.save_outcomes(tx, done.failures, accepted)
    sahel = {r.article_id for r in result.read.readings if r.scope == Scope.SAHEL}
    due = {a.article_id: next_revisit(a.published_at, tx.now) if a.article_id in sahel else None for a in done.articles}
    due |= {i.article_id: next_revisit(i.published_at, tx.now) for i in done.unchanged if i.article_id}
    set_revisits(tx, due)
    queue.save_feeds(tx, result.feeds, {**result.states, **{p.feed.id: p.state for p in result.queued.polls}})
    return loaded
