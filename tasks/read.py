"""Articles to mentions and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from prefect import task

from tasks.limits import BATCH, READ_AT_ONCE
from tasks.run import Run, log
from veille.codes import Scope
from veille.reading.batch import read_batch
from veille.reading.gazetteer import candidate_names
from veille.records.articles import Article
from veille.records.readings import Place, Reading
from veille.sandbox import Overrun
from warehouse.events import add_readings
from warehouse.gazetteer import lookup

Places = Mapping[str, list[Place]]


@task(**BATCH, task_run_name="read {size} articles")
def read_articles(run: Run, size: int) -> int:
    """Read `run.articles`; how many report an incident of the region."""
    names = candidate_names(f"{a.title}\n{a.text}" for a in run.articles)
    places = lookup(run.settings.gazetteer_file, names)
    run.readings = []
    for readings in _readings(run, places):
        run.readings += readings
        run.progress(f"read: {len(run.readings)} of {size} articles")
    _tell_defects(run)
    for name, figures in zip(("mentions", "claims"), add_readings(run.con, run.readings, run.scratch), strict=True):
        run.note(name, figures)
    return sum(r.scope == Scope.SAHEL for r in run.readings)


def _readings(run: Run, places: Places) -> Iterator[list[Reading]]:
    """Batch by batch: here, or in the parsers' processes side by side where there are several."""
    batches = [run.articles[n : n + READ_AT_ONCE] for n in range(0, len(run.articles), READ_AT_ONCE)]
    if run.sandbox.workers == 1 or len(batches) == 1:
        yield from (read_batch(batch, places) for batch in batches)
        return
    with ThreadPoolExecutor(run.sandbox.workers) as pool:
        yield from pool.map(lambda batch: _elsewhere(run, batch, places), batches)


def _elsewhere(run: Run, batch: Sequence[Article], places: Places) -> list[Reading]:
    try:
        found: list[Reading] = run.sandbox.call(read_batch, batch, places)
    except Overrun:  # too much for a worker's bounds: here it has all the time
        return read_batch(batch, places)
    return found


def _tell_defects(run: Run) -> None:
    urls = {a.article_id: a.url for a in run.articles}
    for r in run.readings:
        if r.defect:
            log.error("article %s (%s) could not be read: %s", r.article_id, urls[r.article_id], r.defect)
            run.counts["articles_unread"] += 1
