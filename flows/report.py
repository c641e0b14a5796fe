"""What a run did: the table that is printed, and the Prefect artifacts (in French, for those who watch the UI)."""

from __future__ import annotations

import urllib.parse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prefect.artifacts import create_markdown_artifact

from veille.codes import Reason
from veille.records.alerts import Alert
from veille.records.feeds import Failure, Poll
from warehouse.events import run_events
from warehouse.queue import feeds_to_look_at
from warehouse.store import Row, Transaction


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, for those who are told."""

    counts: Mapping[str, int]
    polls: Sequence[Poll]
    failures: Sequence[Failure]
    seconds: float


_ROWS = (
    ("feeds polled", "flux interrogés", "feeds_polled"),
    ("  unchanged", "  sans changement", "feeds_unchanged"),
    ("  failed", "  en échec", "feeds_failed"),
    ("new items", "nouveaux éléments", "items_new"),
    ("new articles", "nouveaux articles", "articles_new"),
    ("  copies of a wire text", "  copies d'une dépêche", "copies"),
    ("edited articles", "articles modifiés", "revisions_new"),
    ("unread (see the log)", "articles non lus (voir le journal)", "articles_unread"),
    ("events new", "événements nouveaux", "events_new"),
    ("events updated", "événements mis à jour", "events_updated"),
    ("rejected", "écartés", "rejected"),
)


def _shown(counts: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """The rows of the table; a defect is shown only where there is one."""
    return [r for r in _ROWS if r[2] != "articles_unread" or counts.get(r[2])]


def counts_table(report: Report) -> str:
    """Return the run in a few lines of plain text."""
    counts = report.counts
    lines = [f"{name:<26}{counts.get(key, 0):>7}" for name, _, key in _shown(counts)]
    lines += [f"    {reason:<22}{n:>7}" for reason, n in _reasons(report.failures)]
    lines += [f"{'pending':<26}{counts.get('pending', 0):>7}", f"{'seconds':<26}{report.seconds:>7.1f}"]
    return "\n".join(lines)


def publish_artifact(report: Report) -> None:
    """Publish the same as a Markdown artifact of the flow run; texts from outside are escaped."""
    counts = report.counts
    rows = [f"| {name.strip()} | {counts.get(key, 0)} |" for _, name, key in _shown(counts)]
    rows += [f"| en attente | {counts.get('pending', 0)} |", f"| secondes | {report.seconds:.1f} |"]
    parts = _table("| | |", "|---|---:|", rows)
    if reasons := _reasons(report.failures):
        rows = [f"| {_cell(r)} | {n} |" for r, n in reasons]
        parts += ["", "**Écartés, par motif**", "", *_table("| motif | |", "|---|---:|", rows)]
    bad = [p for p in report.polls if p.outcome not in (Reason.OK, Reason.NOT_MODIFIED, Reason.SKIPPED)]
    if bad:
        rows = [f"| {_cell(p.feed.id)} | {_cell(p.outcome)} {_cell(p.detail)} |" for p in bad]
        parts += ["", "**Flux en échec**", "", *_table("| flux | motif |", "|---|---|", rows)]
    create_markdown_artifact("\n".join(parts), key="collecte", description="Ce que la collecte a apporté")


def publish_events(tx: Transaction, alerts: Sequence[Alert] = ()) -> None:
    """Publish artifacts for those who watch the UI: this run's events, the feeds that need a look, what was told."""
    if alerts:
        told = [f"| {a.kind} | {_cell(a.text)} |" for a in alerts]
        text = "\n".join(_table("| | |", "|---|---|", told))
        create_markdown_artifact(text, key="alertes", description="Ce qui a été signalé")
    if found := run_events(tx.con, tx.run_id):
        head, rule = "| | date | lieu | type | morts | articles | |", "|---|---|---|---|---|---:|---|"
        text = "\n".join(_table(head, rule, [_event_row(e) for e in found]))
        create_markdown_artifact(text, key="evenements", description="Événements nouveaux et mis à jour")
    if bad := feeds_to_look_at(tx.con):
        rows = [
            f"| {_cell(f['feed_id'])} | {f['status']} | {_cell(f['trouble'] or '')} | {f['last_new_item_at'] or ''} |"
            for f in bad
        ]
        text = "\n".join(_table("| flux | état | dernière erreur | dernier article |", "|---|---|---|---|", rows))
        create_markdown_artifact(text, key="flux", description="Flux à regarder")


def _event_row(e: Row) -> str:
    mark = "nouveau" if e["is_new"] else "mis à jour"
    dead = "" if e["fatalities_low"] is None else f"{e['fatalities_low']}–{e['fatalities_high']}"
    dead += " contesté" if e["contested"] else ""
    where = f"{_cell(e['location'] or '?')} ({e['country']})"
    title = f"[{_cell(e['event_id'])}]({_link(e['url'] or '')})"  # no title: what Prefect holds cannot be taken down
    return f"| {mark} | {e['event_date']} | {where} | {e['event_type']} | {dead} | {e['n_articles']} | {title} |"


def _table(head: str, rule: str, rows: Sequence[str]) -> list[str]:
    return [head, rule, *rows]


def _link(url: str) -> str:
    """An address that can stand in Markdown: http(s) alone, and nothing that ends the link."""
    return urllib.parse.quote(url, safe=":/?&=%#~,;@+") if url.startswith(("http://", "https://")) else ""


def _reasons(failures: Sequence[Failure]) -> list[tuple[str, int]]:
    return Counter(f.reason for f in failures if f.next_attempt_at is None).most_common()


def _cell(text: str) -> str:
    safe = text.replace("\n", " ").replace("|", "/").replace("<", "‹").replace(">", "›")
    return "".join("\\" + c if c in "[]()*_`#!" else c for c in safe)[:200]
