"""Commit what the run brought: outcomes of items, feeds, the run's row, the ledger, and the journal before it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille.codes import Reason, Scope
from veille.intake import next_look
from warehouse import intake, journal
from warehouse.runs import close_run, set_looks

#: Outcomes of feeds that nothing was asked of.
_NOT_ASKED = ("skipped", "gone", "host_resting")


@task(**BATCH, task_run_name="load")
def load(run: Run, ended_at: dt.datetime) -> int:
    """Write the rest of the run and commit; journal lines first, their commit mark last. Returns the ledger's rows."""
    settle_outcomes(run)
    intake.save_resting_hosts(run.con, run.client.resting(), run.scratch)
    _count(run)
    if run.articles or run.failures or run.unchanged or any(p.outcome != Reason.SKIPPED for p in run.polls):
        close_run(run.con, run.run_id, "ingest", run.now, ended_at, dict(run.counts), run.ledger, run.scratch)
    mentions = run.mentions
    lines = [journal.founding(d, mentions.get(d.mention_id), run.run_id, run.now) for d in run.decisions if d.is_new]
    lines += [journal.moving(m, run.run_id, run.now) for m in run.moves]
    run.sync_archive()
    journal.append(run.settings.journal_file, lines)
    run.con.execute("COMMIT")
    if lines:
        journal.append(run.settings.journal_file, [{"what": "commit", "run_id": run.run_id}])
    return sum(int(str(row["n_rows"])) for row in run.ledger)


def settle_outcomes(run: Run) -> None:
    """What became of the items tried, when to look at articles again, and what to remember of the feeds."""
    accepted = {a.url: a.article_id for a in run.articles if a.revision == 1}
    run.note("items", intake.save_outcomes(run.con, run.failures, accepted, run.now, run.scratch))
    sahel = {r.article_id for r in run.readings if r.scope == Scope.SAHEL}
    looked = {a.article_id: next_look(a.published_at, run.now) if a.article_id in sahel else None for a in run.articles}
    looked |= {i.article_id: next_look(i.published_at, run.now) for i in run.unchanged if i.article_id}
    set_looks(run.con, looked, run.scratch)
    run.states |= {p.feed.id: p.state for p in run.polls}
    intake.save_feeds(run.con, run.feeds, run.states, run.scratch)


def _count(run: Run) -> None:
    outcomes = Counter(p.outcome for p in run.polls)
    fresh = {a.article_id for a in run.articles if a.revision == 1}
    run.counts.update(
        feeds_polled=sum(n for o, n in outcomes.items() if o not in _NOT_ASKED),
        feeds_unchanged=outcomes["not_modified"],
        feeds_failed=sum(n for o, n in outcomes.items() if o not in ("ok", "not_modified", *_NOT_ASKED)),
        articles_new=len(fresh),
        revisions_new=len(run.articles) - len(fresh),
        copies=sum(head is not None for i, head in run.copies.items() if i in fresh),
        rejected=sum(f.next_attempt_at is None for f in run.failures),
        pending=run.con.execute("SELECT count(*) FROM pending").fetchall()[0][0],
    )
