"""What people were told: alerts for events and feeds, once each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict

from veille.codes import AlertOf
from veille.records.alerts import Alert
from warehouse.store import Con, Row, Transaction, rows


def events_since(con: Con, since: dt.datetime) -> list[Row]:
    """Return the events (rows of the view) reported since a time."""
    return rows(con, "FROM events WHERE last_reported_at >= $since ORDER BY event_id", {"since": since})


def feed_health(con: Con) -> list[Row]:
    """Return every feed, as the view feed_health has it."""
    return rows(con, "FROM feed_health ORDER BY feed_id")


def open_alerts(con: Con, of: AlertOf) -> set[str]:
    """Return the ids of the alerts for events, or feeds, that were told and have not ended."""
    query = 'SELECT alert_id FROM store.alerts WHERE "of" = $of AND ended_at IS NULL'
    return {r["alert_id"] for r in rows(con, query, {"of": str(of)})}


def save(tx: Transaction, alerts: Sequence[Alert], ended: Collection[str]) -> None:
    """Remember what was told, and which feeds' alerts have ended."""
    if ended:
        query = "UPDATE store.alerts SET ended_at = $now WHERE ended_at IS NULL AND list_contains($ended, alert_id)"
        tx.con.execute(query, {"now": tx.now, "ended": list(ended)})
    tx.insert("store.alerts", ({**asdict(a), "at": tx.now, "run_id": tx.run_id} for a in alerts))
