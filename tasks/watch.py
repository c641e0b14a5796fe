"""Tell those who watch: events with many dead, newly contested, or in a watched area; feeds that need a look."""

from __future__ import annotations

import datetime as dt

from prefect import task
from prefect.events import emit_event

from tasks.limits import BATCH
from tasks.run import Run, log
from veille.codes import AlertOf
from veille.records.alerts import Alert
from veille.watching import NEWS_DAYS, changes, event_alerts, feed_alerts
from warehouse import alerts as store


@task(**BATCH, task_run_name="watch")
def watch(run: Run) -> list[Alert]:
    """Emit a Prefect event for every alert that is new, and remember it; comes after the run's commit.

    Told first and remembered after: a run that is killed between the two tells twice rather than never.
    """
    now = run.now
    news = store.news(run.con, now - dt.timedelta(days=NEWS_DAYS))
    of_events = event_alerts(news, run.watches, store.standing(run.con, AlertOf.EVENT), now)
    of_feeds, ended = changes(feed_alerts(store.health(run.con), now), store.standing(run.con, AlertOf.FEED))
    found = [*of_events, *of_feeds]
    for alert in found:
        log.warning("%s", alert.text)
        emit_event(
            event=f"veille.{alert.of}.{alert.kind}",
            resource={"prefect.resource.id": f"veille.{alert.of}.{alert.subject}", "prefect.resource.name": alert.text},
            payload={"text": alert.text, "kind": alert.kind, "subject": alert.subject, "watch": alert.watch},
        )
    if found or ended:
        store.save(run.con, found, ended, now, run.scratch)
    return found
