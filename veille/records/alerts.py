"""What somebody is told (watching → tasks, warehouse)."""

from __future__ import annotations

from dataclasses import dataclass

from veille.codes import AlertKind, AlertOf


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody wants to be told; `text` is one French line."""

    alert_id: str
    kind: AlertKind
    of: AlertOf
    subject: str  # event_id or feed_id
    watch: str
    text: str
