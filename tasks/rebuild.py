"""Everything right of the raw archive again, from raw and journal, under the same ids.

Every file of the archive is one run, and is played again with the present that it had; what the journal says in between
(an analyst's corrections, what a relink reassigned) is done at its time. The new file takes the old one's place at the end,
so that a rebuild that fails or is killed changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.context import QUIET, Context, Reporter
from tasks.correct import carry_out, take_back
from tasks.replay import by_article, replay
from veille import RULES_VERSION
from veille.codes import Change, FlowName
from veille.errors import Damaged, WorkFailed
from veille.feedlist import load_feeds, with_zone
from veille.limits import PARSE_S
from veille.records.feeds import Feed
from veille.records.linking import BY_RULES, Correction, Reassignment
from veille.sandbox import Sandbox
from veille.settings import Settings
from veille.web import archive
from veille.web.pruning import whole_of
from warehouse import corrections, events, journal, queue, runs, session, store
from warehouse.carry import CarriedState, carried, carry
from warehouse.store import Row, Transaction

_STAMP = re.compile(r"VEILLE-(\d{14})-")
#: What a relink does; what an ingest reassigned comes again of itself.
_BY_RELINK = (Change.LINKED, Change.MERGED, Change.SPLIT, Change.MOVED)
#: Why a report is apart from where it would be now.
_LEFT = "it was there because of an article that was taken down"


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
            if not counts.get("articles") and not work.forgotten:
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
        self.founders = by_article(lines)
        self.forgotten = [x for x in lines if x["what"] == Change.FORGOTTEN]
        #: When the journal's runs happened: their present, and the place of their commit.
        self.steps: dict[dt.datetime, int] = {}
        self.run_ids = {dt.datetime.fromisoformat(x["at"]): x["run_id"] for x in reversed(lines)}
        self.run_ids |= {r["started_at"]: r["run_id"] for r in old.runs if r["flow"] == FlowName.INGEST}
        self.counts: Counter[str] = Counter()

    def run(self, files: list[Path], made: session.Rewrite) -> dict[str, int]:
        """Play everything in the order in which it happened."""
        tx = self.ctx.tx
        queue.add_forgotten(tx, self.forgotten)
        queue.save_feeds(tx, self.feeds, {})
        for number, (now, item) in enumerate(self._timeline(files), 1):
            if isinstance(item[0], Path):
                self._play(item, now)
                self.reporter.progress(f"rebuild: {number} steps, {self.counts['articles']} articles")
            else:
                self._decide(item, now)
            made.step()
        self._resolve_old_ids()
        carry(tx, self.old)
        runs.add_lost_runs(tx, self.lines)
        made.lines += self._new_ids()
        runs.close_run(tx, FlowName.REBUILD, dt.datetime.now(dt.UTC), self.counts, [])
        return dict(self.counts)

    def _timeline(self, files: list[Path]) -> Iterator[tuple[dt.datetime, list[Path] | list[journal.Line]]]:
        """Runs (their files) and decisions (lines of one run) in the order of the journal, else by their present."""
        places = journal.order(self.ctx.settings.journal_file)
        decided: dict[str, list[journal.Line]] = defaultdict(list)
        for line in self.lines:
            by_relink = line["what"] in _BY_RELINK and runs.flow_of(line) == FlowName.RELINK
            left = line["what"] == Change.LINKED and runs.flow_of(line) == FlowName.FORGET
            if line["what"] in (Change.CORRECTED, Change.UNDONE) or by_relink or left:
                decided[line["run_id"]].append(line)
        for line in self.lines:
            self.steps.setdefault(dt.datetime.fromisoformat(line["at"]), places[line["run_id"]])
        played: dict[tuple[float, dt.datetime], list[Path]] = {}
        for file in sorted(files, key=lambda f: whole_of(f).name not in places):
            now = _run_time(file)
            played.setdefault((self._place(file, now, places, played), now), []).append(file)
        happened: list[tuple[float, dt.datetime, list[Path] | list[journal.Line]]]
        happened = [(place, now, fs) for (place, now), fs in played.items()]
        happened += [(places[run_id], _at_of(lines), lines) for run_id, lines in decided.items()]
        for _, now, item in sorted(happened, key=lambda x: x[:2]):
            yield now, item

    def _place(
        self, file: Path, now: dt.datetime, places: Mapping[str, int], played: Iterable[tuple[float, dt.datetime]]
    ) -> float:
        """When a file was written: at its run's place in the journal, if that knows it, else before all that came later."""
        if (named := places.get(whole_of(file).name)) is not None:
            return named
        known = [place for place, at in played if at == now]  # what `forget` wrote anew belongs to its run
        known += [self.steps[now]] if now in self.steps else []
        return min(known, default=min((p for at, p in self.steps.items() if at > now), default=10**9) - 0.5)

    def _at(self, now: dt.datetime, run_id: str) -> Transaction:
        """The transaction as the run of that time had it."""
        return replace(self.ctx.tx, now=now, run_id=run_id)

    def _play(self, files: list[Path], now: dt.datetime) -> None:
        tx = self._at(now, self.run_ids.get(now) or f"replay-{files[0].stem}")
        result = replay(replace(self.ctx, tx=tx), files, self.feeds, self.by_url, self.founders)
        self.counts["articles"] += len(result.extraction.articles)
        self.feeds = result.feeds

    def _decide(self, lines: list[journal.Line], now: dt.datetime) -> None:
        """Do what an analyst or a relink decided again, on what is there now."""
        tx = self._at(now, lines[0]["run_id"])
        for line in lines:
            if line["what"] == Change.CORRECTED:
                carry_out(tx, self._as_read_now(corrections.of_journal(line)))
            elif line["what"] == Change.UNDONE:
                for c in corrections.corrections(tx.con):
                    if c.correction_id == line["correction_id"]:
                        take_back(tx, c, line["author"])
        self._relink(tx, [x for x in lines if x["what"] in _BY_RELINK])

    def _relink(self, tx: Transaction, lines: list[journal.Line]) -> None:
        """What a relink linked and reassigned, and where reports were when an article was taken down, if they are there."""
        held = events.events_of(tx.con, [x["mention_id"] for x in lines])
        left = [
            Reassignment(
                x["mention_id"], held[x["mention_id"]], x["event_id"], Change.SPLIT, x["confidence"], (), _LEFT
            )
            for x in lines
            if runs.flow_of(x) == FlowName.FORGET and held.get(x["mention_id"], x["event_id"]) != x["event_id"]
        ]
        linked = [x for x in lines if x["what"] == Change.LINKED and x["mention_id"] not in held]
        touched = events.link_waiting(tx, {x["mention_id"]: (x["event_id"], x["confidence"]) for x in linked})
        done = [
            Reassignment(
                x["mention_id"], x["other_id"], x["event_id"], Change(x["what"]), x.get("confidence", 1.0), (), x["why"]
            )
            for x in lines
            if x["what"] != Change.LINKED and held.get(x["mention_id"]) == x["other_id"]
        ]
        events.refresh(tx, [*touched, *corrections.save_reassignments(tx, [*done, *left], BY_RULES)])

    def _as_read_now(self, c: Correction) -> Correction:
        """The correction with mentions as they are read now: of one that better rules gave another id, the article's first."""
        wanted = (*c.moved, *c.kept)
        there = corrections.roots_of(self.ctx.tx.con, [m for m, _ in wanted])
        lost = [(m, a) for m, a in wanted if m not in there]
        now = events.mentions_of_articles(self.ctx.tx, [a for _, a in lost], (c.event_id, c.other_id))
        found = {m: now[a] for m, a in lost if a in now}
        moved = tuple((found.get(m, m), a) for m, a in c.moved)
        return replace(c, moved=moved, kept=tuple((found.get(m, m), a) for m, a in c.kept))

    def _resolve_old_ids(self) -> None:
        """Ids of the journal that nothing resolves yet: the old file may know what they became, else the journal does."""
        tx = self.ctx.tx
        went: dict[str, str] = {}
        founded: list[Row] = []
        for x in self.lines:
            if x["what"] == Change.CREATED:
                founded.append(
                    {"old_id": x["event_id"], "mention_id": x["mention_id"], "article_id": x.get("article_id", "")}
                )
            elif x["what"] == Change.CORRECTED:
                c = corrections.of_journal(x)
                went[c.source] = c.target
            elif x["what"] in (Change.MERGED, Change.SPLIT, Change.MOVED):
                went[x["other_id"]] = x["event_id"]
        taken = {x.get("article_id"): x["why"] for x in self.forgotten}
        told = {x[name] for x in self.lines for name in ("event_id", "other_id") if x.get(name)}
        corrections.drop_unpublished(tx, told | set(self.old.events) | set(self.old.aliases) | set(self.old.deleted))
        corrections.resolve_lost(tx, founded, went, self.old.aliases, self.old.deleted, taken)

    def _new_ids(self) -> list[journal.Line]:
        """Lines for the journal: events that better rules found and no line of it knows."""
        tx = self.ctx.tx
        known = {x.get("event_id") for x in self.lines} | {x.get("other_id") for x in self.lines}
        found = [r for r in events.founders(tx) if r["event_id"] not in known]
        head = {"what": Change.CREATED, "run_id": tx.run_id, "flow": FlowName.REBUILD, "at": tx.now.isoformat()}
        return [{**head, **r} for r in found]


def _at_of(lines: list[journal.Line]) -> dt.datetime:
    return dt.datetime.fromisoformat(lines[0]["at"])


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
