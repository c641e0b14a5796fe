"""What people were told: alerts for events and feeds, once each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from veille.records.alerts import Alert
from warehouse.store import Row, insert, rows

Con = duckdb.DuckDBPyConnection


def news(con: Con, since: dt.datetime) -> list[Row]:
    """The events (rows of the view) reported since a time."""
    return rows(con, "FROM events WHERE last_reported_at >= $since ORDER BY event_id", {"since": since})


def health(con: Con) -> list[Row]:
    """Every feed, as the view feed_health has it."""
    return rows(con, "FROM feed_health ORDER BY feed_id")


def standing(con: Con, of: str) -> set[str]:
    """Ids of the alerts for events, or feeds, that were told and have not ended."""
    query = 'SELECT alert_id FROM store.alerts WHERE "of" = $of AND ended_at IS NULL'
    return {r["alert_id"] for r in rows(con, query, {"of": of})}


def save(con: Con, alerts: Sequence[Alert], ended: Collection[str], now: dt.datetime, scratch: Path) -> None:
    """Remember what was told, and which feeds' alerts have ended."""
    if ended:
        query = "UPDATE store.alerts SET ended_at = $now WHERE ended_at IS NULL AND list_contains($ended, alert_id)"
        con.execute(query, {"now": now, "ended": list(ended)})
    insert(con, "store.alerts", ({**asdict(a), "at": now} for a in alerts), scratch)
