"""The writer's desk for everything that is no ingest run: the lock, one transaction, the journal, and publishing at the end."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tasks.limits import LOCK_WAIT_S
from veille.errors import Damaged, WorkFailed
from veille.settings import Settings
from warehouse import journal, lock, runs, store
from warehouse.publish import publish, sweep


@dataclass
class Desk:
    """What a writer holds: the open file, a scratch folder, its run id, and the journal lines that its commit will write."""

    con: duckdb.DuckDBPyConnection
    scratch: Path
    run_id: str
    now: dt.datetime
    settings: Settings
    lines: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    ledger: list[dict[str, Any]] = field(default_factory=list)

    def enter(self, what: str, **values: Any) -> None:
        """A line for the journal."""
        self.lines.append({"what": what, "run_id": self.run_id, "at": self.now.isoformat(), **values})


@contextlib.contextmanager
def desk(settings: Settings, flow: str, say: Callable[[str], None], now: dt.datetime | None = None) -> Iterator[Desk]:
    """Work on the writer's file in one transaction; commits, journals and publishes if nothing raised."""
    with mendable(settings), lock.writer(settings.home, LOCK_WAIT_S, say):
        sweep(settings.home)
        present = now or dt.datetime.now(dt.UTC)
        con = store.open_state(settings.state_file)
        try:
            journal.reconcile(settings.journal_file, runs.committed_runs(con))
            with tempfile.TemporaryDirectory(prefix=".load-", dir=settings.home) as scratch:
                begun = time.monotonic()
                con.execute("BEGIN")
                run_id = f"{flow}-{present:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
                held = Desk(con, Path(scratch), run_id, present, settings)
                yield held
                ended = present + dt.timedelta(seconds=time.monotonic() - begun)
                runs.close_run(con, run_id, flow, present, ended, dict(held.counts), held.ledger, held.scratch)
                journal.append(settings.journal_file, held.lines)
                con.execute("COMMIT")
                if held.lines:
                    journal.append(settings.journal_file, [{"what": "commit", "run_id": run_id}])
                con.execute("CHECKPOINT")
        finally:
            con.close()
        publish(settings.state_file, settings.published_file)


@contextlib.contextmanager
def mendable(settings: Settings) -> Iterator[None]:
    """What the disk or a damaged file does to a run, said in a sentence."""
    try:
        yield
    except OSError as error:
        raise WorkFailed(
            f"{settings.home}: {error.strerror or error}; the next run goes on from what is committed"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise WorkFailed(
            f"{settings.state_file}: {store.first_line(error)}; the next run goes on from what is committed"
        ) from error
    except (Damaged, *store.DAMAGE) as error:
        if "No space left" in str(error):
            raise WorkFailed(
                f"{settings.home}: the disk is full; make room, and the next run goes on from what is committed"
            ) from error
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"{settings.state_file}: {store.first_line(error)}; run `veille doctor`") from error


def author() -> str:
    """Who is at the terminal, for the journal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "analyst"
