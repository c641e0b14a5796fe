"""Articles into the writer's file, and which of them are copies of one wire text."""

from __future__ import annotations

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille.intake import next_look
from warehouse.articles import add_articles, find_copies


@task(**BATCH, task_run_name="copies among {size} articles")
def copies(run: Run, size: int) -> int:
    """Stage `run.articles` and find their wire groups; how many are copies."""
    looks = {a.article_id: next_look(a.published_at, run.now) for a in run.articles}
    run.note("revisions", add_articles(run.con, run.articles, looks, run.run_id, run.scratch))
    run.copies = find_copies(run.con, run.articles, run.scratch)
    fresh = {a.article_id for a in run.articles}
    return sum(head is not None for i, head in run.copies.items() if i in fresh)
