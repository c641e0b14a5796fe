"""`veille merge`, `split` and `undo`: an analyst's corrections, recorded with author and reason, published at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flows.desk import Desk, author, desk
from flows.terminal import say
from veille import settings as config
from veille.codes import Change, Role
from veille.errors import SettingError
from veille.records.linking import Correction, Evidence, Move, Report
from warehouse import corrections, events
from warehouse.store import rows

Pairs = tuple[tuple[str, str], ...]


def run_merge(into: str, other: str, why: str) -> int:
    """The command `merge A B`: B's reports go into A, and B's id resolves to A."""
    _needs_reason("merge", why)
    with desk(config.load(), "merge", say) as at:
        a, b = _known(at, "merge", into), _known(at, "merge", other)
        if a == b:
            raise SettingError(f"merge: {into} and {other} are one event already ({a})")
        members = events.members_of(at.con, (a, b), at.scratch)
        correction = _correction(at, Change.MERGED, a, b, _pairs(members.get(b, ())), _pairs(members.get(a, ())), why)
        _carry_out(at, correction, [(m, b, a) for m, _ in correction.moved], Change.MERGED)
    print(f"{b} is part of {a} now: {len(correction.moved)} reports moved; `veille undo` takes it back")
    return 0


def run_split(event: str, articles: Sequence[str], why: str) -> int:
    """The command `split EVENT ARTICLE...`: the articles' reports leave the event for one of their own."""
    _needs_reason("split", why)
    with desk(config.load(), "split", say) as at:
        e = _known(at, "split", event)
        members = events.members_of(at.con, (e,), at.scratch).get(e, [])
        held = {r.article_id for r in members}
        wanted = [_article(at, a) for a in articles]
        for given, article_id in zip(articles, wanted, strict=True):
            if article_id not in held:
                raise SettingError(f"split: {given} reports no incident of {e}; it holds {', '.join(sorted(held))}")
        out = [r for r in members if r.article_id in wanted]
        if not any(r.role != Role.BACKGROUND for r in members if r not in out):
            raise SettingError(f"split: nothing but recalls would be left of {e}; name fewer articles")
        if not any(r.role != Role.BACKGROUND for r in out):
            raise SettingError(f"split: {', '.join(articles)} only recall {e}; an event needs a report of its own")
        fresh = "e-" + hashlib.sha256(f"split|{e}|{at.run_id}".encode()).hexdigest()[:12]
        kept = [r for r in members if r not in out]
        correction = _correction(at, Change.SPLIT, e, fresh, _pairs(out), _pairs(kept), why)
        _carry_out(at, correction, [(m, e, fresh) for m, _ in correction.moved], Change.SPLIT)
    print(f"{len(correction.moved)} reports left {e} for {fresh}; `veille undo` takes it back")
    return 0


def run_undo() -> int:
    """The command `undo`: takes back the last correction that stands."""
    with desk(config.load(), "undo", say) as at:
        standing = [c for c in corrections.corrections(at.con) if not c.is_undone]
        if not standing:
            raise SettingError("undo: no correction stands; `veille merge` and `veille split` make them")
        last = standing[-1]
        now, back = (last.event_id, last.other_id) if last.what == Change.MERGED else (last.other_id, last.event_id)
        ids = [m for m, _ in last.moved]
        there = events.events_of(at.con, ids)
        moves = [(m, there[m], back) for m in ids if m in there and there[m] != back]
        corrections.mark_undone(at.con, last.correction_id)
        at.enter(Change.UNDONE, correction_id=last.correction_id, author=author())
        _move(at, moves, "split" if last.what == Change.MERGED else "merged", f"undone: {last.why}")
    print(
        f"taken back: {last.what} of {last.event_id} and {last.other_id} ({last.why}); {len(moves)} reports went back"
    )
    print(f"{back} stands again" if last.what == Change.MERGED else f"{now} is part of {back} again")
    return 0


def _needs_reason(command: str, why: str) -> None:
    if not why.strip():
        raise SettingError(
            f'{command}: --why is empty; say in a few words why, such as --why "two attacks, a day apart"'
        )


def _known(at: Desk, command: str, event_id: str) -> str:
    found = corrections.resolved(at.con, event_id)
    if found is None:
        raise SettingError(f'{command}: no event {event_id!r}; find ids with `veille sql "FROM events"`')
    return found


def _article(at: Desk, given: str) -> str:
    found = rows(at.con, "SELECT article_id FROM store.articles WHERE article_id = $a OR url = $a", {"a": given})
    return str(found[0]["article_id"]) if found else given


def _pairs(reports: Sequence[Report]) -> Pairs:
    return tuple((r.mention_id, r.article_id) for r in reports)


def _correction(at: Desk, what: str, event_id: str, other_id: str, moved: Pairs, kept: Pairs, why: str) -> Correction:
    ident = "k-" + hashlib.sha256(f"{what}|{event_id}|{other_id}|{at.run_id}".encode()).hexdigest()[:12]
    return Correction(ident, at.now, what, event_id, other_id, moved, kept, why.strip(), author())


def _carry_out(at: Desk, c: Correction, moves: Sequence[tuple[str, str, str]], what: str) -> None:
    corrections.add_correction(at.con, c, at.scratch)
    at.enter(Change.CORRECTED, **corrections.journal_line(c))
    _move(at, moves, what, c.why)


def _move(at: Desk, moves: Sequence[tuple[str, str, str]], what: str, why: str) -> None:
    evidence = (Evidence("analyst", f"{author()}: {why}", 0.0),)
    done = [Move(m, a, b, what, 1.0, evidence, why) for m, a, b in moves]
    touched = corrections.save_moves(at.con, done, at.now, author(), at.scratch)
    at.counts["events_updated"] = events.refresh(at.con, touched, at.now, at.scratch)
