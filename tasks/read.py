"""Articles to mentions and claims."""

from __future__ import annotations

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run, log
from veille.reading.gazetteer import Gazetteer, candidate_names, with_dumps
from veille.reading.mentions import read
from veille.records import Article, Reading
from warehouse.events import add_readings
from warehouse.gazetteer import lookup


@task(**BATCH, task_run_name="read {size} articles")
def read_articles(run: Run, size: int) -> int:
    """Read `run.articles`; how many report an incident of the region."""
    names = candidate_names(f"{a.title}\n{a.text}" for a in run.articles)
    gazetteer = with_dumps(lookup(run.settings.gazetteer_file, names))
    run.readings = []
    for n, article in enumerate(run.articles, 1):
        run.readings.append(_read(run, article, gazetteer))
        if n % 50 == 0:
            run.progress(f"read: {n} of {size} articles")
    for name, figures in zip(("mentions", "claims"), add_readings(run.con, run.readings, run.scratch), strict=True):
        run.note(name, figures)
    return sum(r.scope == "sahel" for r in run.readings)


def _read(run: Run, article: Article, gazetteer: Gazetteer) -> Reading:
    """The reading of an article; one that our rules stumble over is kept unread and named, and the run goes on."""
    try:
        return read(article, gazetteer)
    except Exception as error:
        log.exception("article %s (%s) could not be read: a defect of the rules", article.article_id, article.url)
        run.counts["articles_unread"] += 1
        return Reading(
            article.article_id, article.revision, "none", trace=(f"defect: {type(error).__name__}: {error}",)
        )
