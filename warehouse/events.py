"""Mentions, claims and events in the writer's file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from veille.codes import Role
from veille.events import consensus
from veille.events.keys import asking, standing
from veille.records.linking import Decision, Evidence, Report
from veille.records.readings import Mention, Reading
from warehouse.store import Row, insert, rows, run, sql

Con = duckdb.DuckDBPyConnection


def add_readings(con: Con, readings: Sequence[Reading], scratch: Path) -> list[tuple[int, str]]:
    """Store what was read: scope, mentions, claims, unknown places. The ledger's figures of mentions and claims."""
    con.execute("CREATE OR REPLACE TEMP TABLE staged_scope (article_id VARCHAR, scope VARCHAR)")
    insert(con, "staged_scope", ({"article_id": r.article_id, "scope": r.scope} for r in readings), scratch)
    con.execute("UPDATE store.articles a SET scope = s.scope FROM staged_scope s WHERE s.article_id = a.article_id")
    mentions = [m for r in readings for m in r.mentions]
    figures = [insert(con, "store.mentions", (_mention_row(m) for m in mentions), scratch)]
    figures.append(insert(con, "store.claims", (row for m in mentions for row in _claim_rows(m)), scratch))
    insert(
        con,
        "store.unknown_places",
        ({"name": n, "article_id": r.article_id} for r in readings for n in r.unknown_places),
        scratch,
    )
    return figures


def _mention_row(m: Mention) -> Row:
    return {
        "mention_id": m.mention_id,
        "article_id": m.article_id,
        "revision": m.revision,
        "role": m.role,
        "sentence": m.sentence,
        "date_low": m.when.low,
        "date_high": m.when.high,
        "time_precision": m.when.precision,
        "date_words": m.when.words,
        "date_flag": m.when.flag,
        "is_span": m.when.is_span,
        "place": m.place.name,
        "country": m.place.country,
        "admin1": m.place.admin1,
        "admin2": m.place.admin2,
        "latitude": m.place.latitude,
        "longitude": m.place.longitude,
        "level": m.place.level,
        "geonameid": m.place.geonameid,
        "geo_precision": m.place.precision,
        "place_source": m.place.source,
        "road": m.place.road,
        "event_type": m.event_type,
        "sub_event_type": m.sub_event_type,
        "attackers": m.attackers,
        "targets": m.targets,
        "actors": m.actors,
        "keywords": m.keywords,
        "founds": m.founds,
        "trace": m.trace,
    }


def _claim_rows(m: Mention) -> Iterable[Row]:
    for c in m.claims:
        key = f"{m.mention_id}|{c.claimant}|{c.kind}|{c.victims}|{c.outcome}|{c.low}|{c.high}"
        yield {
            "claim_id": "c-" + hashlib.sha256(key.encode()).hexdigest()[:14],
            "mention_id": m.mention_id,
            "article_id": m.article_id,
            "revision": m.revision,
            "claimant": c.claimant,
            "kind": c.kind,
            "victims": c.victims,
            "outcome": c.outcome,
            "low": c.low,
            "high": c.high,
            "quote": c.quote,
            "rule": c.rule,
        }


def unlinked_reports(con: Con, article_ids: Sequence[str]) -> list[Report]:
    """The mentions of these articles' current revisions, and recalls that wait for their event, as reports."""
    return _reports(con, sql("queries/unlinked_mentions"), {"ids": list(article_ids)})


def waiting_reports(con: Con, since: dt.datetime, until: dt.datetime) -> list[Report]:
    """Recalls and mentions in passing, published in a window, that have no event yet."""
    return _reports(con, sql("queries/waiting_mentions"), {"since": since, "until": until})


def candidates(con: Con, new: Sequence[Report], scratch: Path, also: Iterable[str] = ()) -> dict[str, list[Report]]:
    """The stored events that share a key with any of the reports (and those of `also`), each with all current mentions."""
    con.execute("CREATE OR REPLACE TEMP TABLE asked_keys (area VARCHAR, day DATE)")
    asked = sorted({key for r in new for key in asking(r)})
    insert(con, "asked_keys", ({"area": area, "day": day} for area, day in asked), scratch)
    near = {r["event_id"] for r in rows(con, sql("queries/candidate_events"))} if asked else set()
    return members_of(con, {*near, *also}, scratch)


def members_of(con: Con, event_ids: Iterable[str], scratch: Path) -> dict[str, list[Report]]:
    """The current mentions of events, by event."""
    con.execute("CREATE OR REPLACE TEMP TABLE touched (event_id VARCHAR)")
    insert(con, "touched", ({"event_id": e} for e in sorted(set(event_ids))), scratch)
    found: dict[str, list[Report]] = defaultdict(list)
    for event_id, report in _event_reports(con, sql("queries/touched_mentions")):
        found[event_id].append(report)
    return dict(found)


