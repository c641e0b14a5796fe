"""Fetch a batch of pages: hosts side by side, one request at a time on each."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tasks.results import Fetched
from veille.codes import Reason
from veille.limits import HOST_LOST_S, HOST_S, HOSTS_AT_ONCE, PAGES_PER_HOST
from veille.records.feeds import Item, Response
from veille.web.client import Client
from veille.web.polling import should_retry_at_once
from veille.web.urls import host_of

PROGRESS_EVERY_S = 2.0
#: Outcomes of requests that took their time and brought nothing.
_LOST = (Reason.TIMEOUT, Reason.CONNECT, Reason.RESET)


class Progress:
    """What a run has asked for: says now and then how many pages of all, and keeps each host within its budget."""

    def __init__(self, n_due: int, say: Callable[[str], None]) -> None:
        self._n_due, self._say = n_due, say
        self._lock, self._n_asked, self._said_at = threading.Lock(), 0, 0.0
        self._spent: dict[str, _Spent] = defaultdict(_Spent)

    def get(self, client: Client, host: str, url: str) -> Response | None:
        """Fetch a page; None where its host's budget is spent, and the page waits for the next run."""
        spent = self._spent[host]  # one thread per host
        if spent.n_pages >= PAGES_PER_HOST or spent.seconds >= HOST_S or spent.lost_s >= HOST_LOST_S:
            return None
        begun = time.monotonic()
        response = client.get(url)
        seconds = time.monotonic() - begun
        spent.n_pages += 1
        spent.seconds += seconds
        spent.lost_s += seconds if response.outcome in _LOST else 0.0
        self._count()
        return response

    def _count(self) -> None:
        with self._lock:
            self._n_asked += 1
            if time.monotonic() < self._said_at + PROGRESS_EVERY_S and self._n_asked < self._n_due:
                return
            self._said_at = time.monotonic()
        self._say(f"download: {self._n_asked} of {self._n_due} pages")


@dataclass
class _Spent:
    n_pages: int = 0
    seconds: float = 0.0
    lost_s: float = 0.0


def download(client: Client, items: Sequence[Item], progress: Progress) -> list[Fetched]:
    """Fetch the pages of some items."""
    hosts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        hosts[host_of(item.url) or ""].append(item)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        fetched = pool.map(lambda own: _from_host(client, own[0], own[1], progress), hosts.items())
        return [pair for pairs in fetched for pair in pairs]


def _from_host(client: Client, host: str, items: Sequence[Item], progress: Progress) -> list[Fetched]:
    """One host's pages in turn; what failed in passing is asked once more at the end."""
    found: dict[str, Fetched] = {}
    for item in items:
        if (response := progress.get(client, host, item.url)) is not None:
            found[item.url] = item, response
    for url, (item, response) in list(found.items()):
        if should_retry_at_once(response.outcome, response.retry_after_s):
            found[url] = item, progress.get(client, host, url) or response
    return list(found.values())
