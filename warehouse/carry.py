"""What a rebuild takes over from an old file: what neither the raw archive nor the journal knows.

Why items are no articles, what is remembered of feeds, which runs there were, which hosts asked to be left alone, what
people were told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from veille.errors import Damaged
from veille.settings import Settings
from warehouse import events, journal, queue, runs
from warehouse.store import Row, Transaction, connect, open_state, rows

_TABLES = ("feeds", "runs", "resting_hosts", "alerts")


@dataclass(frozen=True, slots=True)
class CarriedState:
    """What an old file knew; empty where there was none that could be read."""

    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    items: Sequence[Row] = ()
    events: Mapping[str, Row] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)  # old_id: why

    @property
    def feeds(self) -> Sequence[Row]:
        """Return the rows of feeds."""
        return self.tables.get("feeds", ())

    @property
    def runs(self) -> Sequence[Row]:
        """Return the rows of runs."""
        return self.tables.get("runs", ())


def carried(settings: Settings) -> CarriedState:
    """Return what the writer's file (else the published one) knows, and its events."""
    for path in (settings.state_file, settings.published_file):
        if not path.exists():
            continue
        try:
            con = open_state(path) if path == settings.state_file else connect(path, read_only=True)
            try:
                journal.reconcile(settings.journal_file, runs.committed_runs(con))
                tables = {t: rows(con, f"SELECT * FROM store.{t}") for t in _TABLES}  # noqa: S608 - our own names
                items = rows(con, "SELECT * FROM store.items WHERE status <> 'article'")
                aliases = {r["old_id"]: r["event_id"] for r in rows(con, "FROM store.event_aliases")}
                deleted = {r["old_id"]: r["why"] for r in rows(con, "FROM store.deleted_events")}
                return CarriedState(tables, items, events.event_rows(con), aliases, deleted)
            finally:
                con.close()
        except (Damaged, duckdb.Error):
            continue
    return CarriedState()


def carry(tx: Transaction, old: CarriedState) -> None:
    """Write what an old file knew into the new one."""
    if not old.tables:
        return
    queue.carry_items(tx, old.items)
    tx.con.execute("DELETE FROM store.feeds; DELETE FROM store.resting_hosts")
    for table in _TABLES:
        tx.insert(f"store.{table}", old.tables[table])
