"""Mentions, claims and events in the writer's file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from veille.codes import Change, PlaceLevel, Role
from veille.events import consensus
from veille.events.keys import blocking_keys, query_keys
from veille.events.revisions import followers
from veille.records.linking import BY_RULES, Decision, Evidence, Report
from veille.records.readings import Mention, Reading
from warehouse.articles import set_scopes
from warehouse.store import Con, Loaded, Row, Transaction, rows, sql

#: Columns of an event that change without the event being another.
_MOVING = ("updated_at", "first_reported_at", "last_reported_at", "run_id")


#: Why an id has no event any more.
RETRACTED = "retracted: no article tells of it any more"


def add_readings(tx: Transaction, readings: Sequence[Reading]) -> tuple[Loaded, Loaded]:
    """Store what was read: scope, mentions, claims, unknown places. What mentions and claims brought, for the ledger."""
    set_scopes(tx, {r.article_id: r.scope for r in readings})
    mentions = [m for r in readings for m in r.mentions]
    loaded = tx.insert("store.mentions", (_mention_row(m) for m in mentions))
    claims = tx.insert("store.claims", (row for m in mentions for row in _claim_rows(m)))
    names = ({"name": n, "article_id": r.article_id} for r in readings for n in r.unknown_places)
    tx.insert("store.unknown_places", names)
    return loaded, claims


def _mention_row(m: Mention) -> Row:
    return {
        "mention_id": m.mention_id,
        "root_id": m.mention_id,
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


def unlinked_reports(tx: Transaction, article_ids: Sequence[str]) -> list[Report]:
    """Return the mentions of these articles' current revisions, and recalls that wait for their event, as reports."""
    return [_report(r) for r in tx.ask("unlinked_mentions", {"ids": list(article_ids)})]


def waiting_reports(tx: Transaction, since: dt.datetime, until: dt.datetime) -> list[Report]:
    """Return recalls and mentions in passing, published in a window, that have no event yet."""
    return [_report(r) for r in tx.ask("waiting_mentions", {"since": since, "until": until})]


def events_in_window(tx: Transaction, since: dt.datetime, until: dt.datetime) -> list[str]:
    """Return the events with a report published in a window."""
    return [r["event_id"] for r in tx.ask("window_events", {"since": since, "until": until})]


def candidates(tx: Transaction, new: Sequence[Report], also: Iterable[str] = ()) -> dict[str, list[Report]]:
    """Return the stored events that share a blocking key with any of the reports, and those of `also`.

    Each with all its current mentions.
    """
    asked = sorted({key for r in new for key in query_keys(r)})
    tx.stage("asked_keys", ({"area": area, "day": day} for area, day in asked))
    near = {r["event_id"] for r in tx.ask("candidate_events")} if asked else set()
    return members_of(tx, {*near, *also})


def members_of(tx: Transaction, event_ids: Iterable[str]) -> dict[str, list[Report]]:
    """Return the current mentions of events, by event."""
    tx.stage("touched", ({"event_id": e} for e in sorted(set(event_ids))))
    found: dict[str, list[Report]] = defaultdict(list)
    for r in tx.ask("touched_mentions"):
        found[r.pop("event_id")].append(_report(r))
    return dict(found)


def save_decisions(tx: Transaction, new: Sequence[Report], decisions: Sequence[Decision]) -> None:
    """Store keys, links, evidence, close calls and the history of new events."""
    by_id = {r.mention_id: r for r in new}
    linked = [by_id[d.mention_id] for d in decisions]
    keys = ({"area": a, "day": d, "mention_id": r.mention_id} for r in linked for a, d in sorted(blocking_keys(r)))
    tx.insert("store.mention_keys", keys)
    links = ({"mention_id": d.mention_id, "event_id": d.event_id, "confidence": d.confidence} for d in decisions)
    tx.insert("store.links", links)
    add_evidence(tx, ((d.event_id, d.mention_id, d.evidence) for d in decisions))
    tx.insert("store.to_review", (_question(d, by_id[d.mention_id]) for d in decisions if d.is_close))
    add_history(
        tx,
        (
            {"event_id": d.event_id, "what": Change.CREATED, "why": f"founded by {d.mention_id}", "author": BY_RULES}
            for d in decisions
            if d.is_new
        ),
    )


