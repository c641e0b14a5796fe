"""Mentions to events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.context import Context
from tasks.results import Linked
from veille.events.constraints import constraints_of
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.articles import Article
from veille.records.linking import BY_RULES
from warehouse import corrections
from warehouse import events as store


def link(ctx: Context, articles: Sequence[Article], known_ids: Mapping[str, str] | None = None) -> Linked:
    """Decide which events the new mentions are of, judge the touched events again, and make their rows.

    `known_ids` maps mentions that founded an event once to its id, for a rebuild.
    """
    tx = ctx.tx
    revised = [a.article_id for a in articles if a.revision > 1]
    touched = store.retire_revisions(tx, revised) if revised else []
    new = store.unlinked_reports(tx, [a.article_id for a in articles])
    constraints = constraints_of(corrections.corrections(tx.con))
    ruled = {e for r in new for e in constraints.article_events.get(r.article_id, ())}
    events = Events(store.candidates(tx, new, [*ruled, *touched]), constraints)
    known = set(events.members)
    judged = link_reports(new, events, known_ids)
    moves = reassign(events, {*touched, *(d.event_id for d in judged)}, known)
    moved = {m.mention_id: m for m in moves}
    decisions = [replace(d, event_id=moved[d.mention_id].to_id) if d.mention_id in moved else d for d in judged]
    store.save_decisions(tx, new, decisions)
    fresh = {d.mention_id for d in judged}
    reassigned = [m for m in moves if m.mention_id not in fresh]
    shifted = corrections.save_reassignments(tx, reassigned, BY_RULES)
    founded = {d.event_id for d in decisions if d.is_new}
    changed = store.refresh(tx, [*touched, *shifted, *(d.event_id for d in decisions)])
    ctx.reporter.progress(f"link: {len(founded)} new events, {changed} updated")
    return Linked(tuple(decisions), tuple(reassigned), len(founded), changed)
