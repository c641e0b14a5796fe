"""The ingest flow: feeds in, French articles and events out.

poll → download → extract (with language) → copies → read → link → load → publish. The whole run is one transaction of
the writer's file, so that a run that is killed leaves nothing half done, and the next one starts where it started.
"""

import contextlib
import datetime as dt
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.futures import wait
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import WithJsonSchema

from flows.desk import mendable
from flows.report import counts_table, publish_artifact, publish_events
from tasks.copies import copies
from tasks.download import download
from tasks.extract import extract
from tasks.limits import LOCK_WAIT_S, PAGES_A_BATCH, PARSE_S, POLLS_AT_ONCE
from tasks.link import link
from tasks.load import load
from tasks.poll import due_feeds, poll_feed, settle
from tasks.publish import publish_warehouse
from tasks.read import read_articles
from tasks.run import Run, log
from tasks.watch import watch
from veille import settings as config
from veille.codes import TaskRunner
from veille.errors import VeilleError, WorkFailed
from veille.feedlist import load_feeds, select
from veille.records.feeds import Failure, Feed
from veille.reference.actors import codes
from veille.reference.countries import timezone_of
from veille.sandbox import Sandbox
from veille.watching import load_watches
from veille.web.archive import Archive
from veille.web.client import Client
from warehouse import intake, journal, lock, runs, store
from warehouse.publish import sweep

Progress = Callable[[str], None]
_progress: Progress = log.info
_say: Progress = log.warning
_last: tuple[dict[str, int], list[Failure]] | None = None


def set_progress(progress: Progress, say: Progress) -> None:
    """Where the steps report how far they are, and what must be told: the log, or the terminal of a command."""
    global _progress, _say
    _progress, _say = progress, say


def last_run() -> tuple[dict[str, int], list[Failure]] | None:
    """Counts and failures of the run that this process finished last, for the table that a terminal prints."""
    return _last


def _run_name() -> str:
    """What a run is about, for the list of runs: "all feeds that are due", "fleuve, dunes, forced"."""
    given = runtime.flow_run.get_parameters()
    feeds = list(given.get("feeds") or ())
    what = ", ".join(feeds[:3]) + (f" and {len(feeds) - 3} more" if len(feeds) > 3 else "")
    return (what or "all feeds") + (", forced" if given.get("force") else "" if what else " that are due")


def _feed_ids() -> dict[str, Any]:
    """The schema of a feed's id: those declared when the deployment was made, for the run form's list."""
    try:
        return {"type": "string", "enum": [f.id for f in load_feeds(config.load().feeds)]}
    except VeilleError:
        return {"type": "string"}


FeedId = Annotated[str, WithJsonSchema(_feed_ids())]


@flow(
    name="ingest",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=POLLS_AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
)
def ingest(
    feeds: list[FeedId] | None = None, force: bool = False, now: dt.datetime | None = None
) -> dict[str, int] | State[dict[str, int]]:
    """Poll the feeds that are due, load new French articles, link their events, and publish the warehouse.

    Args:
        feeds: Ids of the feeds to poll (see feeds.toml); all enabled feeds if empty.
        force: Poll feeds and try pending items before their time; never against a server's own Retry-After.
        now: Another time for the present, for replays and tests; the real present if empty.
    """
    global _last
    _last = None
    settings = config.load()
    every = tuple(with_zone(f) for f in load_feeds(settings.feeds))
    watches = load_watches(settings.watches, codes())
    chosen = select(every, feeds) if feeds else tuple(f for f in every if f.enabled)
    with (
        mendable(settings),
        lock.writer(settings.home, LOCK_WAIT_S, _say),
        _bench(settings, every, _utc(now), force) as run,  # the present is when the lock is held, not when it was asked
    ):
        run.watches = watches
        started = time.monotonic()
        _steps(run, chosen)
        took = dt.timedelta(seconds=time.monotonic() - started)
        load(run, run.now + took)
        alerts = watch(run)
        counts, polls, failures = dict(run.counts), run.polls, run.failures
        publish_events(run.con, run.now, alerts)
        run.con.execute("CHECKPOINT")
        run.con.close()
        publish_warehouse(str(settings.state_file), str(settings.published_file))
    _last = counts, failures
    publish_artifact(counts, polls, failures, took.total_seconds())
    log.info("%s", counts_table(counts, failures, took.total_seconds()))
    asked = counts.get("feeds_polled", 0)
    if asked and counts.get("feeds_failed", 0) == asked:
        raise WorkFailed(f"none of the {asked} feeds could be had; see feed_health.last_error in the warehouse")
    if failed := counts.get("feeds_failed", 0):
        return Completed(message=f"{failed} of {asked} feeds failed; see feed_health", data=counts)
    return counts


