"""Articles, their revisions and their wire groups in the writer's file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from veille.items import Listed
from veille.records.articles import Article
from veille.text.copies import (
    BOILERPLATE,
    LONG_N,
    MIN_SHARED,
    SHORT_DAYS,
    SHORT_N,
    Member,
    Pair,
    Signature,
    n_words,
    signature,
    star_clusters,
)
from warehouse.store import Con, Loaded, Row, Transaction, rows, sql

Revisits = Mapping[str, dt.datetime | None]
#: Thresholds of copies, which the queries share with `veille.text.copies`.
_COPIES = {
    "long_n": LONG_N,
    "short_n": SHORT_N,
    "short_days": SHORT_DAYS,
    "min_shared": MIN_SHARED,
    "boilerplate": BOILERPLATE,
}


def add_articles(tx: Transaction, articles: Sequence[Article]) -> Loaded:
    """Append revisions and make each the current one of its article."""
    loaded = tx.insert("store.revisions", ({**asdict(a), "run_id": tx.run_id} for a in articles))
    tx.stage("staged_articles", (_article_row(a) for a in articles))
    tx.run("set_current")
    return loaded


def _article_row(a: Article) -> Row:
    return {
        "article_id": a.article_id,
        "revision": a.revision,
        "url": a.url,
        "outlet": a.outlet,
        "published_at": a.published_at or a.first_seen_at,
    }


def set_revisits(tx: Transaction, revisits: Revisits) -> None:
    """Set when the pages of these articles are looked at again; None for never."""
    tx.stage("staged_revisits", ({"article_id": k, "next_look_at": v} for k, v in revisits.items()))
    tx.run("set_revisits")


def set_scopes(tx: Transaction, scopes: Mapping[str, str]) -> None:
    """Set the scope of articles, by id."""
    tx.stage("staged_scopes", ({"article_id": k, "scope": v} for k, v in scopes.items()))
    tx.run("set_scopes")


def find_copies(tx: Transaction, articles: Sequence[Article]) -> dict[str, str | None]:
    """Join the new texts with all stored ones in one query, judge the pairs, and store `copy_of`; what changed.

    The copies of an article that was edited are judged again: they may be its copies no more.
    """
    signatures = [signature(a.article_id, a.text) for a in articles]
    _store_shingles(tx, articles, signatures)
    changed = _judge_copies(tx, [s.article_id for s in signatures])
    edited = [a.article_id for a in articles if a.revision > 1]
    return changed | judge_copies_again(tx, _followers(tx.con, edited) if edited else [])


def _followers(con: Con, article_ids: Sequence[str]) -> list[str]:
    query = "SELECT article_id FROM store.articles WHERE copy_of IN (SELECT unnest($ids::VARCHAR[])) ORDER BY 1"
    return [r["article_id"] for r in rows(con, query, {"ids": list(article_ids)})]


def judge_copies_again(tx: Transaction, article_ids: Sequence[str]) -> dict[str, str | None]:
    """Judge stored articles as if they were new: one of their group is gone; what changed."""
    if not article_ids:
        return {}
    tx.stage("staged_shingles", tx.ask("shingles_of", {"ids": list(article_ids)}))
    return _judge_copies(tx, article_ids)


def _judge_copies(tx: Transaction, fresh: Sequence[str]) -> dict[str, str | None]:
    """The wire groups of the articles whose shingles are staged."""
    pairs = [Pair(r["a"], r["b"], r["shared_long"], r["shared_short"]) for r in tx.ask("copy_pairs", _COPIES)]
    known = tx.ask("copy_members", {"ids": [i for p in pairs for i in (p.a, p.b)] + list(fresh)})
    members = {r["article_id"]: Member(**r) for r in known}
    changed = star_clusters(members, pairs, fresh)
    tx.stage("staged_copies", ({"article_id": k, "copy_of": v} for k, v in changed.items()))
    tx.run("set_copies")
    return changed


def _store_shingles(tx: Transaction, articles: Sequence[Article], signatures: Sequence[Signature]) -> None:
    by_id = {a.article_id: a for a in articles}
    tx.stage(
        "staged_shingles",
        (
            {"kind": kind, "hash": h, "article_id": s.article_id, "outlet": a.outlet, "day": _day(a)}
            for s in signatures
            for a in (by_id[s.article_id],)
            for kind, hashes in ((LONG_N, s.long), (SHORT_N, s.short))
            for h in hashes
        ),
    )
    sizes = (
        {"article_id": s.article_id, "n_words": s.n_words, "n_long": len(s.long), "n_short": len(s.short)}
        for s in signatures
    )
    tx.stage("staged_sizes", sizes)
    tx.run("store_shingles", _COPIES)


def _day(a: Article) -> dt.date:
    return (a.published_at or a.first_seen_at).date()


def known_texts(con: Con, article_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return (title, text) of the current revision of each article."""
    if not article_ids:
        return {}
    found = rows(con, sql("queries/known_texts"), {"ids": list(article_ids)})
    return {r["article_id"]: (r["title"], r["text"]) for r in found}


