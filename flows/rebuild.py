"""`veille rebuild` and its flow: everything right of the raw archive again, from raw and journal, under the same ids.

Every file of the archive is one run, and is played again with the present that it had; what the journal says in between
(an analyst's corrections, the moves of a relink) is done at its time. The new file takes the old one's place at the end,
so that a rebuild that fails or is killed changes nothing.
"""

import datetime as dt
import os
import re
import tempfile
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import duckdb
from prefect import flow

from flows.desk import mendable
from flows.ingest import with_zone
from flows.report import what_changed
from flows.terminal import progress, quiet_prefect, say
from tasks.limits import LOCK_WAIT_S, PARSE_S
from tasks.replay import by_article, replay
from tasks.run import Run, log
from veille import settings as config
from veille.codes import Change
from veille.errors import Damaged, WorkFailed
from veille.feedlist import load_feeds
from veille.records.feeds import Feed
from veille.records.linking import Correction, Evidence, Move
from veille.sandbox import Sandbox
from veille.web import archive
from veille.web.client import Client
from warehouse import corrections, events, intake, journal, lock, runs, store
from warehouse.publish import publish, sweep

Lines = list[dict[str, Any]]
#: What an old file still knows and the archive does not: why items are no articles, runs, hosts that rest.
_CARRIED = ("feeds", "runs", "resting_hosts", "alerts")
_NAME = re.compile(r"VEILLE-(\d{14})-")


@flow(name="rebuild", persist_result=False)
def rebuild() -> dict[str, int]:
    """Make the warehouse again from the raw archive and the journal, after a rule, a lexicon or a file went wrong."""
    counts, told = work(log.warning, log.info)
    log.info("rebuild: %s", told)
    return counts


def run_rebuild() -> int:
    """The command: prints what changed."""
    quiet_prefect()
    _, told = work(say, progress)
    progress("")
    print(told)
    return 0


def work(tell: Callable[[str], None], show: Callable[[str], None]) -> tuple[dict[str, int], str]:
    """Rebuild; counts, and what changed in words. Raises WorkFailed (no archive), Damaged, Busy."""
    settings = config.load()
    with mendable(settings), lock.writer(settings.home, LOCK_WAIT_S, tell):
        sweep(settings.home)
        files = archive.files(settings.raw_dir)
        if not files:
            raise WorkFailed(
                f"{settings.raw_dir}: no raw archive to rebuild from; `veille ingest` fetches, and keeps one"
            )
        old, before = _carried(settings)
        fresh = settings.home / ".state.rebuild.duckdb"
        for left in (fresh, fresh.with_name(fresh.name + ".wal")):
            left.unlink(missing_ok=True)
        con = store.open_state(fresh)
        try:
            with tempfile.TemporaryDirectory(prefix=".load-", dir=settings.home) as scratch, Sandbox(1, PARSE_S) as box:
                made = _Rebuild(settings, con, Path(scratch), box, old, show)
                counts = made.run(files)
            after = _events(con)
            bad = store.check(con)
            if not counts.get("articles") and not bad:
                bad = ["no page of the archive belongs to a feed that is known; is VEILLE_FEEDS right?"]
            con.execute("CHECKPOINT")
        finally:
            con.close()
        if bad:
            raise Damaged(
                f"rebuild: the new file fails its checks ({bad[0]}); the old one was kept, please report this"
            )
        if made.fresh:
            journal.append(settings.journal_file, [*made.fresh, {"what": "commit", "run_id": made.fresh[0]["run_id"]}])
        settings.state_file.with_name(settings.state_file.name + ".wal").unlink(missing_ok=True)
        os.replace(fresh, settings.state_file)
        publish(settings.state_file, settings.published_file)
    return counts, what_changed(counts, before, after)


