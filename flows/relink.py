"""The relink flow: the events of a window are judged again."""

import datetime as dt

from prefect import flow

from tasks.context import log
from tasks.relink import in_words, relink_events
from veille import settings as config
from veille.codes import FlowName


@flow(name=FlowName.RELINK, persist_result=False)
def relink(since: dt.date | None = None) -> dict[str, int]:
    """Judge again which reports are one event, over a window.

    Args:
        since: First day of publication to look at; two weeks back if empty.
    """
    counts = relink_events(config.load(), since, log.warning)
    log.info("relink: %s", in_words(counts))
    return counts
