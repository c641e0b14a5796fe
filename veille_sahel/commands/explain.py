"""`veille explain`: why. What was read in an article, from which words, by which rule; why articles are one event."""

from __future__ import annotations

import argparse

from veille import settings as config
from veille.codes import ClaimKind, Role
from veille.errors import SettingError
from veille.events.linker import Events, rank_candidates
from veille.reading.annotation import AnnotatedSentence
from veille.reading.gazetteer import candidate_names, with_dumps
from veille.reading.mentions import annotated, read
from veille.records.articles import Article
from veille.records.readings import Mention
from warehouse import published
from warehouse.corrections import constraints, deleted, resolved
from warehouse.events import candidates, members_of
from warehouse.gazetteer import lookup
from warehouse.store import Con, Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("event", nargs="?", metavar="EVENT_ID")
    parser.add_argument("--article", metavar="URL_OR_ID")


def run(args: argparse.Namespace) -> int:
    """Print the explanation. SettingError: an unknown id, or not one of both."""
    if (args.event is None) == (args.article is None):
        raise SettingError("explain: give either an EVENT_ID or --article URL_OR_ID")
    with published.reading(config.load().published_file) as con:
        if args.article is not None:
            _explain_article(_find_article(con, args.article))
        else:
            _explain_event(con, args.event)
    return 0


def _find_article(con: Con, wanted: str) -> Article:
    found = published.find_article(con, wanted)
    if found is None:
        raise SettingError(f'explain: no article {wanted!r}; find its id with `veille sql "FROM articles"`')
    return found


def _explain_article(article: Article) -> None:
    names = candidate_names([f"{article.title}\n{article.text}"])
    gazetteer = with_dumps(lookup(config.load().gazetteer_file, names))
    reading = read(article, gazetteer)
    print(
        f"{article.title}\n{article.outlet}, {article.published_at}, {article.url}\nscope: {reading.scope} "
        f"{' '.join((*reading.trace, reading.defect))}\n"
    )
    for seen in annotated(article, gazetteer):
        _print_sentence(seen)
    for mention in reading.mentions:
        _print_mention(mention)
    if not reading.mentions:
        print("no incident was read in this article")


def _print_sentence(s: AnnotatedSentence) -> None:
    print(f"[{s.sentence.index}] {s.sentence.text}")
    for trigger, at in s.triggers:
        print(
            f"      incident  {trigger.event_type}, {trigger.sub_event_type} (+{trigger.weight}): "
            f"{s.sentence.text[at : at + 25]!r}"
        )
    for hit in s.places:
        where = f"{hit.place.name} ({hit.place.country} {hit.place.admin1})"
        print(f"      place     {where} from {s.sentence.text[hit.start : hit.end]!r}: {hit.kind}, {hit.why}")
    for t in s.times:
        print(f"      time      {t.low}..{t.high} from {t.words!r}: {t.rule.value} {t.flag}")
    for t in s.said_on:
        print(f"      said on   {t.low} from {t.words!r}")
    for n in s.actors:
        print(f"      actor     {n.code} from {n.words!r}")
    for toll in s.tolls:
        print(
            f"      toll      {toll.outcome} {toll.victims} {toll.low}..{toll.high} from "
            f"{s.sentence.text[toll.start : toll.end]!r}: {toll.rule.value}"
        )
    for frame in s.attributions:
        print(f"      source    {frame.code} from {s.sentence.text[frame.start : frame.end]!r}: {frame.rule.value}")
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


def _explain_event(con: Con, event_id: str) -> None:
    given, found = event_id, resolved(con, event_id)
    if found is None and (reason := deleted(con, given)):
        print(f"{given}: nothing is left of this event ({reason})")
        _explain_history(con, given)
        return
    if found is None:
        raise SettingError(f'explain: no event {given!r}; find ids with `veille sql "FROM events"`')
    event_id = found
    if event_id != given:
        print(f"{given} is part of {event_id} now")
    e = published.event(con, event_id)
    assert e is not None, "an id that resolves has a row"
    print(
        f"{e['headline']}\n{e['location']}, {e['admin1']} ({e['country']}), {e['event_date']}: {e['n_articles']} "
        f"articles, {e['n_independent']} independent\n"
    )
    linked = published.event_reports(con, event_id)
    why: dict[str, list[Row]] = {}
    for w in published.evidence(con, event_id):
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


def _explain_history(con: Con, event_id: str) -> None:
    """What became of the event since it was founded."""
    for h in published.history(con, event_id):
        print(f"\n{h['at']:%Y-%m-%d %H:%M} {h['what']} {h['other_id'] or ''} by {h['author']}: {h['why']}")


def _explain_nearest(con: Con, event_id: str) -> None:
    """The event that its reports would join next, and why they do not."""
    with published.scratch(con) as tx:
        mine = members_of(tx, [event_id])[event_id]
        held = Events(candidates(tx, mine, [event_id]), constraints(con))
    best = max(
        (
            (verdict, other, r)
            for r in mine
            if r.role != Role.BACKGROUND
            for verdict, other in rank_candidates(r, held, but=(event_id,))
        ),
        key=lambda x: (x[0][0], x[1]),
        default=None,
    )
    if best is None:
        print("\nno other event stands near it in place and time")
        return
    (value, evidence), other, report = best
    row = published.event(con, other)
    told = f"{row['event_date']} {row['location']}: {row['headline']}" if row else ""
    print(f"\nkept apart from {other} {told}")
    print(
        f"    {report.outlet}: {report.title} would join it with {value:.1f}; {held.weights['threshold']:.1f} are needed"
    )
    for e in evidence:
        print(f"    {e.weight:+5.1f}  {e.feature}: {e.detail}")
