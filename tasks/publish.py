"""Put the loaded warehouse where people read it."""

from __future__ import annotations

from pathlib import Path

from prefect import task

from tasks.limits import PUBLISH
from warehouse.publish import publish


@task(**PUBLISH, task_run_name="publish")
def publish_warehouse(state: str, published: str) -> int:
    """Replace the published file by a copy of the closed writer's file; its size in bytes."""
    publish(Path(state), Path(published))
    return Path(published).stat().st_size
