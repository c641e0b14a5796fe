"""Pages to articles in the sandbox: text, title, authors, time, language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tasks.context import Context
from tasks.results import Extraction, Fetched
from veille import items
from veille.cleaning import words
from veille.codes import Reason, Stage
from veille.ownership import Owners, as_owned
from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Item, Response
from veille.sandbox import WorkerFailed
from veille.text.pages import page_to_article
from veille.text.walls import MAX_WORDS, leads_to_front
from veille.web.polling import counts_as_attempt, retry_item, retry_name
from warehouse.articles import by_address, by_guid, known_texts, titles_of_texts


def extract(ctx: Context, fetched: Sequence[Fetched], owners: Owners) -> Extraction:
    """Turn fetched pages into articles and failures; `owners` says whose a site is (`veille.ownership`)."""
    fetched = [(as_owned(item, response.final_url or item.url, owners), response) for item, response in fetched]
    with ThreadPoolExecutor(ctx.sandbox.workers) as pool:
        found = list(pool.map(lambda pair: _extracted(ctx, *pair), fetched))
    old = known_texts(ctx.tx.con, [i.article_id for i, _ in fetched if i.article_id])
    made = [_judged(ctx, i, r, x) for (i, r), x in zip(fetched, found, strict=True)]
    asked = [a for m in made if isinstance(m, Article) for a in (m.canonical, m.url) if a]
    asked_of = [i for i, _ in fetched]
    listed = by_guid(ctx.tx, [m.url for m in made if isinstance(m, Article) and m.revision == 1])
    settled, revisions = items.without_twins(made, asked_of, by_address(ctx.tx.con, asked), listed)
    short = [m for m in settled if isinstance(m, Article) and m.revision == 1 and len(words(m.text)) <= MAX_WORDS]
    settled = items.without_repeats(settled, asked_of, titles_of_texts(ctx.tx, short), retry_item)
    judged = list(zip(asked_of, settled, strict=True))
    new = [(i, result) for i, result in judged if _is_news(i, result, old)]
    return Extraction(
        articles=(*(a for _, a in new if isinstance(a, Article)), *revisions),
        failures=tuple(f for _, f in new if isinstance(f, Failure)),
        unchanged=tuple(i for i, result in judged if not _is_news(i, result, old)),
    )


def _extracted(ctx: Context, item: Item, response: Response) -> Extracted | None:
    if response.outcome != Reason.OK:
        return None
    if response.extracted is not None:
        return response.extracted
    if leads_to_front(item.url, response.final_url or item.url):
        return Extracted(False, Reason.REDIRECTED, f"led to {response.final_url}")
    try:
        found: Extracted = ctx.sandbox.call(
            page_to_article, response.body, item, ctx.tx.now, response.content_type, response.final_url or item.url
        )
    except WorkerFailed as error:
        return Extracted(False, error.reason, error.detail)
    return found


def _judged(ctx: Context, item: Item, response: Response, extracted: Extracted | None) -> Article | Failure:
    now = ctx.tx.now
    if extracted is not None:
        return items.accepted(item, extracted, response, now, retry_item)
    reason, wait = response.outcome, response.retry_after_s
    counts = counts_as_attempt(reason)
    retry = retry_name if response.is_sunk else retry_item
    return items.failed(item, Stage.DOWNLOAD, reason, response.detail, now, retry, wait, counts)


def _is_news(item: Item, result: Article | Failure, old: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a result counts: a second look that failed or brought no change only sets the next."""
    if item.article_id is None:
        return True
    return isinstance(result, Article) and items.is_changed(*old[item.article_id], result)