def save_decisions(
    con: Con, new: Sequence[Report], decisions: Sequence[Decision], now: dt.datetime, scratch: Path
) -> None:
    """Store keys, links, evidence, close calls and the history of new events."""
    by_id = {r.mention_id: r for r in new}
    linked = [by_id[d.mention_id] for d in decisions]
    insert(
        con,
        "store.mention_keys",
        ({"area": a, "day": d, "mention_id": r.mention_id} for r in linked for a, d in sorted(standing(r))),
        scratch,
    )
    insert(
        con,
        "store.links",
        ({"mention_id": d.mention_id, "event_id": d.event_id, "confidence": d.confidence} for d in decisions),
        scratch,
    )
    add_evidence(con, ((d.event_id, d.mention_id, d.evidence) for d in decisions), scratch)
    insert(con, "store.to_review", (_question(d, by_id[d.mention_id]) for d in decisions if d.is_close), scratch)
    founded = (
        {"event_id": d.event_id, "at": now, "what": "created", "why": f"founded by {d.mention_id}", "author": "veille"}
        for d in decisions
        if d.is_new
    )
    insert(con, "store.event_history", founded, scratch)


def add_evidence(con: Con, links: Iterable[tuple[str, str, Sequence[Evidence]]], scratch: Path) -> None:
    """Store what speaks for links: (event_id, mention_id, evidence)."""
    found = (
        {"event_id": event_id, "mention_id": mention_id, "feature": e.feature, "detail": e.detail, "weight": e.weight}
        for event_id, mention_id, evidence in links
        for e in evidence
    )
    insert(con, "store.why_linked", found, scratch)


def events_of(con: Con, mention_ids: Sequence[str]) -> dict[str, str]:
    """The events that hold these mentions now."""
    query = "SELECT mention_id, event_id FROM store.links WHERE mention_id IN (SELECT unnest($ids::VARCHAR[]))"
    return {r["mention_id"]: r["event_id"] for r in rows(con, query, {"ids": list(mention_ids)})}


def _question(d: Decision, r: Report) -> Row:
    if d.is_new:
        text = f"« {r.title} » : un événement à part, ou le même que {d.runner_up} ?"
    else:
        text = f"« {r.title} » : bien le même événement ?" + (f" Ou {d.runner_up} ?" if d.runner_up else "")
    return {
        "event_id": d.event_id,
        "mention_id": d.mention_id,
        "confidence": d.confidence,
        "runner_up": d.runner_up,
        "question": text,
    }


def refresh(con: Con, event_ids: Sequence[str], now: dt.datetime, scratch: Path) -> int:
    """Make the rows of these events again from their mentions and claims; how many changed.

    An event left without a current report loses its row, never its id: its history says where its reports went.
    """
    members = members_of(con, event_ids, scratch)
    claims: dict[str, list[consensus.Stated]] = defaultdict(list)
    for r in rows(con, sql("queries/touched_claims")):
        claims[r.pop("event_id")].append(consensus.Stated(**r))
    close = {
        r["event_id"]
        for r in rows(con, "SELECT DISTINCT event_id FROM store.to_review SEMI JOIN touched USING (event_id)")
    }
    before = {r["event_id"]: r for r in rows(con, "SELECT * FROM store.events SEMI JOIN touched USING (event_id)")}
    fresh = [
        consensus.row(e, members[e], claims[e], now, e in close)
        for e in sorted(members)
        if any(r.role != Role.BACKGROUND for r in members[e])
    ]
    changed = 0
    for row in fresh:
        old = before.get(row["event_id"])
        if old and all(
            old[k] == v for k, v in row.items() if k not in ("updated_at", "first_reported_at", "last_reported_at")
        ):
            row["updated_at"] = old["updated_at"]
        else:
            changed += old is not None
    run(con, "queries/drop_touched")
    insert(con, "store.events", fresh, scratch)
    insert(con, "store.event_tolls", (t for e in sorted(claims) for t in consensus.tolls(e, claims[e])), scratch)
    return changed


def retire_revisions(con: Con, article_ids: Sequence[str], scratch: Path) -> list[str]:
    """Mentions of earlier revisions of these articles stop counting; the events that this touches."""
    con.execute("CREATE OR REPLACE TEMP TABLE revised (article_id VARCHAR)")
    insert(con, "revised", ({"article_id": a} for a in article_ids), scratch)
    touched = [r["event_id"] for r in rows(con, sql("queries/revised_events"))]
    run(con, "queries/retire_revisions")
    return touched


def _reports(con: Con, query: str, params: Mapping[str, object] | None = None) -> list[Report]:
    return [_report(r) for r in rows(con, query, params)]


def _event_reports(con: Con, query: str) -> Iterable[tuple[str, Report]]:
    for r in rows(con, query):
        yield r.pop("event_id"), _report(r)


def _report(r: Row) -> Report:
    killed = tuple(sorted({(k["low"], k["high"]) for k in r.pop("killed") or ()}))
    return Report(
        **{
            **r,
            "attackers": tuple(r["attackers"] or ()),
            "targets": tuple(r["targets"] or ()),
            "keywords": frozenset(r["keywords"] or ()),
            "killed": killed,
            "road": tuple(r["road"] or ()),
        }
    )
