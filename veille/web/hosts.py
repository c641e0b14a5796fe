"""Politeness towards one host: one request at a time, a pause after each, and backoff when it asks for it.

A host is its name, whatever the port or scheme: one machine stands behind all of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LONG_AGO = float("-inf")
#: A server may call a request ended a moment after we do; the pause is meant by its clock.
_MARGIN_S = 0.03


@dataclass(slots=True)
class _Host:
    delay_s: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    last_end: float = _LONG_AGO
    backoff_until: float = _LONG_AGO


class Hosts:
    """Whose turn it is. `delay_s` lies between the end of one request and the start of the next on a host.

    A backoff of up to `patience_s` is waited for; a longer one is told to the caller.
    """

    def __init__(
        self,
        delay_s: float,
        patience_s: float,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._delay_s, self._patience_s = delay_s, patience_s
        self._sleep, self._monotonic = sleep, monotonic
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, name: str) -> Iterator[float]:
        """Hold the host alone, after the pause it is owed; yields the seconds of backoff that remain (0: go on and dial)."""
        host = self._host(name)
        with host.lock:
            left = host.backoff_until - self._monotonic()
            if left > self._patience_s:
                yield left
                return
            pause = host.delay_s + _MARGIN_S if host.delay_s else 0.0
            wait = max(left, host.last_end + pause - self._monotonic())
            if wait > 0:
                self._sleep(wait)
            try:
                yield 0.0
            finally:
                host.last_end = self._monotonic()

    def back_off(self, name: str, seconds: float) -> None:
        """Leave the host alone for so long from now; an earlier, longer backoff stands."""
        host = self._host(name)
        host.backoff_until = max(host.backoff_until, self._monotonic() + seconds)

    def slow_down(self, name: str, delay_s: float) -> None:
        """Pause at least so long between two requests to the host (its Crawl-delay)."""
        host = self._host(name)
        host.delay_s = max(host.delay_s, delay_s)

    def in_backoff(self) -> dict[str, float]:
        """Return the hosts that are in backoff now, and the seconds that remain."""
        now = self._monotonic()
        with self._lock:
            return {name: host.backoff_until - now for name, host in self._hosts.items() if host.backoff_until > now}

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host(self._delay_s))
