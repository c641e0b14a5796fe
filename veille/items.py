"""What becomes of an item that was fetched: decisions only, on data and `now`.

An item is an article, waits (`Failure` with a time) or is turned away (`Failure` without). A page of an event article
is looked at again 6, 24 and 72 hours after publication; a text that changed is a new revision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence

from veille.cleaning import clean, fold, words
from veille.codes import Reason, Stage
from veille.ownership import site_of
from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Item, Response
from veille.text.walls import leads_to_front
from veille.web.urls import canonical

REVISIT_HOURS = (6, 24, 72)
#: An article's id and title; no title for one that was taken down, whatever it is called now.
Twin = tuple[str, str]
Retry = Callable[[str, int, dt.datetime, float | None], dt.datetime | None]


def article_id_of(url: str) -> str:
    """Return the permanent id of an article, from its canonical address alone."""
    return "a-" + hashlib.sha256(url.encode()).hexdigest()[:14]


def next_revisit(published_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """Say when an event article's page is looked at again: the next of 6, 24 and 72 hours after publication.

    >>> t = dt.datetime(2023, 11, 24, 12, tzinfo=dt.UTC)
    >>> str(next_revisit(t, t)), str(next_revisit(t, t + dt.timedelta(hours=30)))
    ('2023-11-24 18:00:00+00:00', '2023-11-27 12:00:00+00:00')
    >>> next_revisit(t, t + dt.timedelta(days=4))
    """
    if published_at is None:
        return None
    return next((at for h in REVISIT_HOURS if (at := published_at + dt.timedelta(hours=h)) > now), None)


def failed(
    item: Item,
    stage: Stage,
    reason: str,
    detail: str,
    now: dt.datetime,
    retry: Retry,
    retry_after_s: float | None = None,
    counts: bool = True,
) -> Failure:
    """Return the row for an item that could not be had; `retry` says when to try again, None if never."""
    attempts = item.attempts + counts
    when = retry(reason, attempts, now, retry_after_s)
    not_before = now + dt.timedelta(seconds=retry_after_s) if when and retry_after_s else None
    return Failure(item.url, item.feed_id, stage, reason, detail, attempts, when, not_before)


def accepted(item: Item, found: Extracted, response: Response, now: dt.datetime, retry: Retry) -> Article | Failure:
    """Return an article of a page that was read, or why it is none."""
    if not found.ok:
        return failed(item, Stage.EXTRACT, found.reason, found.detail, now, retry)
    if found.language != "fr":
        detail = f"{found.language} ({found.language_confidence:.2f})"
        return Failure(item.url, item.feed_id, Stage.LANGUAGE, Reason.LANGUAGE, detail, item.attempts + 1, None)
    return Article(
        article_id=item.article_id or article_id_of(item.url),
        revision=item.revision + 1,
        url=item.url,
        outlet=item.outlet,
        country=item.country,
        feed_id=item.feed_id,
        title=found.title,
        authors=found.authors,
        published_at=found.published_at,
        published_precision=found.published_precision,
        first_seen_at=item.first_seen_at,
        updated_at=now,
        language=found.language,
        language_confidence=found.language_confidence,
        summary=clean(item.summary),
        text=found.text,
        is_teaser=found.is_teaser,
        timezone=item.timezone,
        raw_ref=response.raw_ref,
        canonical=own_address(found.canonical, response.final_url or item.url),
    )


def own_address(stated: str, url: str) -> str | None:
    """Return the address that a page states for itself, canonical; None where it names another site, or a front page.

    >>> own_address("/a?utm_source=x", "https://www.site.example/amp/a"), own_address("https://site.example/", "https://site.example/a")
    ('https://www.site.example/a', None)
    """
    found = canonical(stated, url) if stated else None
    if found is None or site_of(found) != site_of(url) or leads_to_front("/x", found):
        return None
    return found


def without_twins(
    made: Sequence[Article | Failure], items: Sequence[Item], known: Mapping[str, Twin]
) -> list[Article | Failure]:
    """Return articles and failures with those that are another address of one article turned away, reason SAME_ARTICLE.

    Two addresses of one article state one canonical address (or one is the other's), and carry one title but for a word or two. `known` are the
    articles of before, by their addresses (without a title where one was taken down); an article looked at again is no twin
    of itself.
    """
    by_address: dict[str, Twin] = dict(known)
    out: list[Article | Failure] = []
    for item, result in zip(items, made, strict=True):
        if isinstance(result, Article):
            addresses = [a for a in (result.canonical, result.url) if a]
            twin = next((by_address[a] for a in addresses if a in by_address), None)
            if twin and twin[0] != result.article_id and (not twin[1] or _is_one_title(twin[1], result.title)):
                result = Failure(
                    item.url,
                    item.feed_id,
                    Stage.EXTRACT,
                    Reason.SAME_ARTICLE,
                    twin[0] or "taken down",
                    item.attempts + 1,
                    None,
                )
            else:
                by_address |= {a: (result.article_id, result.title) for a in addresses if a not in by_address}
        out.append(result)
    return out


def _is_one_title(a: str, b: str) -> bool:
    """Whether two titles are one but for a word or two ("(mobile)", a typing error corrected)."""
    one, other = set(words(a)), set(words(b))
    return bool(one | other) and len(one & other) >= 0.6 * len(one | other)


def is_changed(old_title: str, old_text: str, new: Article) -> bool:
    """Tell whether a page looked at again says anything else, spaces, accents and punctuation aside."""
    return fold(old_text) != fold(new.text) or (fold(old_title) != fold(new.title))
