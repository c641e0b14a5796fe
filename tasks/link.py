"""Mentions to events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tasks.context import Context
from tasks.results import Linked, Stored
from veille.events.linker import Events, link_reports
from veille.events.reassign import reassign
from veille.records.articles import Article
from veille.records.linking import BY_RULES, Decision
from warehouse import corrections
from warehouse import events as store


def link(
    ctx: Context, articles: Sequence[Article], stored: Stored, known_ids: Mapping[str, str] | None = None
) -> Linked:
    """Decide which events the new mentions are of, judge the touched events again, and make their rows.

    An article that `stored` found to be another's copy, or no more, makes its events others: copies count once.
    `known_ids` maps mentions that founded an event once to its id, for a rebuild.
    """
    tx = ctx.tx
    revised = [a.article_id for a in articles if a.revision > 1]
    touched = store.retire_revisions(tx, revised) if revised else []
    new = store.unlinked_reports(tx, [a.article_id for a in articles])
    new, followed = store.follow_revisions(tx, new) if revised else (new, {})
    constraints = corrections.constraints(tx.con)
    ruled = {constraints.must_link[r.root] for r in new if r.root in constraints.must_link}
    events = Events(store.candidates(tx, new, [*ruled, *touched]), constraints)
    known = {*events.members, *touched, *ruled}
    judged = link_reports(new, events, known_ids, followed)
    moves = reassign(events, {*touched, *(d.event_id for d in judged)}, known)
    moved = {m.mention_id: m.to_id for m in moves}
    decisions = [_placed(d, moved[d.mention_id], known) if d.mention_id in moved else d for d in judged]
    store.save_decisions(tx, new, decisions)
    fresh = {d.mention_id for d in judged}
    reassigned = [m for m in moves if m.mention_id not in fresh]
    shifted = corrections.save_reassignments(tx, reassigned, BY_RULES)
    founded = {d.event_id for d in decisions if d.is_new}
    rewired = store.events_of_articles(tx, list(stored.copy_of))
    changed = store.refresh(tx, [*touched, *rewired, *shifted, *(d.event_id for d in decisions)])
    ctx.reporter.progress(f"link: {len(founded)} new events, {changed} updated")
    return Linked(tuple(decisions), tuple(reassigned), len(founded), changed)


def _placed(d: Decision, event_id: str, known: Collection[str]) -> Decision:
    """A decision that the same run thought better of: the report founds nothing where the event was there before."""
    return replace(d, event_id=event_id, is_new=event_id not in known)