def _steps(run: Run, chosen: tuple[Feed, ...]) -> None:
    futures = [poll_feed.submit(run, feed.id, feed.id) for feed in due_feeds(run, chosen)]
    wait(futures)
    for future in futures:
        future.result()  # a feed's failure is an outcome; what raises is a full disk or a defect
    brought, figures = intake.add_items(run.con, run.polls, run.now, run.scratch)
    run.note("new items", figures)
    run.counts["items_new"] = figures[0]
    run.polls = [settle(run, p, brought.get(p.feed.id, 0)) for p in run.polls]
    run.due = intake.due_items(run.con, run.feeds, run.now, run.force)
    for first in range(0, len(run.due), PAGES_A_BATCH):
        size = min(PAGES_A_BATCH, len(run.due) - first)
        download(run, first, size)
        extract(run, size)
    if run.articles:
        size = len(run.articles)
        copies(run, size)
        read_articles(run, size)
        link(run, size)


@contextlib.contextmanager
def _bench(settings: config.Settings, feeds: tuple[Feed, ...], now: dt.datetime, force: bool) -> Iterator[Run]:
    """Everything a run holds open: the writer's file in a transaction, the client, the archive, the parsers."""
    run_id = f"r-{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    sweep(settings.home)
    con = store.open_state(settings.state_file)
    try:
        journal.reconcile(settings.journal_file, runs.committed_runs(con))
        workers = 2 if settings.task_runner == TaskRunner.PROCESSES else 1
        begun = time.monotonic()

        def clock() -> dt.datetime:
            return now + dt.timedelta(seconds=time.monotonic() - begun)

        with (
            tempfile.TemporaryDirectory(prefix=".load-", dir=settings.home) as scratch,
            Archive(settings.raw_dir, now) as archive,
            Client(
                _user_agent(settings.contact), settings.host_delay_s, settings.allow_networks, archive, clock=clock
            ) as client,
            Sandbox(workers, PARSE_S) as sandbox,
        ):
            for host, until in intake.resting_hosts(con, now).items():
                client.rest(host, until)
            con.execute("BEGIN")
            run = Run(run_id, settings, feeds, now, con, client, sandbox, Path(scratch), force, _progress)
            run.states = intake.feed_states(con)
            intake.save_feeds(con, feeds, run.states, run.scratch)
            run.sync_archive = archive.sync
            yield run
    finally:
        con.close()


def with_zone(feed: Feed) -> Feed:
    """The feed with the time zone of its country where it declares none."""
    return (
        feed
        if feed.timezone
        else Feed(**{**{k: getattr(feed, k) for k in feed.__slots__}, "timezone": timezone_of(feed.country)})
    )


def _utc(now: dt.datetime | None) -> dt.datetime:
    present = now or dt.datetime.now(dt.UTC)
    return present.replace(tzinfo=dt.UTC) if present.tzinfo is None else present.astimezone(dt.UTC)


def _user_agent(contact: str) -> str:
    return f"veille-sahel/0.1 (news monitoring{'; ' + contact if contact else ''})"
