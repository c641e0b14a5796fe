"""How much one request may cost: bytes, seconds, hops."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one GET; what goes over them becomes a reason code, never a full memory or a stuck run."""

    page_bytes: int = 5 * MIB  # decoded
    feed_bytes: int = 8 * MIB
    robots_bytes: int = 500 << 10  # RFC 9309 asks for at least this much; the rest is not read
    max_ratio: float = 200.0  # decoded to received, beyond the first MiB; HTML rarely exceeds 20
    page_s: float = 30.0  # all hops together, waiting for politeness not counted
    feed_s: float = 60.0
    robots_s: float = 15.0
    connect_s: float = 10.0
    read_s: float = 15.0  # between two packets
    max_redirects: int = 5
    patience_s: float = 5.0  # a Retry-After up to this is waited for, a longer one is an outcome
    backoff_after_429_s: float = 60.0  # "too many requests" without a Retry-After
    max_crawl_delay_s: float = 30.0
