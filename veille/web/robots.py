"""What robots.txt allows (RFC 9309), asked once per origin and run.

No robots.txt (4xx), or redirects that lead nowhere: everything is allowed. A server that fails (5xx, 429), or cuts the
answer: nothing is, until the next run. If the host cannot be reached at all, the reason is that of the connection,
because a page of it could not be reached either.
"""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from veille.codes import Reason
from veille.web.exchange import Answer

#: Told as they are: the host was not reached, or must not be.
_UNREACHED = (Reason.CONNECT, Reason.DNS, Reason.TLS, Reason.FORBIDDEN_ADDRESS, Reason.HOST_IN_BACKOFF)
_LEADS_NOWHERE = (Reason.EMPTY, Reason.REDIRECT_LOOP, Reason.TOO_MANY_REDIRECTS, Reason.BAD_URL)


#: Rules of a robots.txt that are read, the length of a path in one, and its wildcards: what honest sites stay far below.
MAX_RULES = 2_000
MAX_PATH = 500
MAX_WILDCARDS = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be fetched: `outcome` is "" or the reason why not."""

    outcome: str = ""
    detail: str = ""
    crawl_delay_s: float = 0.0
    retry_after_s: float | None = None
    is_sunk: bool = False  # as an `Answer`'s


@dataclass(frozen=True, slots=True)
class _Rules:
    refusal: Verdict | None = None
    rules: Protego | None = None


class Robots:
    """`product` is the name we go by (the User-Agent up to its slash); `fetch` gets an address without asking here."""

    def __init__(self, product: str, fetch: Callable[[str], Answer]) -> None:
        self._product, self._fetch = product, fetch
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._known: dict[str, _Rules] = {}

    def verdict(self, url: str) -> Verdict:
        """Tell whether `url` may be fetched; fetches the origin's robots.txt if this run has not yet."""
        parts = urllib.parse.urlsplit(url)
        rules = self._rules(f"{parts.scheme}://{parts.netloc}")
        if rules.refusal:
            return rules.refusal
        if rules.rules is None:
            return Verdict()
        delay = rules.rules.crawl_delay(self._product) or 0.0
        if not rules.rules.can_fetch(url, self._product):
            return Verdict(Reason.ROBOTS, f"robots.txt disallows {parts.path}", delay)
        return Verdict(crawl_delay_s=delay)

    def _rules(self, origin: str) -> _Rules:
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._known:
                rules = rules_from(self._fetch(f"{origin}/robots.txt"), self._product)
                if rules.refusal and rules.refusal.outcome == Reason.HOST_IN_BACKOFF:
                    return rules  # it will answer later in this run, perhaps
                self._known[origin] = rules
            return self._known[origin]


def rules_from(answer: Answer, product: str) -> _Rules:
    """Return what an answer to the request for robots.txt means."""
    if answer.outcome == Reason.OK:
        return _Rules(rules=Protego.parse(_ours(answer.body.decode("utf-8-sig", "replace"), product)))
    if answer.outcome in _UNREACHED:
        told = f"robots.txt: {answer.detail}"
        return _Rules(Verdict(answer.outcome, told, retry_after_s=answer.retry_after_s, is_sunk=answer.is_sunk))
    is_absent = 400 <= answer.status < 500 and answer.status != 429
    if is_absent or answer.outcome in _LEADS_NOWHERE or answer.outcome in ("http_204", "http_304"):
        return _Rules()
    return _Rules(Verdict(Reason.ROBOTS_UNREACHABLE, f"robots.txt: {answer.outcome} ({answer.detail})"))


def _ours(text: str, product: str) -> str:
    """The groups of a robots.txt that can be about us, within bounds: a library keeps a rule for each name and each path.

    A group begins with user-agent lines; ours name our product or "*". Of a rule with many wildcards the beginning counts,
    which forbids more rather than less.
    """
    kept: list[str] = []
    is_heading = about_us = False
    for line in text.splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        name, value = key.strip().lower(), value.strip()
        if name in ("user-agent", "useragent", "user agent"):
            if not is_heading:
                is_heading, about_us = True, False
            if (
                value == "*"
                or value.lower().startswith(product.lower())
                or product.lower().startswith(value.lower() or "-")
            ):
                about_us = True
                kept.append(f"User-agent: {value.partition('/')[0]}")
        elif name:
            is_heading = False
            if about_us and len(kept) < MAX_RULES:
                kept.append(f"{key.strip()}: {_few_wildcards(value[:MAX_PATH])}")
    return "\n".join(kept)


def _few_wildcards(path: str) -> str:
    parts = path.split("*")
    return path if len(parts) <= MAX_WILDCARDS else "*".join(parts[:MAX_WILDCARDS])
