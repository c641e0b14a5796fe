"""Tell those who watch: events with many dead, newly contested, or in a watched area; feeds that need a look."""

from __future__ import annotations

import datetime as dt

from prefect.events import emit_event

from tasks.context import log
from veille.codes import AlertOf
from veille.records.alerts import Alert
from veille.watching import NEWS_DAYS, Watches, changes, event_alerts, feed_alerts
from warehouse import alerts as store
from warehouse.store import Transaction


def watch(tx: Transaction, watches: Watches) -> list[Alert]:
    """Emit a Prefect event for every alert that is new, and remember it; comes after the run's commit.

    Told first and remembered after: a run that is killed between the two tells twice rather than never.
    """
    news = store.events_since(tx.con, tx.now - dt.timedelta(days=NEWS_DAYS))
    of_events = event_alerts(news, watches, store.open_alerts(tx.con, AlertOf.EVENT), tx.now)
    holding = feed_alerts(store.feed_health(tx.con), tx.now)
    of_feeds, ended = changes(holding, store.open_alerts(tx.con, AlertOf.FEED))
    found = [*of_events, *of_feeds]
    for alert in found:
        log.warning("%s", alert.text)
        emit_event(
            event=f"veille.{alert.of}.{alert.kind}",
            resource={"prefect.resource.id": f"veille.{alert.of}.{alert.subject}", "prefect.resource.name": alert.text},
            payload={"text": alert.text, "kind": alert.kind, "subject": alert.subject, "watch": alert.watch},
        )
    if found or ended:
        store.save(tx, found, ended)
    return found
