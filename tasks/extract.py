"""Pages to articles in the sandbox: text, title, authors, time, language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from prefect import task

from tasks.limits import BATCH
from tasks.run import Run
from veille import intake
from veille.codes import Reason, Stage
from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Item, Response
from veille.sandbox import Overrun
from veille.text.pages import page_to_article
from veille.web.polling import counts_as_attempt, retry_item
from warehouse.intake import known_texts


@task(**BATCH, task_run_name="extract {size} pages")
def extract(run: Run, size: int) -> int:
    """Turn `run.fetched` into articles and failures; how many articles or revisions there are now."""
    with ThreadPoolExecutor(run.sandbox.workers) as pool:
        found = list(pool.map(lambda pair: _read(run, *pair), run.fetched))
    run.fetched = []
    again = [i.article_id for i, _, _ in found if i.article_id]
    old = known_texts(run.con, again)
    for item, response, extracted in found:
        _keep(run, item, _judge(run, item, response, extracted), old)
    run.progress(f"extract: {len(run.articles)} articles")
    return len(run.articles)


def _read(run: Run, item: Item, response: Response) -> tuple[Item, Response, Extracted | None]:
    if response.outcome != Reason.OK:
        return item, response, None
    if response.extracted is not None:
        return item, response, response.extracted
    try:
        return item, response, run.sandbox.call(page_to_article, response.body, item, run.now)
    except Overrun as error:
        return item, response, Extracted(False, error.reason, error.detail)


def _judge(run: Run, item: Item, response: Response, extracted: Extracted | None) -> Article | Failure:
    if extracted is None:
        counts = counts_as_attempt(response.outcome)
        return intake.failed(
            item, Stage.DOWNLOAD, response.outcome, response.detail, run.now, retry_item, response.retry_after_s, counts
        )
    return intake.accepted(item, extracted, response, run.now, retry_item)


def _keep(run: Run, item: Item, result: Article | Failure, old: dict[str, tuple[str, str]]) -> None:
    """New articles, changed ones and failures; a second look that failed or brought no change only sets the next."""
    if item.article_id is None:
        (run.articles if isinstance(result, Article) else run.failures).append(result)  # type: ignore[arg-type]
    elif isinstance(result, Article) and intake.is_changed(*old[item.article_id], result):
        run.articles.append(result)
    else:
        run.unchanged.append(item)
