"""The workbench of one ingest run: what its steps share and what they hand on."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb

from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Feed, FeedState, Item, Poll, Response
from veille.records.linking import Decision, Move
from veille.records.readings import Mention, Reading
from veille.sandbox import Sandbox
from veille.settings import Settings
from veille.watching import Watches
from veille.web.client import Client
from veille.web.feeds import ParsedFeed

PROGRESS_EVERY_S = 2.0
log = logging.getLogger("veille")
log.setLevel(logging.INFO)  # without a level of its own it would be as quiet as the root, and the UI empty


class Run:
    """State of one run. (A plain class on purpose: Prefect looks into dataclasses, lists and dicts given to tasks.)"""

    def __init__(
        self,
        run_id: str,
        settings: Settings,
        feeds: tuple[Feed, ...],
        now: dt.datetime,
        con: duckdb.DuckDBPyConnection,
        client: Client,
        sandbox: Sandbox,
        scratch: Path,
        force: bool,
        progress: Callable[[str], None],
    ) -> None:
        self.run_id, self.settings, self.feeds, self.now = run_id, settings, feeds, now
        self.con, self.client, self.sandbox, self.scratch = con, client, sandbox, scratch
        self.force, self.progress = force, progress
        self.watches = Watches()
        self.sync_archive: Callable[[], None] = lambda: None
        self.states: dict[str, FeedState] = {}
        self.polls: list[Poll] = []
        self.answers: dict[str, tuple[Response, ParsedFeed | None]] = {}
        self.due: list[Item] = []
        self.fetched: list[tuple[Item, Response]] = []
        self.extracted: list[tuple[Item, Response, Extracted]] = []
        self.articles: list[Article] = []
        self.unchanged: list[Item] = []
        self.failures: list[Failure] = []
        self.readings: list[Reading] = []
        self.decisions: list[Decision] = []
        self.moves: list[Move] = []
        self.founders: dict[str, str] = {}  # of a rebuild: founding mentions and the ids of their events
        self.copies: dict[str, str | None] = {}
        self.counts: Counter[str] = Counter()
        self.ledger: list[dict[str, object]] = []
        self.n_due = self.n_asked = 0
        self._counting, self._told = threading.Lock(), 0.0

    @property
    def mentions(self) -> dict[str, Mention]:
        """What was read in this run, by mention id."""
        return {m.mention_id: m for r in self.readings for m in r.mentions}

    def one_asked(self) -> None:
        """A page more was asked for: says now and then how many of all."""
        with self._counting:
            self.n_asked += 1
            if time.monotonic() < self._told + PROGRESS_EVERY_S and self.n_asked < self.n_due:
                return
            self._told = time.monotonic()
        self.progress(f"download: {self.n_asked} of {self.n_due} pages")

    def note(self, table: str, figures: tuple[int, str]) -> None:
        """Enter what was loaded into the ledger."""
        n_rows, content_hash = figures
        row = {
            "run_id": self.run_id,
            "at": self.now,
            "table_name": table,
            "n_rows": n_rows,
            "content_hash": content_hash,
        }
        self.ledger.append(row)
