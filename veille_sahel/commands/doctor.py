"""`veille doctor`: is everything as it should be, and what to do where it is not. Looks, and changes nothing."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from veille import settings as config
from veille.cleaning import one_line
from veille.codes import Change, FeedStatus
from veille.errors import Busy, VeilleError
from veille.feedlist import load_feeds
from veille.ownership import owners_of, site_of
from veille.reference.actors import codes
from veille.sandbox import Sandbox, WorkerFailed
from veille.watching import load_watches
from warehouse import journal, lock
from warehouse.gazetteer import summary
from warehouse.health import Health, examine

EXAMINE_S = 300.0
LOW_DISK_BYTES, NO_DISK_BYTES = 2 << 30, 200 << 20
OLD_HOURS = 24


#: A feed with fewer links says nothing of where its articles lie.
MIN_LINKS = 5


class Finding(NamedTuple):
    """One line: `level` is ok, warn or bad; `text` says what, and what to do."""

    level: str
    subject: str
    text: str


Findings = Iterator[Finding]


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_: argparse.Namespace) -> int:
    """Look, and prints one line a finding; 0 if nothing is bad, 1 otherwise."""
    worst = 0
    for found in findings(config.load()):
        print(f"{found.level:<5}{found.subject:<11}{one_line(found.text, 600)}", flush=True)
        worst = max(worst, found.level == "bad")
    return worst


def findings(settings: config.Settings) -> Findings:
    """Return every finding in turn, from the settings to the feeds."""
    yield Finding("ok", "settings", f"home {settings.home}, feeds {settings.feeds}")
    yield from _declared(settings)
    yield from _watches(settings)
    yield from _contact(settings)
    home = _home(settings.home)
    yield home
    if home.level == "bad" or not settings.home.exists():
        return
    yield _disk(settings)
    with ExitStack() as held:
        busy = _busy(settings.home, held)
        yield Finding("ok", "lock", busy or "free: no run is going")
        state = None if busy else _examined(settings.state_file)
        published = _examined(settings.published_file)
    yield from _files(settings, state, published, bool(busy))
    health = state if state and not state.trouble else published
    if health and not health.trouble:
        yield from _contents(settings, health)
    else:
        yield from _journal(settings, None)
    yield _gazetteer(settings)


def _declared(settings: config.Settings) -> Findings:
    try:
        feeds = load_feeds(settings.feeds)
    except VeilleError as error:
        yield Finding("bad", "feeds file", str(error))
        return
    enabled = sum(f.enabled for f in feeds)
    if enabled:
        yield Finding("ok", "feeds file", f"{len(feeds)} feeds declared, {enabled} enabled")
    else:
        yield Finding("bad", "feeds file", f"{settings.feeds}: no feed is enabled; set enabled = true for some")


def _watches(settings: config.Settings) -> Findings:
    try:
        found = load_watches(settings.watches, codes())
    except VeilleError as error:
        yield Finding("bad", "watches", str(error))
        return
    yield Finding("ok", "watches", f"{len(found.watches)} watches, and events with {found.deaths} dead or more")


def _contact(settings: config.Settings) -> Findings:
    if not settings.contact:
        yield Finding("warn", "contact", "VEILLE_CONTACT is empty: set it to an address that webmasters can write to")


def _home(home: Path) -> Finding:
    place = home
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Finding("bad", "home", f"{home}: cannot be written; set VEILLE_HOME to a folder that can")
    if place != home:
        return Finding("warn", "home", f"{home}: not there yet; `veille ingest` or `veille demo` makes it")
    return Finding("ok", "home", f"{home} can be written")


def _disk(settings: config.Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    needed = settings.state_file.stat().st_size if settings.state_file.exists() else 0
    if free < NO_DISK_BYTES + needed:
        return Finding("bad", "disk", f"{_size(free)} free: too little to publish; make room, or move VEILLE_HOME")
    if free < LOW_DISK_BYTES + 2 * needed:
        return Finding("warn", "disk", f"{_size(free)} free: make room before it is full")
    return Finding("ok", "disk", f"{_size(free)} free")


def _busy(home: Path, held: ExitStack) -> str:
    """Why the writer's file cannot be looked at; "" if this holds the lock now."""
    try:
        held.enter_context(lock.writer(home))
    except Busy:
        return "held by a run that is going: the published file is looked at instead"
    return ""


