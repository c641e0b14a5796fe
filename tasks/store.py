"""Articles into the writer's file, and which of them are copies of one wire text."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.context import Context
from tasks.results import Stored
from veille.items import next_revisit
from veille.records.articles import Article
from warehouse.articles import add_articles, find_copies


def store_articles(ctx: Context, articles: Sequence[Article]) -> Stored:
    """Store articles and revisions, and find their wire groups."""
    revisits = {a.article_id: next_revisit(a.published_at, ctx.tx.now) for a in articles}
    loaded = add_articles(ctx.tx, articles, revisits)
    return Stored(find_copies(ctx.tx, articles), (("revisions", loaded),))
