"""The one way to write: lock, open, reconcile the journal, BEGIN, the work, journal, COMMIT, mark, checkpoint, publish.

    with write(settings, FlowName.MERGE, say) as session:
        ...                                     # functions of this package, given session.tx
        session.enter(Change.CORRECTED, ...)    # what the journal must remember
                                                # what raises comes to nothing; else all is committed and published

A run appends its lines to the journal before its transaction commits and a mark after it, so that a crash at any moment
leaves either all of a run or nothing (`journal`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from veille.codes import Change, FlowName
from veille.errors import Damaged, WorkFailed
from veille.limits import LOCK_WAIT_S
from veille.settings import Settings
from warehouse import journal, lock, runs, store
from warehouse.publish import publish, sweep
from warehouse.store import Loaded, Transaction

Say = Callable[[str], None]
Publish = Callable[[Path, Path], None]
_GOES_ON = "the next run goes on from what is committed"


@dataclass
class Session:
    """What a writer holds while it writes: its transaction, and what its commit will write besides."""

    tx: Transaction
    settings: Settings
    flow: FlowName
    begun: float = field(default_factory=time.monotonic)
    lines: list[journal.Line] = field(default_factory=list)
    ledger: list[tuple[str, Loaded]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    raw: str = ""  # the file of the raw archive that it wrote
    compacts: bool = False  # what it deletes must be gone from the file's free blocks too
    is_committed: bool = False

    def enter(self, what: Change, **values: Any) -> None:
        """Note a line for the journal."""
        line = {"what": what, "run_id": self.tx.run_id, "flow": self.flow, "at": self.tx.now.isoformat()}
        self.lines.append({**line, **values})

    def present(self) -> dt.datetime:
        """Return the run's present with the time that it has taken so far."""
        return self.tx.now + dt.timedelta(seconds=time.monotonic() - self.begun)

    def commit(self, with_run: bool = True) -> None:
        """Commit now, journal first and its mark last; without a row of its own where the run changed nothing."""
        if with_run:
            runs.close_run(self.tx, self.flow, self.present(), self.counts, self.ledger)
        journal.append(self.settings.journal_file, self.lines)
        self.tx.con.execute("COMMIT")
        self.is_committed = True
        if self.lines or self.raw:
            journal.append(self.settings.journal_file, [journal.mark(self.tx.run_id, self.raw)])


@contextlib.contextmanager
def write(
    settings: Settings,
    flow: FlowName,
    say: Say,
    *,
    now: dt.datetime | None = None,
    publishing: Publish = publish,
) -> Iterator[Session]:
    """Write in one transaction; what is not committed by the end of the block is committed then, and all is published.

    The present is `now`, else the time at which the lock is held. `publishing` puts the closed file in place.

    Raises Busy, WorkFailed, Damaged (sentences).
    """
    with exclusive(settings, say):
        present = now or dt.datetime.now(dt.UTC)
        con = store.open_state(settings.state_file)
        try:
            journal.reconcile(settings.journal_file, runs.committed_runs(con))
            with scratch_folder(settings) as scratch:
                con.execute("BEGIN")
                tx = Transaction(con, scratch, runs.new_run_id(flow, present), present)
                session = Session(tx, settings, flow)
                yield session
                if not session.is_committed:
                    session.commit()
                con.execute("CHECKPOINT")
        finally:
            con.close()
        if session.compacts:
            store.compact(settings.state_file)
        publishing(settings.state_file, settings.published_file)


@dataclass
class Rewrite:
    """A new writer's file in the making, beside the old one (`rewrite`)."""

    tx: Transaction
    lines: list[journal.Line] = field(default_factory=list)

    def step(self) -> None:
        """Commit what was done so far, and go on."""
        self.tx.con.execute("COMMIT")
        self.tx.con.execute("BEGIN")


@contextlib.contextmanager
def rewrite(settings: Settings) -> Iterator[Rewrite]:
    """Make the writer's file anew; it takes the old one's place and is published if nothing raised and all checks pass.

    To be called by whoever holds the lock (`exclusive`). Raises Damaged: a check of the new file fails.
    """
    present = dt.datetime.now(dt.UTC)
    fresh = settings.home / ".state.rebuild.duckdb"
    for left in (fresh, wal_of(fresh)):
        left.unlink(missing_ok=True)
    con = store.open_state(fresh)
    try:
        with scratch_folder(settings) as scratch:
            con.execute("BEGIN")
            made = Rewrite(Transaction(con, scratch, runs.new_run_id(FlowName.REBUILD, present), present))
            yield made
            con.execute("COMMIT")
        if bad := store.check(con):
            what = f"rebuild: the new file fails its checks ({bad[0]}); the old one was kept"
            raise Damaged(what, cure="please report this")
        con.execute("CHECKPOINT")
    finally:
        con.close()
    if made.lines:
        journal.append(settings.journal_file, [*made.lines, journal.mark(made.tx.run_id)])
    wal_of(settings.state_file).unlink(missing_ok=True)
    os.replace(fresh, settings.state_file)
    publish(settings.state_file, settings.published_file)


@contextlib.contextmanager
def exclusive(settings: Settings, say: Say) -> Iterator[None]:
    """Hold the writer's lock over a swept home; what disk and files do to the work is said in a sentence."""
    with translated_errors(settings), lock.writer(settings.home, LOCK_WAIT_S, say):
        sweep(settings.home)
        yield


@contextlib.contextmanager
def scratch_folder(settings: Settings) -> Iterator[Path]:
    """Make a folder in the home for loads, which the next writer sweeps away should this one be killed."""
    with tempfile.TemporaryDirectory(prefix=".load-", dir=settings.home) as scratch:
        yield Path(scratch)


def wal_of(file: Path) -> Path:
    """Return the write-ahead log of a DuckDB file."""
    return file.with_name(file.name + ".wal")


@contextlib.contextmanager
def translated_errors(settings: Settings) -> Iterator[None]:
    """Say in a sentence what the disk or a damaged file does to the work."""
    try:
        yield
    except OSError as error:
        raise WorkFailed(f"{settings.home}: {error.strerror or error}; {_GOES_ON}") from error
    except duckdb.OutOfMemoryException as error:
        raise WorkFailed(f"{settings.state_file}: {store.first_line(error)}; {_GOES_ON}") from error
    except (Damaged, *store.DAMAGE) as error:
        if _is_disk_full(error):
            raise WorkFailed(f"{settings.home}: the disk is full; make room, and {_GOES_ON}") from error
        if isinstance(error, Damaged):
            raise
        raise store.unreadable(settings.state_file, error) from error


def _is_disk_full(error: BaseException) -> bool:
    """Whether the system refused to write for want of room: DuckDB passes the system's own words on, and no number."""
    return os.strerror(errno.ENOSPC) in str(error.__cause__ if isinstance(error, Damaged) else error)
