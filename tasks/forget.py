"""An article taken down for good: its text, its claims, its pages and its entries in archived feeds."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.correct import author
from veille.codes import Change, FlowName, RecordKind, Role
from veille.errors import SettingError
from veille.settings import Settings
from veille.web import archive
from veille.web.archive import Archive
from veille.web.pruning import with_entries
from warehouse import articles, events, queue
from warehouse.session import Say, Session, write
from warehouse.store import Row


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken down: the item's address, records blanked or rewritten, events made again."""

    url: str
    n_records: int
    n_events: int


def forget_article(settings: Settings, wanted: str, why: str, say: Say) -> Forgotten:
    """Take an article down. SettingError: no reason, or nothing is known of it."""
    if not why.strip():
        raise SettingError('forget: --why is empty; say in a few words why, such as --why "the outlet withdrew it"')
    with write(settings, FlowName.FORGET, say) as session:
        item = queue.find_item(session.tx.con, wanted)
        if item is None:
            hint = 'find the address with `veille sql "FROM articles"`'
            raise SettingError(f"forget: nothing is known of {wanted}; {hint}")
        refs = articles.raw_refs(session.tx.con, item["article_id"])
        touched = events.events_of_article(session.tx, item["article_id"])
        session.tx.stage("gone", [{"article_id": item["article_id"]}])
        session.tx.run("forget", {"url": item["url"], "why": why.strip(), "now": session.tx.now})
        _find_heirs(session, touched)
        session.counts["events_updated"] = events.refresh(session.tx, touched)
        values = {"url": item["url"], "feed_id": item["feed_id"], "why": why.strip(), "author": author()}
        session.enter(Change.FORGOTTEN, **values)
    return Forgotten(item["url"], _erase(settings, item, refs), len(touched))


def _find_heirs(session: Session, event_ids: list[str]) -> None:
    """Note a report that is still there for each event, so that a rebuild finds the event's id by it."""
    for event_id, left in sorted(events.members_of(session.tx, event_ids).items()):
        news = [r for r in left if r.role != Role.BACKGROUND]
        heir = min(news, key=lambda r: (r.published_at, r.mention_id), default=None)
        if heir is not None:
            ids = {"event_id": event_id, "mention_id": heir.mention_id, "article_id": heir.article_id}
            session.enter(Change.CREATED, **ids, place=heir.place, date=heir.date_low.isoformat())


def _erase(settings: Settings, item: Row, refs: set[str]) -> int:
    """Blank every record of the page; of feeds that list it, write the record again without the entry, and blank the old."""
    links = {item["url"], item["link"] or item["url"]}
    spelled = [x.encode() for x in links] + [x.replace("&", "&amp;").encode() for x in links]
    n = 0
    for file in archive.files(settings.raw_dir):
        for record in list(archive.records(file)):
            is_feed = record.kind == RecordKind.FEED
            is_page = not is_feed and (record.raw_ref in refs or bool({record.url, record.asked} & links))
            lists_it = is_feed and any(x in record.body for x in spelled)
            if lists_it:
                body = with_entries(record.body, lambda entry: not any(x in entry for x in spelled))
                with Archive(settings.raw_dir, record.run_at or record.fetched_at) as fresh:
                    fresh.rewrite(record, body)
            if is_page or lists_it:
                archive.erase(settings.raw_dir, record.raw_ref)
                n += 1
    return n