def by_address(con: Con, addresses: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the articles (id, title) that lie at some addresses, or state one of them as their own; the earliest of each."""
    if not addresses:
        return {}
    found = rows(con, sql("queries/by_address"), {"addresses": sorted(set(addresses))})
    return {r["address"]: (r["article_id"], r["title"]) for r in found}


def by_guid(tx: Transaction, urls: Sequence[str]) -> dict[str, Listed]:
    """Return the articles whose feed gave the same guid to one of these new addresses, by that address."""
    if not urls:
        return {}
    found = tx.ask("by_guid", {"urls": list(urls), "now": tx.now})
    return {r["address"]: Listed(**{k: v for k, v in r.items() if k != "address"}) for r in found}


def titles_of_texts(tx: Transaction, articles: Sequence[Article]) -> dict[str, list[str]]:
    """Return the titles under which an outlet's articles have the very text of one of these, by its address."""
    if not articles:
        return {}
    tx.stage(
        "staged_texts",
        ({"url": a.url, "outlet": a.outlet, "n_words": n_words(a.text), "text": a.text} for a in articles),
    )
    return {r["url"]: r["titles"] for r in tx.ask("titles_of_texts")}


def id_of(con: Con, wanted: str) -> str:
    """Return the id of the article that an id or address names; `wanted` itself where there is none."""
    query = "SELECT article_id FROM store.articles WHERE article_id = $a OR url = $a"
    found = rows(con, query, {"a": wanted})
    return str(found[0]["article_id"]) if found else wanted


def raw_refs(con: Con, article_id: str) -> set[str]:
    """Return where the revisions of an article stand in the raw archive."""
    query = "SELECT raw_ref FROM store.revisions WHERE article_id = $id"
    return {r["raw_ref"] for r in rows(con, query, {"id": article_id})}


def copies_of(con: Con, article_id: str | None) -> dict[str, str]:
    """Return the other articles (id to address) with the wire text of an article."""
    query = (
        "SELECT o.article_id, o.url FROM articles a JOIN articles o ON coalesce(o.copy_of, o.article_id) = coalesce(a.copy_of, a.article_id)"
        " WHERE a.article_id = $id AND o.article_id <> $id ORDER BY o.url"
    )
    return {r["article_id"]: r["url"] for r in rows(con, query, {"id": article_id})}


def last_published_at(con: Con) -> dt.datetime | None:
    """Return when the youngest article was published; None where there is none."""
    last: dt.datetime | None = rows(con, "SELECT max(published_at) AS last FROM store.articles")[0]["last"]
    return last


def revisions_in(con: Con, archive_file: str) -> dict[str, Row]:
    """Return the revisions whose pages stand in a file of the raw archive, by reference: title, text, is_teaser."""
    query = "SELECT raw_ref, title, text, is_teaser FROM store.revisions WHERE starts_with(raw_ref, $file)"
    return {r["raw_ref"]: r for r in rows(con, query, {"file": f"{archive_file}:"})}


def move_raw_refs(tx: Transaction, moved: Mapping[str, str]) -> None:
    """Point revisions to where their pages stand now: old references to new ones."""
    tx.stage("moved_refs", ({"old": a, "new": b} for a, b in moved.items()))
    tx.run("move_refs")
