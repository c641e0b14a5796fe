"""Mentions to events."""

from __future__ import annotations

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille.events.judge import Events, judge
from warehouse import events as store


@task(**BATCH, task_run_name="link {size} articles")
def link(run: Run, size: int) -> int:
    """Decide which events the new mentions are of, and make the touched events' rows again; how many are new."""
    ids = [a.article_id for a in run.articles]
    revised = [a.article_id for a in run.articles if a.revision > 1]
    touched = store.retire_revisions(run.con, revised, run.scratch) if revised else []
    new = store.unlinked_reports(run.con, ids)
    events = Events(store.candidates(run.con, new, run.scratch))
    run.decisions = judge(new, events)
    store.save_decisions(run.con, new, run.decisions, run.now, run.scratch)
    founded = {d.event_id for d in run.decisions if d.is_new}
    changed = store.refresh(run.con, [*touched, *(d.event_id for d in run.decisions)], run.now, run.scratch)
    run.counts["events_new"], run.counts["events_updated"] = len(founded), changed
    run.progress(f"link: {len(founded)} new events, {changed} updated")
    return len(founded)