def _examined(file: Path) -> Health | None:
    """What is in a file, looked at in a process of its own; None where there is none."""
    if not file.exists():
        return None
    with Sandbox(1, EXAMINE_S) as sandbox:
        try:
            found: Health = sandbox.call(examine, file)
        except WorkerFailed as error:
            return Health(f"{file}: cannot be read ({error.reason})")
    return found


def _files(settings: config.Settings, state: Health | None, published: Health | None, is_busy: bool) -> Findings:
    if state is None and published is None and not is_busy:
        yield Finding("warn", "warehouse", "empty: nothing was loaded yet; run `veille ingest`")
        return
    if not is_busy:
        yield _state(settings, state, published)
    if published is None:
        yield Finding("warn", "published", f"{settings.published_file}: not there; `veille ingest` publishes it")
    elif published.trouble:
        text = f"{published.trouble}; `veille ingest` publishes it again"
        yield Finding("bad", "published", text)
    else:
        hours = (time.time() - settings.published_file.stat().st_mtime) / 3600
        level = "warn" if hours > OLD_HOURS else "ok"
        advice = "; is `ingest/scheduled` running?" if level == "warn" else ""
        yield Finding(level, "published", f"{published.n_articles} articles, published {_age(hours)} ago{advice}")


def _state(settings: config.Settings, state: Health | None, published: Health | None) -> Finding:
    if state is None:
        return Finding(
            "bad", "state", f"{settings.state_file}: not there, though something was published; {_cure(settings)}"
        )
    if state.trouble:
        is_mendable = published is not None and not published.trouble and not state.is_whole
        cure = _cure(settings) if is_mendable else state.cure
        return Finding("bad", "state", f"{state.trouble}; {cure}" if cure else state.trouble)
    if state.n_outstanding:
        return Finding("ok", "state", f"readable; the next run brings it {state.n_outstanding} schema steps further")
    return Finding(
        "ok", "state", f"readable, schema up to date, {state.n_articles} articles, {state.n_pending} pending"
    )


def _cure(settings: config.Settings) -> str:
    if not any(settings.raw_dir.glob("*.warc.gz")):
        state, published = settings.state_file.name, settings.published_file.name
        return f"move {state} and {state}.wal away and copy {published} to {state}: it is the state after the last run"
    return f"run `veille rebuild`: it makes the file again from {settings.raw_dir.name}/ and {settings.journal_file.name}, with the same events and ids"


def _contents(settings: config.Settings, health: Health) -> Findings:
    if health.n_outstanding:
        return
    for planted in health.planted:
        yield Finding("bad", "integrity", f"check {planted}; restore a backup, or report it if no file was damaged")
    if not health.planted:
        yield Finding("ok", "integrity", "all checks pass, the ledger and the rows agree")
    yield from _journal(settings, health)
    yield from _raw(settings, health)
    yield from _feeds(health)
    yield from _strangers(settings, health)


def _journal(settings: config.Settings, health: Health | None) -> Findings:
    try:
        lines = journal.read(settings.journal_file)
    except (VeilleError, OSError) as error:
        yield Finding("bad", "journal", str(error))
        return
    if health is None:
        yield Finding("ok", "journal", f"{len(lines)} lines")
        return
    committed = {x["run_id"] for x in lines if x["what"] == Change.COMMIT} | health.run_ids
    whole = [x for x in lines if x.get("run_id") in committed]
    founded = {x["event_id"] for x in whole if x["what"] in (Change.CREATED, Change.SPLIT)}
    founded |= {x["other_id"] for x in whole if x["what"] == Change.CORRECTED}
    if lost := sorted(health.event_ids - founded):
        text = (
            f"lacks {len(lost)} events, such as {lost[0]}: a rebuild would give them other ids; restore a backup of it"
        )
        yield Finding("bad", "journal", f"{settings.journal_file}: {text}")
    elif ahead := sorted({x["run_id"] for x in lines if x["what"] == Change.COMMIT} - health.run_ids):
        text = (
            f"knows {len(ahead)} runs that the warehouse does not, such as {ahead[0]}: an older file was put in place?"
        )
        yield Finding("warn", "journal", text)
    else:
        yield Finding("ok", "journal", f"{len(lines)} lines, every event id accounted for")


