"""Everything right of the raw archive again, from raw and journal, under the same ids.

Every file of the archive is one run, and is played again with the present that it had; what the journal says in between
(an analyst's corrections, what a relink reassigned) is done at its time. The new file takes the old one's place at the end,
so that a rebuild that fails or is killed changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.context import QUIET, Context, Reporter
from tasks.replay import by_article, replay
from veille import RULES_VERSION
from veille.codes import Change, FlowName
from veille.errors import Damaged, WorkFailed
from veille.feedlist import load_feeds, with_zone
from veille.limits import PARSE_S
from veille.records.feeds import Feed
from veille.records.linking import ANALYST, BY_RULES, Correction, Evidence, Reassignment
from veille.sandbox import Sandbox
from veille.settings import Settings
from veille.web import archive
from warehouse import corrections, events, journal, queue, runs, session, store
from warehouse.carry import CarriedState, carried, carry
from warehouse.store import Row, Transaction

_STAMP = re.compile(r"VEILLE-(\d{14})-")
#: What is reassigned by a relink; what an ingest reassigned comes again of itself.
_REASSIGNED = (Change.MERGED, Change.SPLIT, Change.MOVED)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made: counts, and the events before and after."""

    counts: dict[str, int]
    before: Mapping[str, Row]
    after: Mapping[str, Row]


def rebuild_warehouse(settings: Settings, reporter: Reporter) -> Rebuilt:
    """Rebuild, publish, and say what changed. Raises WorkFailed (no archive), Damaged, Busy."""
    with session.exclusive(settings, reporter.say):
        files = archive.files(settings.raw_dir)
        if not files:
            what = f"{settings.raw_dir}: no raw archive to rebuild from"
            raise WorkFailed(f"{what}; `veille ingest` fetches, and keeps one")
        old = carried(settings)
        with session.rewrite(settings) as made, Sandbox(1, PARSE_S) as sandbox:
            ctx = Context(made.tx, settings, sandbox, QUIET)
            work = _Rebuild(ctx, old, journal.committed(settings.journal_file), reporter)
            counts = work.run(files, made)
            after = events.event_rows(made.tx.con)
            if not counts.get("articles"):
                raise Damaged(
                    "rebuild: no page of the archive belongs to a feed that is known", "is VEILLE_FEEDS right?"
                )
    return Rebuilt(counts, old.events, after)


