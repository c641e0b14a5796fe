"""What a run did: the table that is printed, and the Prefect artifact (in French, for those who watch the UI)."""

from __future__ import annotations

import datetime as dt
import urllib.parse
from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb
from prefect.artifacts import create_markdown_artifact

from veille import RULES_VERSION
from veille.codes import Reason
from veille.records.alerts import Alert
from veille.records.feeds import Failure, Poll
from warehouse.store import Row, rows, sql

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


def counts_table(counts: Mapping[str, int], failures: Sequence[Failure], seconds: float) -> str:
    """The run in a few lines of plain text."""
    lines = [f"{name:<26}{counts.get(key, 0):>7}" for name, _, key in _shown(counts)]
    lines += [f"    {reason:<22}{n:>7}" for reason, n in _reasons(failures)]
    lines += [f"{'pending':<26}{counts.get('pending', 0):>7}", f"{'seconds':<26}{seconds:>7.1f}"]
    return "\n".join(lines)


def publish_artifact(
    counts: Mapping[str, int], polls: Sequence[Poll], failures: Sequence[Failure], seconds: float
) -> None:
    """The same as a Markdown artifact of the flow run; texts from outside are escaped."""
    told = [f"| {name.strip()} | {counts.get(key, 0)} |" for _, name, key in _shown(counts)]
    told += [f"| en attente | {counts.get('pending', 0)} |", f"| secondes | {seconds:.1f} |"]
    parts = ["| | |", "|---|---:|", *told]
    if reasons := _reasons(failures):
        parts += [
            "",
            "**Écartés, par motif**",
            "",
            "| motif | |",
            "|---|---:|",
            *(f"| {_cell(r)} | {n} |" for r, n in reasons),
        ]
    bad = [p for p in polls if p.outcome not in (Reason.OK, Reason.NOT_MODIFIED, Reason.SKIPPED)]
    if bad:
        parts += [
            "",
            "**Flux en échec**",
            "",
            "| flux | motif |",
            "|---|---|",
            *(f"| {_cell(p.feed.id)} | {_cell(p.outcome)} {_cell(p.detail)} |" for p in bad),
        ]
    create_markdown_artifact("\n".join(parts), key="collecte", description="Ce que la collecte a apporté")


def publish_events(con: duckdb.DuckDBPyConnection, now: dt.datetime, alerts: Sequence[Alert] = ()) -> None:
    """Artifacts for those who watch the UI: the events of this run with links, the feeds that need a look, what was told."""
    if alerts:
        lines = ["| | |", "|---|---|", *(f"| {a.kind} | {_cell(a.text)} |" for a in alerts)]
        create_markdown_artifact("\n".join(lines), key="alertes", description="Ce qui a été signalé")
    found = rows(con, sql("queries/run_events"), {"now": now})
    if found:
        lines = ["| | date | lieu | type | morts | articles | |", "|---|---|---|---|---|---:|---|"]
        for e in found:
            mark = "nouveau" if e["is_new"] else "mis à jour"
            dead = "" if e["fatalities_low"] is None else f"{e['fatalities_low']}–{e['fatalities_high']}"
            dead += " contesté" if e["contested"] else ""
            where = f"{_cell(e['location'] or '?')} ({e['country']})"
            title = f"[{_cell(e['headline'] or e['event_id'])}]({_link(e['url'] or '')})"
            lines.append(
                f"| {mark} | {e['event_date']} | {where} | {e['event_type']} | {dead} | {e['n_articles']} | {title} |"
            )
        create_markdown_artifact("\n".join(lines), key="evenements", description="Événements nouveaux et mis à jour")
    query = "SELECT feed_id, status, coalesce(ailment, last_error) AS last_error, last_new_item_at FROM feed_health WHERE status NOT IN ('ok', 'disabled') ORDER BY ALL"
    if bad := rows(con, query):
        lines = ["| flux | état | dernière erreur | dernier article |", "|---|---|---|---|"]
        lines += [
            f"| {_cell(f['feed_id'])} | {f['status']} | {_cell(f['last_error'] or '')} | {f['last_new_item_at'] or ''} |"
            for f in bad
        ]
        create_markdown_artifact("\n".join(lines), key="flux", description="Flux à regarder")


def _link(url: str) -> str:
    """An address that can stand in Markdown: http(s) alone, and nothing that ends the link."""
    return urllib.parse.quote(url, safe=":/?&=%#~,;@+") if url.startswith(("http://", "https://")) else ""


def _reasons(failures: Sequence[Failure]) -> list[tuple[str, int]]:
    return Counter(f.reason for f in failures if f.next_attempt_at is None).most_common()


def _cell(text: str) -> str:
    safe = text.replace("\n", " ").replace("|", "/").replace("<", "‹").replace(">", "›")
    return "".join("\\" + c if c in "[]()*_`#!" else c for c in safe)[:200]


def what_changed(counts: Mapping[str, int], before: Mapping[str, Row], after: Mapping[str, Row]) -> str:
    """What a rebuild changed, in a few lines."""
    lines = [f"rebuilt with rules {RULES_VERSION}: {counts['articles']} articles and revisions, {len(after)} events"]
    if not before:
        return lines[0]
    gone, new = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    changed = {e: [k for k, v in row.items() if before[e][k] != v] for e, row in after.items() if e in before}
    changed = {e: names for e, names in changed.items() if names}
    if not (gone or new or changed):
        return lines[0] + ", the same as before"
    lines.append(f"{len(new)} events new, {len(gone)} gone (their ids resolve where they can), {len(changed)} changed")
    lines += [f"  new      {e}  {after[e]['event_date']} {after[e]['location']}" for e in new[:10]]
    lines += [f"  gone     {e}  {before[e]['event_date']} {before[e]['location']}" for e in gone[:10]]
    lines += [
        f"  changed  {e}  {after[e]['location']}: {', '.join(names)}" for e, names in sorted(changed.items())[:10]
    ]
    return "\n".join(lines)
