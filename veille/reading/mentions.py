"""The reading of an article, put together: mentions of incidents, each with its claims."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from veille.codes import (
    NON_STATE,
    STATE_SIDE,
    Actor,
    ActorKind,
    EventType,
    Outcome,
    PlaceLevel,
    PlaceRole,
    PlaceSource,
    Role,
    Scope,
)
from veille.reading.annotation import AnnotatedSentence, annotate_all
from veille.reading.completing import ALONGSIDE, interval
from veille.reading.context import Context, context
from veille.reading.gazetteer import Gazetteer, in_region
from veille.reading.genre import filtered
from veille.reading.incident import Incident
from veille.reading.incident_claims import claims_of, owners, speakers_of
from veille.reading.incidents import assemble
from veille.reading.newsworthy import features, probability
from veille.reading.sentences import split
from veille.reading.sides import sides, type_of
from veille.reading.unknown import with_unknown
from veille.records.articles import Article
from veille.records.readings import Mention, Place, Reading
from veille.reference.actors import kind_of
from veille.reference.countries import region

#: An incident longer ago is recalled, whatever the article says of it.
OLD_NEWS_DAYS = 60
BELIEF_DATED, BELIEF_UNDATED = 0.2, 0.43
#: Events without arms and blood: arrests, marches, looting.
_UNARMED = (EventType.STRATEGIC, EventType.PROTESTS, EventType.RIOTS)
#: Genres that are no news of an incident and yet speak of known ones: opinion, and checks of what was said.
_TELLING = (None, "comment", "fake")
_PERSON = re.compile(r"\b([A-ZÀ-ÖØ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-ÿ]+)?) ([A-ZÀ-ÖØ-Þ][a-zà-ÿ]{2,})\b(?! [A-ZÀ-ÖØ-Þ])")
#: Who is named for an office speaks of many events: colonels, ministers, spokesmen.
_SPEAKS_FOR = re.compile(
    r"(?:colonel|general|capitaine|commandant|lieutenant|ministre|president|porte-parole|gouverneur|prefet|procureur|secretaire|directeur|chef|maire|emir|dr|docteur|m\.|mme|selon)[^.;:]{0,45}$"
)
_WORD = re.compile(r"[a-z]{5,}")


def read(article: Article, gazetteer: Gazetteer) -> Reading:
    """Return what one article reports: `scope` says where, `mentions` what."""
    today = _day_of(article)
    ctx, seen = _look(article, gazetteer, today)
    kind = filtered(seen)
    found = assemble(seen, today, ctx.country if ctx.country in region() else "") if kind in _TELLING else []
    kept = [
        i
        for i in found
        if (p := i.place) is not None and in_region(p if p.country else replace(p, country=ctx.country))
    ]
    kept = _newsworthy([i for i in kept if _is_report(i, seen, today)], seen, found, today)
    for i in kept:
        i.in_passing |= bool(kind) or not _is_deed(i, seen)
    mentions = _mentions(article, kept, seen, today, ctx, gazetteer)
    unknown = tuple(dict.fromkeys(m.place.name for m in mentions if m.place.source == PlaceSource.TEXT))
    return Reading(
        article.article_id,
        article.revision,
        _scope(mentions, seen, kind),
        tuple(mentions),
        unknown,
        trace=(f"filter: {kind}",) if kind else (),
    )


def annotated(article: Article, gazetteer: Gazetteer) -> list[AnnotatedSentence]:
    """Return every sentence of an article with all that was read in it, for `veille explain`."""
    return _look(article, gazetteer, _day_of(article))[1]


def _day_of(article: Article) -> dt.date:
    """The day of publication where the outlet is."""
    published = article.published_at or article.first_seen_at
    return published.astimezone(ZoneInfo(article.timezone or "UTC")).date()


def _look(article: Article, gazetteer: Gazetteer, today: dt.date) -> tuple[Context, list[AnnotatedSentence]]:
    sentences = split(article.title, article.text)
    ctx = context(sentences, gazetteer, article.country)
    return ctx, annotate_all(sentences, with_unknown(sentences, gazetteer, ctx), ctx, today)


def _newsworthy(
    kept: list[Incident], seen: Sequence[AnnotatedSentence], found: Sequence[Incident], today: dt.date
) -> list[Incident]:
    """Dated incidents that the model of newsworthiness does not believe are dropped; undated ones are told in passing."""
    if not any(not i.is_background for i in kept):
        return kept
    belief = probability(features(seen, found, today))
    for i in kept:
        i.in_passing |= i.time is None and belief < BELIEF_UNDATED
    return [i for i in kept if i.is_background or i.time is None or belief >= BELIEF_DATED]


def _scope(mentions: Sequence[Mention], seen: Sequence[AnnotatedSentence], kind: str | None) -> Scope:
    if any(m.role != Role.BACKGROUND and m.founds for m in mentions):
        return Scope.SAHEL
    if kind is None and any(s.is_elsewhere and s.weight >= 2 for s in seen):
        return Scope.ELSEWHERE
    return Scope.NONE


def _is_report(i: Incident, seen: Sequence[AnnotatedSentence], today: dt.date) -> bool:
    """Is it told as news, or recalled as one? Weak words in one late sentence make neither."""
    near = [*i.core, *(s for s in i.about if s.sentence.index <= 3)]
    kinds = {n.kind for s in near for n in s.actors}
    weight = sum(s.weight for s in i.core) + bool(
        kinds & NON_STATE and kinds & (STATE_SIDE | {ActorKind.CIVILIAN, ActorKind.PEACE})
    )
    dated = i.time is not None
    title = seen[0].places if seen else ()
    early = i.first <= 2 or (
        i.first <= 6 and i.hit is not None and any(h.place.name == i.hit.place.name for h in title)
    )
    if i.is_background:
        return dated and i.hit is not None
    if i.time is not None and (today - i.time.high).days > OLD_NEWS_DAYS:
        i.is_background = True
        return i.hit is not None
    if i.hit is None and not (dated and early and weight >= 3):
        i.in_passing = True
        return dated and early and weight >= 2
    i.in_passing = weight < (1 if dated and early else 2) or not (dated or early)
    return weight >= 1


def _is_deed(i: Incident, seen: Sequence[AnnotatedSentence]) -> bool:
    """Is it told that somebody who bears arms did or suffered something, or that somebody died or was taken by it?

    Who did it may stand in title and lede, for all incidents of an article. A round is attacked in a boxing match, a capital is
    mourned in, a firing exercise ends a ceremony.
    """
    told = [*i.core, *i.about]
    armed = any(n.kind != ActorKind.CIVILIAN for s in (*seen[:3], *told) for n in s.actors)
    hit = any(t.outcome in (Outcome.KILLED, Outcome.WOUNDED, Outcome.ABDUCTED) for s in told for t in s.tolls)
    unarmed = any(t.event_type in _UNARMED for s in i.core for t, _ in s.triggers)
    return (armed and max(s.weight for s in told) >= 2) or hit or unarmed


def _mentions(
    article: Article,
    found: Sequence[Incident],
    seen: Sequence[AnnotatedSentence],
    today: dt.date,
    ctx: Context,
    gazetteer: Gazetteer,
) -> list[Mention]:
    main = next((i for i in found if not i.is_background), None)
    owner = owners(found, seen)
    speakers = speakers_of(article, seen)
    mentions: list[Mention] = []
    for i in found:
        place = _finished(i, ctx, gazetteer)
        when = interval(
            i.time or (main.time if main and main is not i and not i.is_background and _alongside(i) else None),
            i,
            today,
        )
        told = [*i.core, *i.about]
        event_type, sub = type_of(i)
        attackers, targets = sides(i, place.country, event_type)
        claims = claims_of(i, owner, speakers, place.country, seen[0].sentence.text, (attackers, targets), event_type)
        role = Role.BACKGROUND if i.is_background else Role.PRIMARY if i is main or i.first <= 1 else Role.SECONDARY
        sentence = next((s.sentence for s in i.core if not s.sentence.is_title), i.core[0].sentence)
        ident = f"{article.article_id}|{article.revision}|{place.name}|{when.low}"
        mention_id = "m-" + hashlib.sha256(ident.encode()).hexdigest()[:14]
        if any(m.mention_id == mention_id for m in mentions):
            continue
        mentions.append(
            Mention(
                mention_id=mention_id,
                article_id=article.article_id,
                revision=article.revision,
                role=role,
                sentence=sentence.text,
                when=when,
                place=place,
                event_type=event_type,
                sub_event_type=sub,
                attackers=attackers,
                targets=targets,
                actors=tuple(dict.fromkeys((*attackers, *targets))),
                claims=claims,
                keywords=_keywords(told),
                founds=not i.in_passing,
                trace=tuple(i.trace),
            )
        )
    return _same_hands(mentions, seen)


def _same_hands(mentions: list[Mention], seen: Sequence[AnnotatedSentence]) -> list[Mention]:
    """An incident listed beside the main one, told without actors of its own, has those of the main one on that day."""
    main = next((m for m in mentions if m.role == Role.PRIMARY), None)
    if main is None:
        return mentions
    out = []
    for m in mentions:
        nobody = set(m.attackers) <= {Actor.UNIDENTIFIED_ARMED_GROUP}
        same_day = m.when.low == main.when.low and m.role != Role.BACKGROUND
        if m is not main and same_day and m.place.country == main.place.country and (nobody or not m.targets):
            shared = {n.code for s in seen if s.sentence.index <= 1 or s.sentence.text == m.sentence for n in s.actors}
            named = m.sentence == main.sentence and shared.issuperset(main.attackers)
            attackers = main.attackers if nobody and named else m.attackers or main.attackers
            targets = m.targets or tuple(t for t in main.targets if kind_of(t) == ActorKind.STATE)
            m = replace(m, attackers=attackers, targets=targets, actors=tuple(dict.fromkeys((*attackers, *targets))))
        out.append(m)
    return out


def _alongside(i: Incident) -> bool:
    return any(ALONGSIDE.search(s.sentence.plain) for s in i.core)


def _finished(i: Incident, ctx: Context, gazetteer: Gazetteer) -> Place:
    place = i.place
    assert place is not None
    hit = i.hit or i.area
    assert hit is not None
    if hit.kind == PlaceRole.AREA and place.level != PlaceLevel.COMMUNE:
        place = replace(place, precision=3)
    if place.source == PlaceSource.GEONAMES:
        place = replace(place, admin1=gazetteer.admin1_of(place))
    if not place.country and ctx.country in region():
        place = replace(place, country=ctx.country, precision=3)
    if place.level == PlaceLevel.ADMIN1 and not place.admin1:
        place = replace(place, admin1=place.name)
    return place


def _keywords(told: Sequence[AnnotatedSentence]) -> tuple[str, ...]:
    """Rare-looking words around the incident: long words and names, for linking."""
    words = Counter(w for s in told[:6] for w in _WORD.findall(s.sentence.plain))
    return (*sorted(words, key=lambda w: (-len(w), w))[:25], *sorted(_people(told)))


def _people(told: Sequence[AnnotatedSentence]) -> set[str]:
    """Names of people hit, marked with "@": two capitalised words together that are no place, no actor and nobody's office."""
    found = set()
    for s in told[:6]:
        taken = [(h.start, h.end) for h in s.places] + [(n.start, n.end) for n in s.actors]
        for m in _PERSON.finditer(s.sentence.text):
            if any(a < m.end() and m.start() < b for a, b in taken) or _SPEAKS_FOR.search(
                s.sentence.plain[: m.start()]
            ):
                continue
            found.add("@" + s.sentence.plain[m.start(2) : m.end(2)])
    return found