class _Rebuild:
    """The new file in the making."""

    def __init__(self, ctx: Context, old: CarriedState, lines: list[journal.Line], reporter: Reporter) -> None:
        self.ctx, self.old, self.lines, self.reporter = ctx, old, lines, reporter
        declared = [with_zone(f) for f in load_feeds(ctx.settings.feeds)]
        known = {f.id for f in declared}
        gone = [r for r in old.feeds if r["feed_id"] not in known and r["declared_url"]]
        self.feeds: tuple[Feed, ...] = (*declared, *(with_zone(_old_feed(r)) for r in gone))
        self.by_url: dict[str, Feed] = {f.url: f for f in self.feeds}
        by_id = {f.id: f for f in self.feeds}
        self.by_url |= {r["url"]: by_id[r["feed_id"]] for r in old.feeds if r["url"] and r["feed_id"] in by_id}
        self.undone = {x["correction_id"] for x in lines if x["what"] == Change.UNDONE}
        self.founders = by_article(lines)
        self.counts: Counter[str] = Counter()

    def run(self, files: list[Path], made: session.Rewrite) -> dict[str, int]:
        """Play everything in the order in which it happened."""
        tx = self.ctx.tx
        queue.add_forgotten(tx, [x for x in self.lines if x["what"] == Change.FORGOTTEN])
        queue.save_feeds(tx, self.feeds, {})
        for number, (now, item) in enumerate(self._timeline(files), 1):
            if isinstance(item, list):
                self._play(item, now)
                self.reporter.progress(f"rebuild: {number} steps, {self.counts['articles']} articles")
            else:
                self._reassign(item, now)
            made.step()
        self._resolve_old_ids()
        carry(tx, self.old)
        runs.add_lost_runs(tx, self.lines)
        made.lines += self._new_ids()
        runs.close_run(tx, FlowName.REBUILD, dt.datetime.now(dt.UTC), self.counts, [])
        return dict(self.counts)

    def _timeline(self, files: list[Path]) -> Iterator[tuple[dt.datetime, list[Path] | journal.Line]]:
        played: dict[dt.datetime, list[Path]] = defaultdict(list)
        for file in files:
            played[_run_time(file)].append(file)
        happened: list[tuple[dt.datetime, int, list[Path] | journal.Line]] = [(at, 0, fs) for at, fs in played.items()]
        for n, line in enumerate(self.lines, 1):
            by_relink = line["what"] in _REASSIGNED and runs.flow_of(line) == FlowName.RELINK
            if line["what"] == Change.CORRECTED or by_relink:
                happened.append((dt.datetime.fromisoformat(line["at"]), n, line))
        for now, _, item in sorted(happened, key=lambda x: x[:2]):
            yield now, item

    def _at(self, now: dt.datetime, run_id: str) -> Transaction:
        """The transaction as the run of that time had it."""
        return replace(self.ctx.tx, now=now, run_id=run_id)

    def _play(self, files: list[Path], now: dt.datetime) -> None:
        tx = self._at(now, self._run_id(now) or f"replay-{files[0].stem}")
        result = replay(replace(self.ctx, tx=tx), files, self.feeds, self.by_url, self.founders)
        self.counts["articles"] += len(result.extraction.articles)
        self.feeds = result.feeds

    def _run_id(self, now: dt.datetime) -> str | None:
        """The id of the run of that present, where the old file or the journal knows it."""
        known = {r["started_at"]: r["run_id"] for r in self.old.runs if r["flow"] == FlowName.INGEST}
        told = (x["run_id"] for x in self.lines if dt.datetime.fromisoformat(x["at"]) == now)
        return known.get(now) or next(told, None)

    def _reassign(self, line: dict[str, Any], now: dt.datetime) -> None:
        """Do a correction, or what a relink reassigned, again on what is there now."""
        tx = self._at(now, line["run_id"])
        is_correction = line["what"] == Change.CORRECTED
        if is_correction:
            c = corrections.of_journal(line, self.undone)
            corrections.add_correction(tx, c)
            moves = [] if c.is_undone else self._moves_of(c)
            author, what = c.author, c.what
        else:
            moves = [(line["mention_id"], line["other_id"], line["event_id"])]
            author, what = BY_RULES, Change(line["what"])
        held = events.events_of(tx.con, [m for m, _, _ in moves])
        evidence = (Evidence(ANALYST, f"{author}: {line['why']}", 0.0),) if is_correction else ()
        done = [Reassignment(m, a, b, what, 1.0, evidence, line["why"]) for m, a, b in moves if held.get(m) == a]
        events.refresh(tx, corrections.save_reassignments(tx, done, author))

    def _moves_of(self, c: Correction) -> list[tuple[str, str, str]]:
        """The moves of a correction; an article whose mention is another one now moves with that."""
        members = events.members_of(self.ctx.tx, (c.source,)).get(c.source, [])
        articles, mentions = {a for _, a in c.moved}, {m for m, _ in c.moved}
        whole = c.what == Change.MERGED  # all that the source holds now goes with it
        return [
            (r.mention_id, c.source, c.target)
            for r in members
            if whole or r.mention_id in mentions or r.article_id in articles
        ]

    def _resolve_old_ids(self) -> None:
        """Ids of the journal that no event bears any more resolve to where their founding report is now."""
        founded = [
            {"old_id": x["event_id"], "mention_id": x["mention_id"], "article_id": x.get("article_id", "")}
            for x in self.lines
            if x["what"] == Change.CREATED
        ]
        corrections.resolve_lost(self.ctx.tx, founded)

    def _new_ids(self) -> list[journal.Line]:
        """Lines for the journal: events that better rules found and no line of it knows."""
        tx = self.ctx.tx
        known = {x.get("event_id") for x in self.lines} | {x.get("other_id") for x in self.lines}
        found = [r for r in events.founders(tx) if r["event_id"] not in known]
        head = {"what": Change.CREATED, "run_id": tx.run_id, "flow": FlowName.REBUILD, "at": tx.now.isoformat()}
        return [{**head, **r} for r in found]


def _old_feed(r: store.Row) -> Feed:
    return Feed(r["feed_id"], r["outlet"] or r["feed_id"], r["declared_url"], r["country"] or "", enabled=False)


def _run_time(file: Path) -> dt.datetime:
    """The present of the run that wrote a file: from its first record, else from its name."""
    first = next(archive.records(file), None)
    if first is not None and first.run_at is not None:
        return first.run_at
    stamp = _STAMP.match(file.name)
    if stamp:
        return dt.datetime.strptime(stamp[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    return first.fetched_at if first else dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)


def in_words(made: Rebuilt) -> str:
    """Say in a few lines what a rebuild changed."""
    before, after = made.before, made.after
    n_articles = made.counts["articles"]
    lines = [f"rebuilt with rules {RULES_VERSION}: {n_articles} articles and revisions, {len(after)} events"]
    if not before:
        return lines[0]
    gone, new = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    differing = {e: [k for k, v in row.items() if before[e].get(k) != v] for e, row in after.items() if e in before}
    changed = {e: names for e, names in differing.items() if names}
    if not (gone or new or changed):
        return lines[0] + ", the same as before"
    lines.append(f"{len(new)} events new, {len(gone)} gone (their ids resolve where they can), {len(changed)} changed")
    lines += [f"  new      {e}  {after[e]['event_date']} {after[e]['location']}" for e in new[:10]]
    lines += [f"  gone     {e}  {before[e]['event_date']} {before[e]['location']}" for e in gone[:10]]
    lines += [
        f"  changed  {e}  {after[e]['location']}: {', '.join(names)}" for e, names in sorted(changed.items())[:10]
    ]
    return "\n".join(lines)