class _Rebuild:
    """The new file in the making."""

    def __init__(
        self,
        settings: config.Settings,
        con: duckdb.DuckDBPyConnection,
        scratch: Path,
        sandbox: Sandbox,
        old: Mapping[str, list[store.Row]],
        show: Callable[[str], None],
    ) -> None:
        self.settings, self.con, self.scratch, self.sandbox, self.show = settings, con, scratch, sandbox, show
        self.old = old
        declared = [with_zone(f) for f in load_feeds(settings.feeds)]
        known = {f.id for f in declared}
        gone = [r for r in old.get("feeds", ()) if r["feed_id"] not in known and r["declared_url"]]
        self.feeds = (*declared, *(with_zone(_old_feed(r)) for r in gone))
        self.by_url: dict[str, Feed] = {f.url: f for f in self.feeds}
        by_id = {f.id: f for f in self.feeds}
        self.by_url |= {
            r["url"]: by_id[r["feed_id"]] for r in old.get("feeds", ()) if r["url"] and r["feed_id"] in by_id
        }
        self.lines = journal.committed(settings.journal_file)
        self.undone = {x["correction_id"] for x in self.lines if x["what"] == Change.UNDONE}
        self.founders = by_article(self.lines)
        self.counts: Counter[str] = Counter()
        self.fresh: Lines = []

    def run(self, files: list[Path]) -> dict[str, int]:
        """Play everything in the order in which it happened."""
        self.con.execute("BEGIN")
        self._forgotten()
        intake.save_feeds(self.con, self.feeds, {}, self.scratch)
        for number, (now, item) in enumerate(self._timeline(files), 1):
            if isinstance(item, list):
                self._play(item, now)
                self.show(f"rebuild: {number} steps, {self.counts['articles']} articles")
            else:
                self._rule(item, now)
            self.con.execute("COMMIT")
            self.con.execute("BEGIN")
        self._old_ids()
        self._carry()
        self._runs()
        present = dt.datetime.now(dt.UTC)
        run_id = f"rebuild-{present:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        self.fresh = self._new_ids(run_id, present)
        runs.close_run(
            self.con, run_id, "rebuild", present, dt.datetime.now(dt.UTC), dict(self.counts), [], self.scratch
        )
        self.con.execute("COMMIT")
        return dict(self.counts)

    def _timeline(self, files: list[Path]) -> Iterator[tuple[dt.datetime, list[Path] | dict[str, Any]]]:
        played: dict[dt.datetime, list[Path]] = defaultdict(list)
        for file in files:
            played[_run_time(file)].append(file)
        happened: list[tuple[dt.datetime, int, list[Path] | dict[str, Any]]] = [
            (at, 0, fs) for at, fs in played.items()
        ]
        relinked = ("merged", "split", "moved")
        for n, line in enumerate(self.lines, 1):
            by_relink = line["what"] in relinked and str(line["run_id"]).startswith("relink-")
            if line["what"] == Change.CORRECTED or by_relink:
                happened.append((dt.datetime.fromisoformat(line["at"]), n, line))
        for now, _, item in sorted(happened, key=lambda x: x[:2]):
            yield now, item

    def _play(self, files: list[Path], now: dt.datetime) -> None:
        run = Run(
            f"replay-{files[0].stem}", self.settings, self.feeds, now, self.con, cast(Client, None), self.sandbox, self.scratch,
            False, lambda _: None,
        )  # fmt: skip
        run.states = intake.feed_states(self.con)
        self.counts["articles"] += replay(run, files, self.by_url, self.founders)
        self.feeds = run.feeds

    def _rule(self, line: dict[str, Any], now: dt.datetime) -> None:
        """A correction or a relink's move, done again on what is there now."""
        if line["what"] == Change.CORRECTED:
            c = corrections.of_journal(line, self.undone)
            corrections.add_correction(self.con, c, self.scratch)
            moves = [] if c.is_undone else self._moves_of(c)
            author, what = c.author, c.what
        else:
            moves = [(line["mention_id"], line["other_id"], line["event_id"])]
            author, what = "veille", line["what"]
        held = events.events_of(self.con, [m for m, _, _ in moves])
        evidence = (Evidence("analyst", f"{author}: {line['why']}", 0.0),) if line["what"] == Change.CORRECTED else ()
        done = [Move(m, a, b, what, 1.0, evidence, line["why"]) for m, a, b in moves if held.get(m) == a]
        touched = corrections.save_moves(self.con, done, now, author, self.scratch)
        events.refresh(self.con, touched, now, self.scratch)

    def _moves_of(self, c: Correction) -> list[tuple[str, str, str]]:
        """The moves of a correction; an article whose mention is another one now moves with that."""
        source, target = (c.other_id, c.event_id) if c.what == Change.MERGED else (c.event_id, c.other_id)
        members = events.members_of(self.con, (source,), self.scratch).get(source, [])
        articles, mentions = {a for _, a in c.moved}, {m for m, _ in c.moved}
        whole = c.what == Change.MERGED  # all that the source holds now goes with it
        return [
            (r.mention_id, source, target)
            for r in members
            if whole or r.mention_id in mentions or r.article_id in articles
        ]

    def _forgotten(self) -> None:
        """What was taken down stays down, whatever lists it."""
        gone = [x for x in self.lines if x["what"] == Change.FORGOTTEN]
        intake.add_forgotten(self.con, gone, self.scratch)

    def _old_ids(self) -> None:
        """Ids of the journal that no event bears any more resolve to where their founding report is now."""
        founded = [
            {"old_id": x["event_id"], "mention_id": x["mention_id"], "article_id": x.get("article_id", "")}
            for x in self.lines
            if x["what"] == Change.CREATED
        ]
        corrections.resolve_lost(self.con, founded, self.scratch)

    def _runs(self) -> None:
        """Runs that the journal alone remembers."""
        known = runs.committed_runs(self.con)
        lost = {x["run_id"]: x for x in self.lines if x["run_id"] not in known}
        rows = (
            {
                "run_id": r,
                "flow": r.split("-")[0] if r[:2] != "r-" else "ingest",
                "started_at": x["at"],
                "status": "completed",
            }
            for r, x in lost.items()
        )
        store.insert(self.con, "store.runs", rows, self.scratch)

    def _new_ids(self, run_id: str, now: dt.datetime) -> Lines:
        """Lines for the journal: events that better rules found and no line of it knows."""
        known = {x.get("event_id") for x in self.lines} | {x.get("other_id") for x in self.lines}
        query = (
            "SELECT e.event_id, arg_min(m.mention_id, m.mention_id) AS mention_id, arg_min(m.article_id, m.mention_id) AS article_id,"
            " arg_min(m.place, m.mention_id) AS place, arg_min(m.date_low, m.mention_id)::VARCHAR AS date"
            " FROM store.events e JOIN store.links l USING (event_id) JOIN store.mentions m USING (mention_id) WHERE m.role <> 'background' GROUP BY 1"
        )
        found = [r for r in store.rows(self.con, query) if r["event_id"] not in known]
        return [{"what": "created", "run_id": run_id, "at": now.isoformat(), **r} for r in found]

    def _carry(self) -> None:
        """What the old file knows of items that are no articles, of runs, and of hosts that rest."""
        if not self.old:
            return
        intake.carry_items(self.con, self.old["items"], self.scratch)
        self.con.execute("DELETE FROM store.feeds; DELETE FROM store.resting_hosts")
        for table in _CARRIED:
            store.insert(self.con, f"store.{table}", self.old[table], self.scratch)


