"""The old part of the raw archive, without what a rebuild does not need (`veille.web.pruning`)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from veille.codes import FlowName, RecordKind
from veille.feedlist import load_feeds, with_zone
from veille.limits import LOCK_WAIT_S, PARSE_S
from veille.records.feeds import Item
from veille.sandbox import Sandbox, WorkerFailed
from veille.settings import Settings
from veille.text.pages import page_to_article
from veille.web import archive, pruning
from veille.web.archive import Archived
from warehouse import articles, lock, queue
from warehouse.session import Say, Session, write

_STAMP = re.compile(r"VEILLE-(\d{8})")
Texts = dict[str, tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning did: files, their bytes before and after, and pages that were kept whole."""

    n_files: int
    n_bytes_before: int
    n_bytes_after: int
    n_kept: int


def prune_archive(settings: Settings, days: int, say: Say) -> Pruned:
    """Shrink the files of runs that are older than so many days. They go once the warehouse refers to the new ones."""
    with lock.archive(settings.home, to_change=True, wait_s=LOCK_WAIT_S, say=say):
        return _prune(settings, days, say)


def _prune(settings: Settings, days: int, say: Say) -> Pruned:
    with write(settings, FlowName.PRUNE, say) as session, Sandbox(1, PARSE_S) as sandbox:
        _settle(session)
        last = (session.tx.now - dt.timedelta(days=days)).strftime("%Y%m%d")
        files = [f for f in archive.files(settings.raw_dir) if (m := _STAMP.match(f.name)) and m[1] < last]
        before = sum(f.stat().st_size for f in files)
        shrink = _Shrink(session, sandbox)
        old = [f for f in files if shrink.file(f)]
    for file in old:
        file.unlink()
    after = sum(pruning.target_of(f).stat().st_size for f in files if pruning.target_of(f).exists())
    return Pruned(len(old), before, after, shrink.n_kept)


def _settle(session: Session) -> None:
    """A pass that was killed may have left a file beside its pruned form: the one that nothing refers to goes."""
    for file in archive.files(session.settings.raw_dir):
        whole = pruning.whole_of(file)
        if pruning.is_pruned(file) and whole.exists():
            is_done = bool(articles.revisions_in(session.tx.con, file.name))
            (whole if is_done else file).unlink()


class _Shrink:
    """One pass over the archive, oldest file first: what feeds have listed so far is remembered."""

    def __init__(self, session: Session, sandbox: Sandbox) -> None:
        self.tx, self.sandbox, self.n_kept = session.tx, sandbox, 0
        self.feeds = [with_zone(f) for f in load_feeds(session.settings.feeds)]
        self.known: dict[str, set[bytes]] = {}

    def file(self, file: Path) -> bool:
        """Prune a file and point the warehouse to the new one; True if the old one may go then."""
        if pruning.is_pruned(file):
            for record in archive.records(file):
                self._feed(record)
            return False
        found = articles.revisions_in(self.tx.con, file.name)
        texts: Texts = {ref: (r["title"], r["text"], r["is_teaser"]) for ref, r in found.items()}
        urls = {r.asked for r in archive.records(file) if r.kind == RecordKind.PAGE}
        items = {i.url: i for i in queue.replayed_items(self.tx, self.feeds, urls)}
        articles.move_raw_refs(self.tx, pruning.rewrite(file, self._shrunk(items, texts)))
        return True

    def _shrunk(self, items: dict[str, Item], texts: Texts) -> Callable[[Archived], Archived]:
        def shrunk(record: Archived) -> Archived:
            if record.kind == RecordKind.FEED:
                return self._feed(record)
            item = items.get(record.asked)
            if record.kind != RecordKind.PAGE or item is None:
                return record
            try:
                now = record.run_at or record.fetched_at
                found = self.sandbox.call(
                    page_to_article, record.body, item, now, record.header("content-type"), record.url
                )
            except WorkerFailed:
                return record
            stored = texts.get(record.raw_ref)
            if stored is not None and stored != (found.title, found.text, found.is_teaser):
                self.n_kept += 1
                return record
            return replace(record, body=pruning.pack(found), kind=RecordKind.EXTRACT)

        return shrunk

    def _feed(self, record: Archived) -> Archived:
        if record.kind != RecordKind.FEED:
            return record
        return replace(record, body=pruning.without_known(record.body, self.known.setdefault(record.asked, set())))
