"""Articles into the writer's file, and which of them are copies of one wire text."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.context import Context
from tasks.results import Stored
from veille.records.articles import Article
from warehouse.articles import add_articles, find_copies


def store_articles(ctx: Context, articles: Sequence[Article]) -> Stored:
    """Store articles and revisions, and find their wire groups."""
    loaded = add_articles(ctx.tx, articles)
    return Stored(find_copies(ctx.tx, articles), (("revisions", loaded),))