def _carried(settings: config.Settings) -> tuple[dict[str, list[store.Row]], dict[str, store.Row]]:
    """What the writer's file (else the published one) knows and the archive does not, and its events."""
    for path in (settings.state_file, settings.published_file):
        if not path.exists():
            continue
        try:
            con = store.open_state(path) if path == settings.state_file else store.connect(path, read_only=True)
            try:
                journal.reconcile(settings.journal_file, runs.committed_runs(con))
                old = {t: store.rows(con, f"SELECT * FROM store.{t}") for t in _CARRIED}  # noqa: S608 - our own names
                old["items"] = store.rows(con, "SELECT * FROM store.items WHERE status <> 'article'")
                return old, _events(con)
            finally:
                con.close()
        except (Damaged, duckdb.Error):
            continue
    return {}, {}


def _events(con: duckdb.DuckDBPyConnection) -> dict[str, store.Row]:
    return {r["event_id"]: r for r in store.rows(con, "SELECT * EXCLUDE (updated_at, rules_version) FROM store.events")}


def _old_feed(r: store.Row) -> Feed:
    return Feed(r["feed_id"], r["outlet"] or r["feed_id"], r["declared_url"], r["country"] or "", enabled=False)


def _run_time(file: Path) -> dt.datetime:
    """The present of the run that wrote a file: from its first record, else from its name."""
    first = next(archive.records(file), None)
    if first is not None and first.run_at is not None:
        return first.run_at
    stamp = _NAME.match(file.name)
    if stamp:
        return dt.datetime.strptime(stamp[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    return first.fetched_at if first else dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
