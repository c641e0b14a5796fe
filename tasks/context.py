"""What the steps of a run share: frozen, and small on purpose."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from veille.sandbox import Sandbox
from veille.settings import Settings
from warehouse.store import Transaction

log = logging.getLogger("veille")
log.setLevel(logging.INFO)  # without a level of its own it would be as quiet as the root, and the UI empty


@dataclass(frozen=True, slots=True)
class Reporter:
    """Where a run says how far it is (`progress`) and what must be seen (`say`)."""

    progress: Callable[[str], None] = log.info
    say: Callable[[str], None] = log.warning


#: Says nothing of progress: for work inside other work.
QUIET = Reporter(progress=lambda _: None)


@dataclass(frozen=True, slots=True)
class Context:
    """The open transaction (with the run's present and id), the settings, the parsers, and where to report."""

    tx: Transaction
    settings: Settings
    sandbox: Sandbox
    reporter: Reporter
