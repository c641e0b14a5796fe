"""Fetch a batch of pages: hosts side by side, one request at a time on each."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tasks.results import Fetched
from veille.limits import HOSTS_AT_ONCE
from veille.records.feeds import Item
from veille.web.client import Client
from veille.web.polling import should_retry_at_once
from veille.web.urls import host_of

PROGRESS_EVERY_S = 2.0


class Progress:
    """Counts the pages of all batches of a run, and says now and then how many of all were asked for."""

    def __init__(self, n_due: int, say: Callable[[str], None]) -> None:
        self._n_due, self._say = n_due, say
        self._lock, self._n_asked, self._said_at = threading.Lock(), 0, 0.0

    def one_more(self) -> None:
        """Count one more page that was asked for."""
        with self._lock:
            self._n_asked += 1
            if time.monotonic() < self._said_at + PROGRESS_EVERY_S and self._n_asked < self._n_due:
                return
            self._said_at = time.monotonic()
        self._say(f"download: {self._n_asked} of {self._n_due} pages")


def download(client: Client, items: Sequence[Item], progress: Progress) -> list[Fetched]:
    """Fetch the pages of some items."""
    hosts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        hosts[host_of(item.url) or ""].append(item)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        fetched = pool.map(lambda own: _from_host(client, own, progress), hosts.values())
        return [pair for pairs in fetched for pair in pairs]


def _from_host(client: Client, items: Sequence[Item], progress: Progress) -> list[Fetched]:
    """One host's pages in turn; what failed in passing is asked once more at the end."""
    found = {}
    for item in items:
        found[item.url] = item, client.get(item.url)
        progress.one_more()
    for url, (item, response) in list(found.items()):
        if should_retry_at_once(response.outcome, response.retry_after_s):
            found[url] = item, client.get(url)
    return list(found.values())
