"""Articles to mentions and claims."""

from __future__ import annotations

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.mentions import read
from warehouse.events import add_readings
from warehouse.gazetteer import lookup


@task(**BATCH, task_run_name="read {size} articles")
def read_articles(run: Run, size: int) -> int:
    """Read `run.articles`; how many report an incident of the region."""
    names = candidate_names(f"{a.title}\n{a.text}" for a in run.articles)
    gazetteer = with_dumps(lookup(run.settings.gazetteer_file, names))
    run.readings = []
    for n, article in enumerate(run.articles, 1):
        run.readings.append(read(article, gazetteer))
        if n % 50 == 0:
            run.progress(f"read: {n} of {size} articles")
    for name, figures in zip(("mentions", "claims"), add_readings(run.con, run.readings, run.scratch), strict=True):
        run.note(name, figures)
    return sum(r.scope == "sahel" for r in run.readings)
