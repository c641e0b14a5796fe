"""Steps as Prefect tasks: one task per feed and one per batch, never one per article (a task run costs 10 ms and 20 kB).

Prefect looks into lists, dicts and dataclasses that are given to a task, element by element; a step is therefore handed
over closed, with its inputs inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture

P = ParamSpec("P")
T = TypeVar("T")
#: What raises in a step is a defect or a full disk, and is not tried again: a feed's and a page's own failures are outcomes.
#: But copying the published file can meet a full or busy disk, which passes.
_RETRIES: dict[str, dict[str, Any]] = {"publish": {"retries": 2, "retry_delay_seconds": 5}}


@task(cache_policy=NO_CACHE, persist_result=False, log_prints=False, retries=0, task_run_name="{title}")
def _step(title: str, work: Callable[[], T]) -> T:
    return work()


def run_step(title: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step as a task run called `title`, and return what it returns."""
    found: T = _task_of(work)(title, partial(work, *args, **kwargs))
    return found


def submit_step(title: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> PrefectFuture[T]:
    """Let a step run beside others, in the flow's task runner; its future gives what it returns."""
    future: PrefectFuture[T] = _task_of(work).submit(title, partial(work, *args, **kwargs))
    return future


def _task_of(work: Callable[..., Any]) -> Any:
    return _step.with_options(name=work.__name__, **_RETRIES.get(work.__name__, {}))
