"""Articles to mentions and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tasks.context import Context, log
from tasks.results import Read
from veille.limits import ARTICLES_PER_BATCH
from veille.reading.batch import read_batch
from veille.reading.gazetteer import candidate_names
from veille.records.articles import Article
from veille.records.readings import Place, Reading
from veille.sandbox import Sandbox, WorkerFailed
from warehouse.events import add_readings
from warehouse.gazetteer import lookup

Places = Mapping[str, list[Place]]


def read(ctx: Context, articles: Sequence[Article]) -> Read:
    """Read articles, and store what was read in them."""
    names = candidate_names(f"{a.title}\n{a.text}" for a in articles)
    readings: list[Reading] = []
    for batch in in_batches(articles, lookup(ctx.settings.gazetteer_file, names), ctx.sandbox):
        readings += batch
        ctx.reporter.progress(f"read: {len(readings)} of {len(articles)} articles")
    _log_defects(articles, readings)
    mentions, claims = add_readings(ctx.tx, readings)
    return Read(tuple(readings), (("mentions", mentions), ("claims", claims)))


def in_batches(
    articles: Sequence[Article], places: Places, sandbox: Sandbox, size: int = ARTICLES_PER_BATCH
) -> Iterator[list[Reading]]:
    """Read batch by batch: here, or in the parsers' processes side by side where there are several."""
    batches = [articles[n : n + size] for n in range(0, len(articles), size)]
    if sandbox.workers == 1 or len(batches) == 1:
        yield from (read_batch(batch, places) for batch in batches)
        return
    with ThreadPoolExecutor(sandbox.workers) as pool:
        yield from pool.map(lambda batch: _elsewhere(sandbox, batch, places), batches)


def _elsewhere(sandbox: Sandbox, batch: Sequence[Article], places: Places) -> list[Reading]:
    try:
        found: list[Reading] = sandbox.call(read_batch, batch, places)
    except WorkerFailed:  # too much for a worker's bounds: here it has all the time
        return read_batch(batch, places)
    return found


def _log_defects(articles: Sequence[Article], readings: Sequence[Reading]) -> None:
    urls = {a.article_id: a.url for a in articles}
    for r in readings:
        if r.defect:
            log.error("article %s (%s) could not be read: %s", r.article_id, urls[r.article_id], r.defect)
