"""`veille explain`: why. What was read in an article, from which words, by which rule; why articles are one event."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from veille import settings as config
from veille.codes import ClaimKind, Role
from veille.errors import SettingError, WorkFailed
from veille.events.judge import Events, rank
from veille.events.rulings import rulings_of
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.mentions import read, seen_of
from veille.reading.seen import Seen
from veille.records.articles import Article
from veille.records.readings import Mention
from veille.reference.countries import timezone_of
from warehouse.corrections import corrections, resolved
from warehouse.events import candidates, members_of
from warehouse.gazetteer import lookup
from warehouse.store import rows


def run_explain(event_id: str | None, article: str | None) -> int:
    """Print the explanation. Raises SettingError for an unknown id, WorkFailed where nothing is published."""
    if (event_id is None) == (article is None):
        raise SettingError("explain: give either an EVENT_ID or --article URL_OR_ID")
    file = config.load().published_file
    if not file.exists():
        raise WorkFailed(f"{file}: nothing is published yet; run `veille ingest` or `veille demo`")
    con = duckdb.connect(str(file), read_only=True)
    try:
        con.execute("SET TimeZone = 'UTC'")
        if article is not None:
            _explain_article(_find_article(con, article))
        else:
            assert event_id is not None
            _explain_event(con, event_id)
    finally:
        con.close()
    return 0


def _find_article(con: duckdb.DuckDBPyConnection, wanted: str) -> Article:
    found = rows(
        con,
        "SELECT r.* EXCLUDE (run_id) FROM store.revisions r JOIN store.articles a ON a.article_id = r.article_id AND "
        "a.revision = r.revision"
        " WHERE r.article_id = $wanted OR r.url = $wanted",
        {"wanted": wanted},
    )
    if not found:
        raise SettingError(f'explain: no article {wanted!r}; find its id with `veille sql "FROM articles"`')
    r = found[0]
    return Article(
        **{**r, "authors": tuple(r["authors"] or ()), "timezone": r["timezone"] or timezone_of(r["country"])}
    )


def _explain_article(article: Article) -> None:
    names = candidate_names([f"{article.title}\n{article.text}"])
    gazetteer = with_dumps(lookup(config.load().gazetteer_file, names))
    reading = read(article, gazetteer)
    print(
        f"{article.title}\n{article.outlet}, {article.published_at}, {article.url}\nscope: {reading.scope} "
        f"{' '.join(reading.trace)}\n"
    )
    for seen in seen_of(article, gazetteer):
        _print_sentence(seen)
    for mention in reading.mentions:
        _print_mention(mention)
    if not reading.mentions:
        print("no incident was read in this article")


def _print_sentence(s: Seen) -> None:
    print(f"[{s.sentence.index}] {s.sentence.text}")
    for trigger, at in s.triggers:
        print(
            f"      incident  {trigger.event_type}, {trigger.sub_event_type} (+{trigger.weight}): "
            f"{s.sentence.text[at : at + 25]!r}"
        )
    for hit in s.hits:
        where = f"{hit.place.name} ({hit.place.country} {hit.place.admin1})"
        print(f"      place     {where} from {s.sentence.text[hit.start : hit.end]!r}: {hit.kind}, {hit.rule}")
    for t in s.times:
        print(f"      time      {t.low}..{t.high} from {t.words!r}: {t.rule} {t.flag}")
    for t in s.said_on:
        print(f"      said on   {t.low} from {t.words!r}")
    for n in s.actors:
        print(f"      actor     {n.code} from {n.words!r}")
    for toll in s.tolls:
        print(
            f"      toll      {toll.outcome} {toll.victims} {toll.low}..{toll.high} from "
            f"{s.sentence.text[toll.start : toll.end]!r}: {toll.rule}"
        )
    for frame in s.frames:
        print(f"      source    {frame.code} from {s.sentence.text[frame.start : frame.end]!r}: {frame.rule}")
    marks = [
        n
        for n, on in (
            ("general", s.is_general),
            ("recall", s.is_recall),
            ("hypothetical", s.is_hypothetical),
            ("negated", s.is_negated),
        )
        if on
    ]
    if marks:
        print(f"      kind      {', '.join(marks)}")


def _print_mention(m: Mention) -> None:
    print(
        f"\n{m.role}: {m.place.name}, {m.place.admin1} ({m.place.country}), {m.when.low}..{m.when.high}, {m.event_type}"
    )
    print(f"  by {', '.join(m.attackers) or 'nobody named'} against {', '.join(m.targets) or 'nobody named'}")
    for line in m.trace:
        print(f"  {line}")
    for c in m.claims:
        figure = f" {c.outcome} {c.victims} {c.low}..{c.high}" if c.kind == ClaimKind.TOLL else ""
        print(f"  claim: {c.claimant} {c.kind}{figure} ({c.rule}): {c.quote}")


def _explain_event(con: duckdb.DuckDBPyConnection, event_id: str) -> None:
    given, found = event_id, resolved(con, event_id)
    if found is None:
        raise SettingError(f'explain: no event {given!r}; find ids with `veille sql "FROM events"`')
    event_id = found
    if event_id != given:
        print(f"{given} is part of {event_id} now")
    event: list[dict[str, Any]] = rows(con, "SELECT * FROM events WHERE event_id = $id", {"id": event_id})
    e = event[0]
    print(
        f"{e['headline']}\n{e['location']}, {e['admin1']} ({e['country']}), {e['event_date']}: {e['n_articles']} "
        f"articles, {e['n_independent']} independent\n"
    )
    linked = rows(
        con,
        "SELECT ea.article_id, ea.role, ea.confidence, ea.sentence, a.outlet, a.title, a.copy_of FROM event_articles "
        "ea JOIN articles a USING (article_id)"
        " WHERE ea.event_id = $id ORDER BY a.published_at, ea.article_id",
        {"id": event_id},
    )
    why: dict[str, list[dict[str, Any]]] = {}
    for w in rows(con, "SELECT * FROM why_linked WHERE event_id = $id ORDER BY weight DESC, feature", {"id": event_id}):
        why.setdefault(w["article_id"], []).append(w)
    for a in linked:
        copy = f", copy of {a['copy_of']}" if a["copy_of"] else ""
        print(
            f"{a['article_id']} {a['outlet']}: {a['title']} ({a['role']}, {a['confidence']:.2f}{copy})\n    "
            f"{a['sentence']}"
        )
        for w in why.get(a["article_id"], [{"weight": 0.0, "feature": "founded", "detail": "the first report"}]):
            print(f"    {w['weight']:+5.1f}  {w['feature']}: {w['detail']}")
    _explain_history(con, event_id)
    _explain_nearest(con, event_id)


def _explain_history(con: duckdb.DuckDBPyConnection, event_id: str) -> None:
    """What became of the event since it was founded."""
    query = "SELECT * FROM event_history WHERE event_id = $id AND what <> 'created' ORDER BY \"at\""
    for h in rows(con, query, {"id": event_id}):
        print(f"\n{h['at']:%Y-%m-%d %H:%M} {h['what']} {h['other_id'] or ''} by {h['author']}: {h['why']}")


def _explain_nearest(con: duckdb.DuckDBPyConnection, event_id: str) -> None:
    """The event that its reports would join next, and why they do not."""
    with tempfile.TemporaryDirectory() as scratch:
        mine = members_of(con, [event_id], Path(scratch))[event_id]
        held = Events(candidates(con, mine, Path(scratch), [event_id]), rulings_of(corrections(con)))
    best = max(
        (
            (verdict, other, r)
            for r in mine
            if r.role != Role.BACKGROUND
            for verdict, other in rank(r, held, but=(event_id,))
        ),
        key=lambda x: (x[0][0], x[1]),
        default=None,
    )
    if best is None:
        print("\nno other event stands near it in place and time")
        return
    (value, evidence), other, report = best
    name = rows(con, "SELECT event_date, location, headline FROM events WHERE event_id = $id", {"id": other})
    told = f"{name[0]['event_date']} {name[0]['location']}: {name[0]['headline']}" if name else ""
    print(f"\nkept apart from {other} {told}")
    print(
        f"    {report.outlet}: {report.title} would join it with {value:.1f}; {held.weights['threshold']:.1f} are needed"
    )
    for e in evidence:
        print(f"    {e.weight:+5.1f}  {e.feature}: {e.detail}")