def link_waiting(tx: Transaction, found: Mapping[str, tuple[str, float]]) -> list[str]:
    """Link mentions that waited for their event, as a relink did: mention_id to (event_id, confidence). The events touched."""
    reports = [r for r in _reports(tx, list(found)) if r.mention_id in found]
    decisions = [Decision(r.mention_id, found[r.mention_id][0], False, found[r.mention_id][1]) for r in reports]
    save_decisions(tx, reports, decisions)
    return [d.event_id for d in decisions]


def mentions_of_articles(tx: Transaction, article_ids: Sequence[str], event_ids: Sequence[str]) -> dict[str, str]:
    """Return of each article the mention that is linked to one of these events; of several the first told."""
    order = {Role.PRIMARY: 0, Role.SECONDARY: 1, Role.BACKGROUND: 2}
    there = [r for reports in members_of(tx, event_ids).values() for r in reports if r.article_id in article_ids]
    found: dict[str, str] = {}
    for r in sorted(there, key=lambda r: (order[r.role], r.order)):
        found.setdefault(r.article_id, r.mention_id)
    return found


def _reports(tx: Transaction, mention_ids: Sequence[str]) -> list[Report]:
    query = "FROM store.reports WHERE mention_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY mention_id"
    return [_report(r) for r in rows(tx.con, query, {"ids": list(mention_ids)})]


def reports_of(con: Con) -> list[Report]:
    """Return the reports of all current revisions."""
    return [_report(r) for r in rows(con, "FROM store.reports ORDER BY mention_id")]


def reports_ever_of(con: Con, article_id: str | None) -> list[Report]:
    """Return the reports of an article's texts, the earlier ones too."""
    query = "SELECT * EXCLUDE (is_current) FROM store.reports_ever WHERE article_id = $id ORDER BY mention_id"
    return [_report(r) for r in rows(con, query, {"id": article_id})]


def add_evidence(tx: Transaction, links: Iterable[tuple[str, str, Sequence[Evidence]]]) -> None:
    """Store what speaks for links: (event_id, mention_id, evidence)."""
    found = (
        {"event_id": event_id, "mention_id": mention_id, "feature": e.feature, "detail": e.detail, "weight": e.weight}
        for event_id, mention_id, evidence in links
        for e in evidence
    )
    tx.insert("store.why_linked", found)


def add_history(tx: Transaction, entries: Iterable[Row]) -> None:
    """Store what happened to events in this run."""
    tx.insert("store.event_history", ({**e, "at": tx.now, "run_id": tx.run_id} for e in entries))


def events_of(con: Con, mention_ids: Sequence[str]) -> dict[str, str]:
    """Return the events that hold these mentions now."""
    query = "SELECT mention_id, event_id FROM store.links WHERE mention_id IN (SELECT unnest($ids::VARCHAR[]))"
    return {r["mention_id"]: r["event_id"] for r in rows(con, query, {"ids": list(mention_ids)})}


def chains(con: Con, mention_ids: Sequence[str]) -> dict[str, str]:
    """Return the events of the chains that these mentions belong to, each by its latest mention."""
    found = rows(con, sql("queries/chains"), {"ids": list(mention_ids)})
    return {r["mention_id"]: r["event_id"] for r in found}


def events_of_articles(tx: Transaction, article_ids: Sequence[str]) -> list[str]:
    """Return the events that any mention of these articles is linked to."""
    return [r["event_id"] for r in tx.ask("article_events", {"ids": list(article_ids)})] if article_ids else []


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


def refresh(tx: Transaction, event_ids: Sequence[str], why: str = RETRACTED) -> int:
    """Make the rows of these events again from their mentions and claims; how many changed.

    An event left without a current report loses its row, never its id: that resolves to where its reports went, or, where
    nothing is left, says `why`.
    """
    members = members_of(tx, event_ids)
    claims: dict[str, list[consensus.CurrentClaim]] = defaultdict(list)
    for r in tx.ask("touched_claims"):
        claims[r.pop("event_id")].append(consensus.CurrentClaim(**r))
    query = "SELECT DISTINCT event_id FROM store.to_review SEMI JOIN touched USING (event_id)"
    close = {r["event_id"] for r in tx.rows(query)}
    before = {r["event_id"]: r for r in tx.ask("touched_events")}
    fresh = [
        _stamped(tx, consensus.row(e, members[e], claims[e], tx.now, e in close), before.get(e))
        for e in sorted(members)
        if any(r.role != Role.BACKGROUND for r in members[e])
    ]
    tx.run("drop_touched")
    tx.insert("store.events", (row for row, _ in fresh))
    tolls = (t for e in sorted(claims) if e in members for t in consensus.tolls(e, claims[e]))
    tx.insert("store.event_tolls", tolls)
    tx.run("settle_ids", {"now": tx.now, "why": why, "run_id": tx.run_id})
    return sum(is_changed for _, is_changed in fresh)


