"""Articles, their revisions and their wire groups in the writer's file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import duckdb

from veille.records.articles import Article
from veille.text.copies import LONG_N, SHORT_DAYS, SHORT_N, Member, Pair, Signature, signature, stars
from warehouse.store import Row, insert, rows, run, sql

Con = duckdb.DuckDBPyConnection


def add_articles(
    con: Con, articles: Sequence[Article], looks: dict[str, dt.datetime | None], run_id: str, scratch: Path
) -> tuple[int, str]:
    """Append revisions and make each the current one of its article."""
    revisions = [
        {
            "article_id": a.article_id,
            "revision": a.revision,
            "url": a.url,
            "outlet": a.outlet,
            "country": a.country,
            "feed_id": a.feed_id,
            "title": a.title,
            "authors": a.authors,
            "published_at": a.published_at,
            "published_precision": a.published_precision,
            "first_seen_at": a.first_seen_at,
            "updated_at": a.updated_at,
            "language": a.language,
            "language_confidence": a.language_confidence,
            "summary": a.summary,
            "text": a.text,
            "is_teaser": a.is_teaser,
            "timezone": a.timezone,
            "raw_ref": a.raw_ref,
            "run_id": run_id,
        }
        for a in articles
    ]
    figures = insert(con, "store.revisions", revisions, scratch)
    con.execute("CREATE OR REPLACE TEMP TABLE staged_articles AS FROM store.articles LIMIT 0")
    insert(con, "staged_articles", (_article_row(a, looks) for a in articles), scratch)
    run(con, "queries/set_current")
    return figures


def _article_row(a: Article, looks: dict[str, dt.datetime | None]) -> Row:
    return {
        "article_id": a.article_id,
        "revision": a.revision,
        "url": a.url,
        "outlet": a.outlet,
        "published_at": a.published_at or a.first_seen_at,
        "next_look_at": looks.get(a.article_id),
        "looks": a.revision - 1,
    }


def find_copies(con: Con, articles: Sequence[Article], scratch: Path) -> dict[str, str | None]:
    """Join the new texts with all stored ones in one query, judge the pairs, and store `copy_of`; what changed."""
    signatures = [signature(a.article_id, a.text) for a in articles]
    _store_shingles(con, articles, signatures, scratch)
    pairs = [Pair(r["a"], r["b"], r["shared_long"], r["shared_short"]) for r in rows(con, sql("queries/copy_pairs"))]
    fresh = [s.article_id for s in signatures]
    known = rows(con, sql("queries/copy_members"), {"ids": [i for p in pairs for i in (p.a, p.b)] + fresh})
    members = {r["article_id"]: Member(**r) for r in known}
    changed = stars(members, pairs, fresh)
    con.execute("CREATE OR REPLACE TEMP TABLE staged_copies (article_id VARCHAR, copy_of VARCHAR)")
    insert(con, "staged_copies", ({"article_id": k, "copy_of": v} for k, v in changed.items()), scratch)
    con.execute(
        "UPDATE store.articles a SET copy_of = s.copy_of FROM staged_copies s WHERE s.article_id = a.article_id"
    )
    return changed


def _store_shingles(con: Con, articles: Sequence[Article], signatures: Sequence[Signature], scratch: Path) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE staged_shingles AS FROM store.shingles LIMIT 0")
    day = {a.article_id: (a.published_at or a.first_seen_at).date() for a in articles}
    outlet = {a.article_id: a.outlet for a in articles}
    found = (
        {"kind": kind, "hash": h, "article_id": s.article_id, "outlet": outlet[s.article_id], "day": day[s.article_id]}
        for s in signatures
        for kind, hashes in ((LONG_N, s.long), (SHORT_N, s.short))
        for h in hashes
    )
    insert(con, "staged_shingles", found, scratch)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE staged_sizes (article_id VARCHAR, n_words INTEGER, n_long INTEGER, n_short "
        "INTEGER)"
    )
    sizes = (
        {"article_id": s.article_id, "n_words": s.n_words, "n_long": len(s.long), "n_short": len(s.short)}
        for s in signatures
    )
    insert(con, "staged_sizes", sizes, scratch)
    run(con, "queries/store_shingles", {"short_days": SHORT_DAYS})
