"""Mentions to events."""

from __future__ import annotations

from dataclasses import replace

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille.events.judge import Events, judge
from veille.events.repair import repair
from veille.events.rulings import rulings_of
from warehouse import corrections
from warehouse import events as store


@task(**BATCH, task_run_name="link {size} articles")
def link(run: Run, size: int) -> int:
    """Decide which events the new mentions are of, judge the touched events again, and make their rows; how many are new."""
    ids = [a.article_id for a in run.articles]
    revised = [a.article_id for a in run.articles if a.revision > 1]
    touched = store.retire_revisions(run.con, revised, run.scratch) if revised else []
    new = store.unlinked_reports(run.con, ids)
    rulings = rulings_of(corrections.corrections(run.con))
    homes = {home for r in new for home in rulings.homes.get(r.article_id, ())}
    events = Events(store.candidates(run.con, new, run.scratch, [*homes, *touched]), rulings)
    known = set(events.members)
    decisions = judge(new, events, run.founders)
    moves = repair(events, {*touched, *(d.event_id for d in decisions)}, known)
    moved = {m.mention_id: m for m in moves}
    run.decisions = [replace(d, event_id=moved[d.mention_id].to_id) if d.mention_id in moved else d for d in decisions]
    store.save_decisions(run.con, new, run.decisions, run.now, run.scratch)
    fresh = {d.mention_id for d in decisions}
    run.moves = [m for m in moves if m.mention_id not in fresh]
    shifted = corrections.save_moves(run.con, run.moves, run.now, "veille", run.scratch)
    founded = {d.event_id for d in run.decisions if d.is_new}
    changed = store.refresh(run.con, [*touched, *shifted, *(d.event_id for d in run.decisions)], run.now, run.scratch)
    run.counts["events_new"], run.counts["events_updated"] = len(founded), changed
    run.progress(f"link: {len(founded)} new events, {changed} updated")
    return len(founded)