def _raw(settings: config.Settings, health: Health) -> Findings:
    sizes = {f.name: f.stat().st_size for f in settings.raw_dir.glob("*.warc.gz")} if settings.raw_dir.exists() else {}
    if lost := sorted(health.raw_files - set(sizes)):
        text = f"{settings.raw_dir}: {len(lost)} files are gone, such as {lost[0]}; restore them: a rebuild needs them"
        yield Finding("bad", "raw", text)
    else:
        yield Finding("ok", "raw", f"{len(sizes)} files, {_size(sum(sizes.values()))}")


def _feeds(health: Health) -> Findings:
    """A line for each kind of trouble; failing feeds with their reasons."""
    advice = {
        "failing": "asked again by themselves; look at the reason",
        "silent": "answer, but bring less than expected: has the site changed?",
        "gone": "answered 410: find their new address, or set enabled = false",
    }
    for status, what in advice.items():
        bad = [f for f in health.feeds if f["status"] == status]
        if bad:
            named = ", ".join(_named(f, status) for f in bad[:8]) + (", ..." if len(bad) > 8 else "")
            yield Finding("warn", "feeds", f"{len(bad)} {status} ({what}): {named}")
    n_ok = sum(f["status"] == FeedStatus.OK for f in health.feeds)
    yield Finding("ok" if n_ok else "warn", "feeds", f"{n_ok} of {len(health.feeds)} in order")


def _strangers(settings: config.Settings, health: Health) -> Findings:
    """Feeds whose links all lie on hosts that are not theirs: their articles go by what the pages say."""
    try:
        feeds = load_feeds(settings.feeds)
    except VeilleError:
        return  # said already
    owners = owners_of(feeds)
    for feed in feeds:
        hosts = health.links.get(feed.id, {})
        theirs = [h for h in hosts if any(o.outlet == feed.outlet for o in owners.get(site_of(f"//{h}"), ()))]
        if sum(hosts.values()) >= MIN_LINKS and not theirs:
            most = max(sorted(hosts), key=lambda h: hosts[h])
            text = f"{feed.id} links to other hosts alone, most to {most}: if that is its own, add sites = [{most!r}]"
            yield Finding("warn", "feeds", text)


def _named(feed: dict[str, object], status: str) -> str:
    reason = str(feed["last_error"] or "").split(":")[0]
    reason = (
        str(feed["ailment"] or "") if status == FeedStatus.SILENT else reason if status == FeedStatus.FAILING else ""
    )
    return f"{feed['feed_id']} ({reason})" if reason else str(feed["feed_id"])


def _gazetteer(settings: config.Settings) -> Finding:
    file = settings.gazetteer_file
    if not file.exists():
        text = "GeoNames is not imported, only the places that ship are known; run `veille gazetteer update`"
        return Finding("warn", "gazetteer", text)
    try:
        n_places, n_countries = summary(file)
    except VeilleError as error:
        return Finding("bad", "gazetteer", str(error))
    return Finding("ok", "gazetteer", f"{n_places} places of {n_countries} countries")


def _size(n_bytes: float) -> str:
    for unit in ("B", "kB", "MB"):
        if n_bytes < 1000:
            return f"{n_bytes:.0f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} GB"


def _age(hours: float) -> str:
    return str(dt.timedelta(minutes=round(hours * 60)))[:-3] + " h" if hours < 48 else f"{hours / 24:.0f} days"
