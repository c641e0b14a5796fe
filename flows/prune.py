"""`veille prune`: the old part of the raw archive, without what a rebuild does not need (`veille.web.pruning`)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flows.desk import Desk, desk
from flows.ingest import with_zone
from flows.terminal import say
from tasks.limits import PARSE_S
from veille import settings as config
from veille.codes import RecordKind
from veille.errors import SettingError
from veille.feedlist import load_feeds
from veille.records.feeds import Item
from veille.sandbox import Overrun, Sandbox
from veille.text.pages import page_to_article
from veille.web import archive, pruning
from veille.web.archive import Archived
from warehouse import intake
from warehouse.store import insert, rows

#: Pages are looked at again for three days; younger ones are left alone.
LEAST_DAYS = 14
_STAMP = re.compile(r"VEILLE-(\d{8})")
Texts = dict[str, tuple[str, str, bool]]


def run_prune(days: int) -> int:
    """The command: shrinks files of runs that are older; says how much room that made."""
    if days < LEAST_DAYS:
        raise SettingError(f"prune: --older-than {days}: expected at least {LEAST_DAYS} days, such as 90")
    print(work(days))
    return 0


def work(days: int) -> str:
    """Prune; what was done, in a line. The old files go once the warehouse refers to the new ones."""
    settings = config.load()
    with desk(settings, "prune", say) as at, Sandbox(1, PARSE_S) as sandbox:
        _settle(at)
        last = (at.now - dt.timedelta(days=days)).strftime("%Y%m%d")
        files = [f for f in archive.files(settings.raw_dir) if (m := _STAMP.match(f.name)) and m[1] < last]
        before = sum(f.stat().st_size for f in files)
        shrink = _Shrink(at, sandbox)
        old = [f for f in files if shrink.file(f)]
    for file in old:
        file.unlink()
    after = sum(pruning.target_of(f).stat().st_size for f in files if pruning.target_of(f).exists())
    return (
        f"{len(old)} files of the raw archive pruned, {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after; "
        f"{shrink.n_kept} pages kept whole, because what is read of them now is not what is stored"
    )


def _settle(at: Desk) -> None:
    """A pass that was killed may have left a file beside its pruned form: the one that the warehouse does not refer to goes."""
    for file in archive.files(at.settings.raw_dir):
        whole = pruning.whole_of(file)
        if pruning.is_pruned(file) and whole.exists():
            name = {"name": f"{file.name}:%"}
            is_done = bool(rows(at.con, "SELECT 1 FROM store.revisions WHERE raw_ref LIKE $name LIMIT 1", name))
            (whole if is_done else file).unlink()


class _Shrink:
    """One pass over the archive, oldest file first: what feeds have listed so far is remembered."""

    def __init__(self, at: Desk, sandbox: Sandbox) -> None:
        self.at, self.sandbox, self.n_kept = at, sandbox, 0
        self.feeds = [with_zone(f) for f in load_feeds(at.settings.feeds)]
        self.known: dict[str, set[bytes]] = {}

    def file(self, file: Path) -> bool:
        """Prune a file and point the warehouse to the new one; True if the old one may go then."""
        if pruning.is_pruned(file):
            for record in archive.records(file):
                self._feed(record)
            return False
        name = {"name": f"{file.name}:%"}
        found = rows(
            self.at.con, "SELECT raw_ref, title, text, is_teaser FROM store.revisions WHERE raw_ref LIKE $name", name
        )
        texts: Texts = {r["raw_ref"]: (r["title"], r["text"], r["is_teaser"]) for r in found}
        urls = {r.asked for r in archive.records(file) if r.kind == RecordKind.PAGE}
        items = {i.url: i for i in intake.replayed_items(self.at.con, self.feeds, urls, self.at.scratch)}
        moved = pruning.rewrite(file, self._shrunk(items, texts))
        self.at.con.execute("CREATE OR REPLACE TEMP TABLE moved_refs (old VARCHAR, new VARCHAR)")
        insert(self.at.con, "moved_refs", ({"old": a, "new": b} for a, b in moved.items()), self.at.scratch)
        self.at.con.execute("UPDATE store.revisions SET raw_ref = m.new FROM moved_refs m WHERE raw_ref = m.old")
        return True

    def _shrunk(self, items: dict[str, Item], texts: Texts) -> Callable[[Archived], Archived]:
        def shrunk(record: Archived) -> Archived:
            if record.kind == RecordKind.FEED:
                return self._feed(record)
            item = items.get(record.asked)
            if record.kind != RecordKind.PAGE or item is None:
                return record
            try:
                found = self.sandbox.call(page_to_article, record.body, item, record.run_at or record.fetched_at)
            except Overrun:
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