def _stamped(tx: Transaction, row: Row, old: Row | None) -> tuple[Row, bool]:
    """The row with the run and time of its last change, and whether it was there before and is changed now."""
    if old and all(old[k] == v for k, v in row.items() if k not in _MOVING):
        return {**row, "updated_at": old["updated_at"], "run_id": old["run_id"]}, False
    return {**row, "run_id": tx.run_id}, old is not None


def retire_revisions(tx: Transaction, article_ids: Sequence[str]) -> list[str]:
    """Let mentions of earlier revisions of these articles count no longer; the events that this touches."""
    tx.stage("revised", ({"article_id": a} for a in article_ids))
    touched = [r["event_id"] for r in tx.ask("revised_events")]
    tx.run("retire_revisions")
    return touched


def follow_revisions(tx: Transaction, new: Sequence[Report]) -> tuple[list[Report], dict[str, str]]:
    """Give the mentions of edited articles (those of `retire_revisions`) the roots of those that they follow.

    Returns the reports with their roots, and the event of each mention that follows one.
    """
    earlier: dict[str, list[Report]] = defaultdict(list)
    event_of: dict[str, str] = {}
    for row in tx.ask("earlier_mentions"):
        event_id = row.pop("event_id")
        report = _report(row)
        earlier[report.article_id].append(report)
        event_of[report.mention_id] = event_id
    fresh: dict[str, list[Report]] = defaultdict(list)
    for r in new:
        if r.article_id in earlier:
            fresh[r.article_id].append(r)
    found = {b: a for article_id, reports in fresh.items() for b, a in followers(earlier[article_id], reports).items()}
    roots = {r.mention_id: r.root for reports in earlier.values() for r in reports}
    tx.stage("followers", ({"mention_id": b, "root_id": roots[a]} for b, a in found.items()))
    tx.run("set_roots")
    followed = {b: event_of[a] for b, a in found.items()}
    return [replace(r, root=roots[found[r.mention_id]]) if r.mention_id in found else r for r in new], followed


def founders(tx: Transaction) -> list[Row]:
    """Return of every event the mention by which a rebuild can find it: event_id, mention_id, article_id, place, date."""
    return tx.ask("event_founders")


def heirs(tx: Transaction, event_ids: Iterable[str]) -> dict[str, list[Row]]:
    """Return what is linked to events, in the order in which a rebuild comes to it, as `founders` tells a mention."""
    tx.stage("touched", ({"event_id": e} for e in sorted(set(event_ids))))
    found: dict[str, list[Row]] = defaultdict(list)
    for r in tx.ask("heirs"):
        found[r.pop("event_id")].append(r)
    return dict(found)


def placements(tx: Transaction, event_ids: Iterable[str]) -> list[Row]:
    """Return which current mention is linked to which of these events, how surely: event_id, mention_id, confidence."""
    query = (
        "SELECT l.event_id, l.mention_id, l.confidence FROM store.links l JOIN store.reports r USING (mention_id)"
        " WHERE l.event_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY ALL"
    )
    return rows(tx.con, query, {"ids": sorted(set(event_ids))})


def event_rows(con: Con) -> dict[str, Row]:
    """Return the events as a rebuild compares them, without what only says when and by which rules."""
    passing = {"updated_at", "rules_version", "run_id"}  # a file of an older schema may lack some
    found = rows(con, "SELECT * FROM store.events")
    return {r["event_id"]: {k: v for k, v in r.items() if k not in passing} for r in found}


def run_events(con: Con, run_id: str) -> list[Row]:
    """Return the events that a run made or changed, for its report."""
    return rows(con, sql("queries/run_events"), {"run_id": run_id})


def _report(r: Mapping[str, object]) -> Report:
    row: Row = dict(r)
    killed = tuple(sorted({(k["low"], k["high"]) for k in row.pop("killed") or ()}))
    return Report(
        **{
            **row,
            "role": Role(row["role"]),
            "level": PlaceLevel(row["level"]),
            "attackers": tuple(row["attackers"] or ()),
            "targets": tuple(row["targets"] or ()),
            "keywords": frozenset(row["keywords"] or ()),
            "road": tuple(row["road"] or ()),
            "killed": killed,
        }
    )
