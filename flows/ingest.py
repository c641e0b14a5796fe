"""The ingest flow: feeds in, French articles and events out.

poll → queue → download → extract (with language) → store (with copies) → read → link → commit → watch → publish. The whole
run is one transaction of the writer's file, so that a run that is killed leaves nothing half done, and the next one starts
where it started.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.futures import wait
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import WithJsonSchema

from flows.report import Report, counts_table, publish_artifact, publish_events
from tasks.commit import commit
from tasks.context import Context, Reporter, log
from tasks.download import Progress, download
from tasks.extract import extract
from tasks.link import link
from tasks.poll import due_feeds, poll, queue_items
from tasks.read import read
from tasks.results import NOTHING_LINKED, NOTHING_READ, NOTHING_STORED, Extraction, Polled, RunResult
from tasks.step import run_step, submit_step
from tasks.store import store_articles
from tasks.watch import watch
from veille import settings as config
from veille.codes import FlowName, TaskRunner
from veille.errors import VeilleError, WorkFailed
from veille.feedlist import load_feeds, select, with_zone
from veille.limits import PAGES_PER_BATCH, PARSE_S, POLLS_AT_ONCE
from veille.ownership import Owners, owners_of
from veille.records.feeds import Feed, Item
from veille.reference.actors import codes
from veille.sandbox import Sandbox
from veille.watching import load_watches
from veille.web.archive import Archive
from veille.web.client import Client
from warehouse import queue
from warehouse.publish import publish
from warehouse.session import Session, write


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
Ended = dict[str, int] | State[dict[str, int]]


def ingest_flow(reporter: Reporter, report: Callable[[Report], None]) -> Any:
    """Make the flow: it says how far it is to `reporter`, and what it did to `report`, also where every feed failed."""

    @flow(
        name=FlowName.INGEST,
        flow_run_name=_run_name,
        task_runner=ThreadPoolTaskRunner(max_workers=POLLS_AT_ONCE),  # type: ignore[arg-type]
        persist_result=False,
    )
    def ingest(feeds: list[FeedId] | None = None, force: bool = False, now: dt.datetime | None = None) -> Ended:
        """Poll the feeds that are due, load new French articles, link their events, and publish the warehouse.

        Args:
            feeds: Ids of the feeds to poll (see feeds.toml); all enabled feeds if empty.
            force: Poll feeds and try pending items before their time; never against a server's own Retry-After.
            now: Another time for the present, for replays and tests; the real present if empty.
        """
        return _run(feeds, force, _utc(now), reporter, report)

    return ingest


#: As deployments run it: to the log.
ingest = ingest_flow(Reporter(), lambda r: log.info("%s", counts_table(r)))


def _run(
    feeds: list[str] | None, force: bool, now: dt.datetime | None, reporter: Reporter, report: Callable[[Report], None]
) -> Ended:
    settings = config.load()
    every = tuple(with_zone(f) for f in load_feeds(settings.feeds))
    watches = load_watches(settings.watches, codes())
    chosen = select(every, feeds) if feeds else tuple(f for f in every if f.enabled)
    with write(settings, FlowName.INGEST, reporter.say, now=now, publishing=_publish) as session:
        with _open(settings, session, reporter) as tools:
            result = _steps(tools, every, chosen, force)
            backoff = tools.client.hosts_in_backoff()
            session.raw = tools.archive.name
            run_step("commit", commit, session, result, backoff, tools.archive.sync)
        alerts = run_step("watch", watch, session.tx, watches)
        publish_events(session.tx, alerts)
    seconds = (session.present() - session.tx.now).total_seconds()
    done = Report(session.counts, result.queued.polls, result.extraction.failures, seconds)
    publish_artifact(done)
    report(done)
    asked, failed = done.counts["feeds_polled"], done.counts["feeds_failed"]
    if asked and failed == asked:
        raise WorkFailed(f"none of the {asked} feeds could be had; see feed_health.last_error in the warehouse")
    counts = dict(done.counts)
    if failed:
        return Completed(message=f"{failed} of {asked} feeds failed; see feed_health", data=counts)
    return counts


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a run holds open besides the writer's file."""

    ctx: Context
    client: Client
    archive: Archive


def _steps(tools: _Tools, feeds: tuple[Feed, ...], chosen: Sequence[Feed], force: bool) -> RunResult:
    ctx, client = tools.ctx, tools.client
    states = queue.feed_states(ctx.tx.con)
    queue.save_feeds(ctx.tx, feeds, states)
    due, others = due_feeds(ctx, chosen, states, force)
    futures = [submit_step(f"poll {feed.id}", poll, ctx, client, feed, state) for feed, state in due]
    wait(futures)
    # a feed's failure is an outcome; what raises is a full disk or a defect
    polled: list[Polled] = [*others, *(f.result() for f in futures)]
    queued = queue_items(ctx, polled)
    extraction = _pages(tools, queue.due_items(ctx.tx, feeds, force), owners_of(feeds))
    stored, found, linked = NOTHING_STORED, NOTHING_READ, NOTHING_LINKED
    if articles := extraction.articles:
        size = f"{len(articles)} articles"
        stored = run_step(f"store {size}", store_articles, ctx, articles)
        found = run_step(f"read {size}", read, ctx, articles)
        linked = run_step(f"link {size}", link, ctx, articles, stored)
    return RunResult(feeds, states, queued, extraction, stored, found, linked)


def _pages(tools: _Tools, due: Sequence[Item], owners: Owners) -> Extraction:
    """Download and extract in batches, so that no more than one batch of pages is held in memory."""
    progress = Progress(len(due), tools.ctx.reporter.progress)
    parts = []
    for first in range(0, len(due), PAGES_PER_BATCH):
        batch = due[first : first + PAGES_PER_BATCH]
        fetched = run_step(f"download {len(batch)} pages", download, tools.client, batch, progress)
        parts.append(run_step(f"extract {len(batch)} pages", extract, tools.ctx, fetched, owners))
        tools.ctx.reporter.progress(f"extract: {sum(len(p.articles) for p in parts)} articles")
    return Extraction.of(parts)


@contextmanager
def _open(settings: config.Settings, session: Session, reporter: Reporter) -> Iterator[_Tools]:
    """Open the client, the archive and the parsers; hosts that an earlier run was told to leave alone are left alone."""
    now, begun = session.tx.now, time.monotonic()
    workers = 2 if settings.task_runner == TaskRunner.PROCESSES else 1

    def clock() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - begun)

    agent, networks = _user_agent(settings.contact), settings.allow_networks
    with (
        Archive(settings.raw_dir, now) as archive,
        Client(agent, settings.host_delay_s, networks, archive, clock=clock) as client,
        Sandbox(workers, PARSE_S) as sandbox,
    ):
        for host, until in queue.hosts_in_backoff(session.tx.con, now).items():
            client.back_off(host, until)
        yield _Tools(Context(session.tx, settings, sandbox, reporter), client, archive)


def _publish(state: Path, published: Path) -> None:
    run_step("publish", publish, state, published)


def _utc(now: dt.datetime | None) -> dt.datetime | None:
    if now is None:
        return None
    return now.replace(tzinfo=dt.UTC) if now.tzinfo is None else now.astimezone(dt.UTC)


def _user_agent(contact: str) -> str:
    return f"veille-sahel/0.1 (news monitoring{'; ' + contact if contact else ''})"
