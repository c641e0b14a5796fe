"""`veille retry` and `veille forget`: items tried again, and articles taken down, from the raw archive too."""

from __future__ import annotations

from flows.desk import Desk, author, desk
from flows.terminal import run_ingest, say
from veille import settings as config
from veille.codes import Change, RecordKind, Role
from veille.errors import SettingError
from veille.web import archive
from veille.web.archive import Archive
from veille.web.pruning import with_entries
from warehouse import events
from warehouse.store import rows, run


def run_retry(reason: str | None, url: str | None) -> int:
    """The command `retry`: rejected items become pending, and an ingest run tries them at once."""
    with desk(config.load(), "retry", say) as at:
        known = {
            r["reason"]: r["n"]
            for r in rows(at.con, "SELECT reason, count(*) AS n FROM rejected GROUP BY ALL ORDER BY 1")
        }
        known.pop("forgotten", None)
        if reason is not None and reason not in known:
            told = ", ".join(f"{k} ({n})" for k, n in known.items()) or "none"
            raise SettingError(f"retry: no item was rejected for {reason!r}; reasons there are: {told}")
        wanted = {"reason": reason, "url": url, "now": at.now}
        query = (
            "UPDATE store.items SET status = 'pending', next_attempt_at = $now, attempts = 0 WHERE status = 'rejected' AND reason <> 'forgotten'"
            " AND ($reason IS NULL OR reason = $reason) AND ($url IS NULL OR url = $url) RETURNING url"
        )
        found = len(at.con.execute(query, wanted).fetchall())
        if url is not None and not found:
            raise SettingError(f'retry: {url} is no rejected item; see `veille sql "FROM rejected"`')
    print(f"{found} rejected items are tried again")
    return run_ingest(None, False, None) if found else 0


def run_forget(url: str, why: str) -> int:
    """The command `forget`: the article, its claims, its pages and its entries in archived feeds are gone for good."""
    if not why.strip():
        raise SettingError('forget: --why is empty; say in a few words why, such as --why "the outlet withdrew it"')
    settings = config.load()
    with desk(settings, "forget", say) as at:
        item = _item(at, url)
        url = item["url"]
        refs = [
            r["raw_ref"]
            for r in rows(
                at.con, "SELECT raw_ref FROM store.revisions WHERE article_id = $id", {"id": item["article_id"]}
            )
        ]
        touched = [
            r["event_id"]
            for r in rows(
                at.con,
                "SELECT DISTINCT event_id FROM store.links JOIN store.mentions USING (mention_id) WHERE article_id = $id",
                {"id": item["article_id"]},
            )
        ]
        at.con.execute(
            "CREATE OR REPLACE TEMP TABLE gone AS SELECT $id::VARCHAR AS article_id", {"id": item["article_id"]}
        )
        run(at.con, "queries/forget", {"url": url, "why": why.strip(), "now": at.now})
        for event_id, left in sorted(events.members_of(at.con, touched, at.scratch).items()):
            heir = min(
                (r for r in left if r.role != Role.BACKGROUND),
                key=lambda r: (r.published_at, r.mention_id),
                default=None,
            )
            if heir is not None:  # a rebuild finds the event's id by a report that is still there
                day = heir.date_low.isoformat()
                at.enter(
                    Change.CREATED,
                    event_id=event_id,
                    mention_id=heir.mention_id,
                    article_id=heir.article_id,
                    place=heir.place,
                    date=day,
                )
        at.counts["events_updated"] = events.refresh(at.con, touched, at.now, at.scratch)
        at.enter(Change.FORGOTTEN, url=url, feed_id=item["feed_id"], why=why.strip(), author=author())
        links = {url, item["link"] or url}
    n_records = _erase(settings, links, set(refs))
    print(
        f"{url}: taken down; {n_records} records of the raw archive blanked or rewritten, {len(touched)} events made again"
    )
    return 0


def _item(at: Desk, url: str) -> dict[str, str]:
    found = rows(
        at.con,
        "SELECT i.url, i.feed_id, i.link, i.article_id FROM store.items i WHERE i.url = $u OR i.link = $u OR i.article_id = $u",
        {"u": url},
    )
    if not found:
        raise SettingError(f'forget: nothing is known of {url}; find the address with `veille sql "FROM articles"`')
    return found[0]


def _erase(settings: config.Settings, links: set[str], refs: set[str]) -> int:
    """Blank every record of the page; of feeds that list it, write the record again without the entry, and blank the old."""
    told = [x.encode() for x in links] + [x.replace("&", "&amp;").encode() for x in links]
    n = 0
    for file in archive.files(settings.raw_dir):
        for record in list(archive.records(file)):
            is_page = record.kind != RecordKind.FEED and (record.raw_ref in refs or {record.url, record.asked} & links)
            lists_it = record.kind == RecordKind.FEED and any(x in record.body for x in told)
            if lists_it:
                body = with_entries(record.body, lambda entry: not any(x in entry for x in told))
                with Archive(settings.raw_dir, record.run_at or record.fetched_at) as fresh:
                    fresh.write(
                        record.url,
                        record.status,
                        record.headers,
                        body,
                        record.fetched_at,
                        "feed",
                        record.asked,
                        record.note,
                    )
            if is_page or lists_it:
                archive.erase(settings.raw_dir, record.raw_ref)
                n += 1
    return n
