"""What becomes of an item that was fetched: decisions only, on data and `now`.

An item is an article, waits (`Failure` with a time) or is turned away (`Failure` without). A page of an event article
is looked at again 6, 24 and 72 hours after publication; a text that changed is a new revision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from veille.cleaning import clean, fold, one_line, words
from veille.codes import Reason, Stage
from veille.ownership import site_of
from veille.records.articles import Article, Extracted
from veille.records.feeds import Failure, Item, Response
from veille.text.walls import is_unannounced, leads_to_front
from veille.web.urls import canonical

REVISIT_HOURS = (6, 24, 72)
#: An article's id and title; no title for one that was taken down, whatever it is called now.
Twin = tuple[str, str]
#: So many titles of one site cannot have one text.
REPEATS = 3
Retry = Callable[[str, int, dt.datetime, float | None], dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Listed:
    """An article whose feed gave another address the same guid; `is_quiet`: its own page is not looked at in this run."""

    article_id: str
    url: str
    revision: int
    first_seen_at: dt.datetime
    title: str
    text: str
    is_quiet: bool

    def revised(self, found: Article) -> Article:
        """Return what was found at the other address as the next revision of this article."""
        return replace(
            found,
            article_id=self.article_id,
            url=self.url,
            revision=self.revision + 1,
            first_seen_at=self.first_seen_at,
        )


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
    if found.language != "fr" and is_unannounced(found.text, item.title):
        detail = f"in {found.language}, and nothing of its title: {one_line(found.text[:80])}"
        return failed(item, Stage.EXTRACT, Reason.WALL, detail, now, retry)
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
    made: Sequence[Article | Failure], items: Sequence[Item], known: Mapping[str, Twin], listed: Mapping[str, Listed]
) -> tuple[list[Article | Failure], list[Article]]:
    """Turn away what is another address of one article, reason SAME_ARTICLE; also return the new revisions that it brought.

    Two addresses of one article state one canonical address (or one is the other's), or their feed gave them one guid
    (`listed`, by the new address); and their titles are one but for a word or two, or their texts nearly are. `known`
    are the articles of before, by their addresses (without a title where one was taken down); an article looked at again
    is no twin of itself. What a guid says is the same article, with another text, is a revision of it.
    """
    by_address: dict[str, Twin] = dict(known)
    revised = {m.article_id for m in made if isinstance(m, Article) and m.revision > 1}
    out: list[Article | Failure] = []
    revisions: dict[str, Article] = {}
    for item, result in zip(items, made, strict=True):
        if isinstance(result, Article):
            addresses = [a for a in (result.canonical, result.url) if a]
            twin = next((by_address[a] for a in addresses if a in by_address), None)
            earlier = listed.get(item.url) if result.revision == 1 else None
            if twin and twin[0] != result.article_id and (not twin[1] or _is_one(twin[1], result.title)):
                out.append(_same(item, twin[0] or "taken down"))
                continue
            if earlier and (_is_one(earlier.title, result.title) or _is_one(earlier.text, result.text)):
                if (
                    earlier.is_quiet
                    and earlier.article_id not in revised
                    and is_changed(earlier.title, earlier.text, result)
                ):
                    revisions[earlier.article_id] = earlier.revised(result)
                out.append(_same(item, earlier.article_id))
                continue
            by_address |= {a: (result.article_id, result.title) for a in addresses if a not in by_address}
        out.append(result)
    return out, list(revisions.values())


def _same(item: Item, article_id: str) -> Failure:
    return Failure(item.url, item.feed_id, Stage.EXTRACT, Reason.SAME_ARTICLE, article_id, item.attempts + 1, None)


def without_repeats(
    made: Sequence[Article | Failure], items: Sequence[Item], before: Mapping[str, Collection[str]], retry: Retry
) -> list[Article | Failure]:
    """Put off articles whose whole text stands on their site under several other titles: it is a wall's, whatever it says.

    `before` are the titles under which a text was stored, by address of the new article.
    """
    titles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for m in made:
        if isinstance(m, Article):
            titles[site_of(m.url), m.text] |= {fold(m.title), *(fold(t) for t in before.get(m.url, ()))}
    out: list[Article | Failure] = []
    for item, m in zip(items, made, strict=True):
        if isinstance(m, Article) and m.revision == 1 and len(titles[site_of(m.url), m.text]) >= REPEATS:
            detail = f"the text of {len(titles[site_of(m.url), m.text])} titles: {one_line(m.text[:80])}"
            out.append(failed(item, Stage.EXTRACT, Reason.WALL, detail, m.updated_at, retry))
        else:
            out.append(m)
    return out


def _is_one(a: str, b: str) -> bool:
    """Whether two titles or texts are one but for some words ("(mobile)", a typing error corrected)."""
    one, other = set(words(a)), set(words(b))
    return bool(one | other) and len(one & other) >= 0.6 * len(one | other)


def is_changed(old_title: str, old_text: str, new: Article) -> bool:
    """Tell whether a page looked at again says anything else, spaces, accents and punctuation aside."""
    return fold(old_text) != fold(new.text) or (fold(old_title) != fold(new.title))
