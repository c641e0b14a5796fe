"""`veille relink` and its flow: judge the events of a window again, week by week."""

import datetime as dt
from collections.abc import Callable

from prefect import flow

from flows.desk import Desk, desk
from flows.terminal import quiet_prefect, say
from tasks.run import log
from veille import settings as config
from veille.events.judge import Events, judge
from veille.events.repair import repair
from veille.events.rulings import Rulings, rulings_of
from veille.records.linking import Report
from warehouse import corrections, events, journal
from warehouse.store import rows, sql

#: The window of the nightly run, and of `veille relink` without --since.
USUAL_DAYS = 14
WEEK = dt.timedelta(days=7)


@flow(name="relink", persist_result=False)
def relink(since: dt.date | None = None) -> dict[str, int]:
    """Judge again which reports are one event, over a window.

    Args:
        since: First day of publication to look at; two weeks back if empty.
    """
    counts = work(since, log.warning)
    log.info("relink: %s", told(counts))
    return counts


def work(since: dt.date | None, tell: Callable[[str], None]) -> dict[str, int]:
    """Relink the events reported since a day; counts of what changed. Raises WorkFailed, Damaged, Busy."""
    with desk(config.load(), "relink", tell) as at:
        first = since or at.now.date() - dt.timedelta(days=USUAL_DAYS)
        rulings = rulings_of(corrections.corrections(at.con))
        last = rows(at.con, "SELECT max(published_at) AS last FROM store.articles")[0]["last"]
        start = dt.datetime.combine(first, dt.time(), dt.UTC)
        while last is not None and start <= last:
            _window(at, rulings, start, start + WEEK)
            start += WEEK
        return {k: at.counts[k] for k in ("events_new", "merged", "split", "moved", "linked", "events_updated")}


def _window(at: Desk, rulings: Rulings, since: dt.datetime, until: dt.datetime) -> None:
    """Repair the events with news of a week, with all that stands near them, and try what waits for its event."""
    ids = [r["event_id"] for r in rows(at.con, sql("queries/window_events"), {"since": since, "until": until})]
    mine = events.members_of(at.con, ids, at.scratch)
    waiting = events.waiting_reports(at.con, since, until)
    reports: list[Report] = [r for members in mine.values() for r in members] + waiting
    held = Events(events.candidates(at.con, reports, at.scratch, ids), rulings)
    known = set(held.members)
    decisions = judge(waiting, held)
    events.save_decisions(at.con, waiting, decisions, at.now, at.scratch)
    moves = repair(held, {*ids, *(d.event_id for d in decisions)}, known)
    touched = corrections.save_moves(at.con, moves, at.now, "veille", at.scratch)
    at.lines += [journal.founding(d, None, at.run_id, at.now) for d in decisions if d.is_new]
    at.lines += [journal.moving(m, at.run_id, at.now) for m in moves]
    at.counts.update({m.what: 0 for m in moves})
    for what in ("merged", "split", "moved"):
        at.counts[what] += len({(m.from_id, m.to_id) for m in moves if m.what == what})
    at.counts["events_new"] += len({m.to_id for m in moves} - known)
    at.counts["linked"] += len(decisions)
    at.counts["events_updated"] += events.refresh(
        at.con, [*touched, *(d.event_id for d in decisions)], at.now, at.scratch
    )


def told(counts: dict[str, int]) -> str:
    """The counts in a line."""
    names = {
        "merged": "merged",
        "split": "split off",
        "moved": "reports moved",
        "linked": "waiting mentions found their event",
    }
    parts = [f"{counts[k]} {name}" for k, name in names.items() if counts[k]]
    return ", ".join(parts) or "nothing to change"


def run_relink(since: dt.date | None) -> int:
    """The command: prints what changed."""
    quiet_prefect()
    print(f"relink: {told(work(since, say))}")
    return 0
