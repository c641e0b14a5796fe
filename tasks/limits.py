"""Retries and limits of every step, in one place."""

from __future__ import annotations

from typing import Any

from prefect.cache_policies import NO_CACHE

#: Feeds asked at the same time (each on a host of its own: a host is never asked twice at once).
POLLS_AT_ONCE = 8
#: Hosts from which pages are fetched at the same time.
HOSTS_AT_ONCE = 12
#: Pages fetched, extracted and held in memory together.
PAGES_A_BATCH = 200
#: Articles read together in one process; a run of fewer is read in the flow's own.
READ_AT_ONCE = 50
#: Seconds for parsing one page or feed, after which its process is killed.
PARSE_S = 20.0
#: Seconds that a run waits for another one to end.
LOCK_WAIT_S = 1800.0

_QUIET: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "log_prints": False}
#: A feed's own failures are outcomes; what raises here is a defect or a full disk, and is not tried again.
FEED: dict[str, Any] = {**_QUIET, "retries": 0, "task_run_name": "poll {name}"}
BATCH: dict[str, Any] = {**_QUIET, "retries": 0}
#: Copying the published file can meet a full or busy disk: worth another try.
PUBLISH: dict[str, Any] = {**_QUIET, "retries": 2, "retry_delay_seconds": 5}
