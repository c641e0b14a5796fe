"""Fetch a batch of pages: hosts side by side, one request at a time on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from prefect import task

from tasks.limits import BATCH, HOSTS_AT_ONCE
from tasks.run import Run
from veille.codes import Reason
from veille.records.feeds import Item, Response
from veille.web.polling import deserves_second_look
from veille.web.urls import host_of


@task(**BATCH, task_run_name="download {size} pages")
def download(run: Run, first: int, size: int) -> int:
    """Fetch `run.due[first:first+size]` into `run.fetched`; how many answered."""
    run.n_due, run.n_asked = len(run.due), first
    hosts: dict[str, list[Item]] = defaultdict(list)
    for item in run.due[first : first + size]:
        hosts[host_of(item.url) or ""].append(item)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        for fetched in pool.map(lambda items: _host(run, items), hosts.values()):
            run.fetched += fetched
    return sum(r.outcome == Reason.OK for _, r in run.fetched)


def _host(run: Run, items: Sequence[Item]) -> list[tuple[Item, Response]]:
    """One host's pages in turn; what failed in passing is asked once more at the end."""
    found = {}
    for item in items:
        found[item.url] = item, run.client.get(item.url)
        run.one_asked()
    for url, (item, response) in list(found.items()):
        if deserves_second_look(response.outcome, response.retry_after_s):
            found[url] = item, run.client.get(url)
    return list(found.values())
