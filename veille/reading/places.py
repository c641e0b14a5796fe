"""Which places a sentence names, and as what: the scene, a landmark, a container, a capital that speaks.

Rules, longest name first:
- a name of the overlay counts wherever it stands; a name of the dumps needs a place before it ("à", "village de",
  "au nord de"), since "Est", "Fin", "Centre" and half of all family names are villages somewhere;
- "région de", "cercle de", "province du" say the level; "ville de", "village de", "camp de" another;
- "X, à 90 km de Y" gives X, with Y as a landmark; "à 40 km au nord de Y" gives a point 40 km north of Y (precision 2);
- "entre X et Y", "axe X-Y", "route X-Y" give one stretch of road (precision 2), halfway;
- a capital without "à", "dans", "près de" is a government;
- among homonyms the one in the country of the article, in a container named beside it, nearest to its other places;
- a capitalised name after "village de", "localité de" that no gazetteer knows is kept by its name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from veille.codes import AREA_LEVELS, POINT_LEVELS, PlaceLevel, PlaceRole, PlaceSource
from veille.reading.context import COMPASS_ONLY, NOT_A_NAME, Context, longest
from veille.reading.gazetteer import Gazetteer, Span, km, name_spans
from veille.reading.patterns import BEFORE_AREA, BEFORE_POINT, BETWEEN, before
from veille.reading.place_mentions import PlaceMention
from veille.reading.relative import apposed, from_here, roads
from veille.reading.rules import BY_HEAD_NOUN, PlaceRule
from veille.reading.sentences import Sentence
from veille.reading.unknown import unknown
from veille.records.readings import Place
from veille.reference.countries import by_adjective, countries, governments

_IN_CAPITAL = re.compile(
    r"(?:^|[\s(\"])(?:a|dans (?:la ville|les rues|le centre|un quartier) de|pres d[e']|aux? (?:environs|abords|portes|sortie|entree|centre) d[e']|quartier d[e']|au coeur d[e']|(?:aeroport|base aerienne|camp) (?:de |d'|du )[\w' -]{0,20})\s*$"
)
_SPEECH_NEAR = re.compile(
    r"declar|annonc|affirm|indiqu|publi|diffus|communiqu|conference|reuni|recu|evacu|transfer|soign|rencontr|arriv"
)
#: Where somebody goes, comes from or is cared for is not where it happened.
_AWAY = re.compile(
    r"(?:evacu|rapatri|revenait|revenaient|retour|mission|transport|transfer|soign|conduit|achemin|ramen|repli|refug|fui|partis?|parti(?:e|es)?|rejoin|rallier|arriv|atteint|gagn|rentr|retourn|reflu|recueill|bas[eo]|stationn|cantonn|venu|hospitalis|admis|inhum|enterr|accueill|depech|se rend|rendu|quitt|destination|provenance|direction|dirig|hopital|centre de sante|clinique|base)\w*(?: (?!attaqu|tue|embusc|aupres|detachement|garnison|position)[\w'-]+){0,3} (?:a|vers|de|d'|sur|pour|depuis|du|jusqu'a|en direction de|l'hopital de|par)\s*$"
)
#: "Deux semaines après Niafounké", "ont quitté Inates pour": named for what came before, or for where they were.
_BEFORE_OR_LEFT = re.compile(
    r"(?:\bapres|\b(?:quitt|rejoi|regagn|gagn|ralli|travers|desserv)\w*(?: (?:la|le|les) (?:ville|localite|camp|base|garnison) d[eu'])?)\s*$"
)
#: "Les obsèques des soldats tués à X ont eu lieu mardi à Y".
_RITE = re.compile(r"\b(?:obseques|funerailles|ceremonies?|hommages?|inhumations?|enterrements?)\b")
_HELD_AT = re.compile(
    r"(?:eu lieu|\btenue?s?|deroule\w*|celebre\w*|rendu\w*)(?: [\w'-]+){0,3} (?:a|dans la ville de) $"
)
_OFFICE = re.compile(
    r"\bune? (?:\w+ )?(?:habitante?|notable|elue?|source|responsable|commercante?|temoin|residente?|enseignante?|chauffeur|agent|eleveur|religieux|ressortissant)\s(?:\w+ )?(?:de |d'|a |du )$|(?:parquet|tribunal|procureur|cour d'appel|prison|gouverneur|gouvernorat|maire|mairie|hopital|prefet|haut-commissaire|juridiction|justice|depute|imam|eveque|diocese|marche central|joints?|jointe|magistrats?|gendarmes|policiers|brigade|contactee?s?|interrogee?s?|base|basee?s?|correspondant|originaires?|venue?s?|natifs?|chercheur|gare) (?:central |regional |pres |militaire )?(?:a |de |d'|du |depuis |au )$"
)
_DATELINE = re.compile(
    r"^\W*([A-ZÀ-ÖØ-Þ][\w'’/ \-]{2,40}?)(?:\s*\(([^)]{2,30})\))?\s*(?:,\s*(?:le\s+)?\d{1,2}\s+[\w.]+(?:\s+\d{4})?)?\s*(?:\([^)]{2,40}\)\s*)?[-–—:]\s"
)


def dateline_end(sentence: Sentence) -> int:
    """Return how much of a body's first sentence is its dateline: "BAMAKO - ", "Ouagadougou, 13 nov. – "; 0 for none."""
    m = _DATELINE.match(sentence.text)
    if not m or sentence.is_title:
        return 0
    is_caps = m[1].isupper() and len(m[1]) > 2
    return m.end() if is_caps or re.search(r"\d{1,2}\s+\w+\.?\s*(?:\d{4})?\s*[-–—:]\s$", m.group()) else 0


def find(
    sentence: Sentence, gazetteer: Gazetteer, ctx: Context, is_lede: bool = False, taken: Sequence[tuple[int, int]] = ()
) -> list[PlaceMention]:
    """Return every place named in a sentence, in order; `taken` are stretches that name an actor."""
    skip = dateline_end(sentence) if is_lede else 0
    hits: list[PlaceMention] = []
    spans = [
        s
        for s in longest(name_spans(sentence.text), gazetteer)
        if s.start >= skip and all(s.end <= a or s.start >= b for a, b in taken)
    ]
    containers = _containers(spans, sentence, gazetteer)
    for span in spans:
        if hit := _judge(span, sentence, gazetteer, ctx, containers, spans):
            hits.append(hit)
    hits += unknown(sentence, hits, skip, gazetteer, ctx)
    hits += from_here(sentence)
    hits += _the_capital(sentence, gazetteer, ctx, hits)
    return roads(sentence, apposed(sentence, _together(sentence, sorted(hits, key=lambda h: h.start))))


def _together(sentence: Sentence, hits: list[PlaceMention]) -> list[PlaceMention]:
    """ "Fui vers Sokolo et Dogofry": what is said of the first of two joined names is said of the second."""
    out: list[PlaceMention] = []
    for hit in hits:
        if (
            out
            and hit.kind == PlaceRole.SCENE
            and out[-1].rule is PlaceRule.DEPARTED
            and re.fullmatch(r"\s*(?:,|et|ou)\s*", sentence.plain[out[-1].end : hit.start])
        ):
            hit = replace(hit, kind=PlaceRole.LANDMARK, rule=out[-1].rule, strength=out[-1].strength)
        out.append(hit)
    return out


#: "Enlevé dans la capitale burkinabè": the town is meant, by its office alone.
_THE_CAPITAL = re.compile(
    r"\b(?:dans|a|au coeur de|en plein coeur de|pres de|aux portes de) la capitale"
    rf"(?: (?P<whose>{'|'.join(by_adjective())}))?(?! (?:regionale|economique|de la region|du|de|provinciale))\b"
)


def _the_capital(
    sentence: Sentence, gazetteer: Gazetteer, ctx: Context, hits: Sequence[PlaceMention]
) -> list[PlaceMention]:
    m = _THE_CAPITAL.search(sentence.plain)
    if m is None or any(h.start < m.end() and m.start() < h.end for h in hits):
        return []
    country = countries().get(by_adjective().get(m["whose"] or "", ctx.country))
    name = country.capital if country else ""
    found = [p for p in gazetteer.find(name) if p.level in POINT_LEVELS] if name else []
    return (
        [PlaceMention(m.start(), m.end(), found[0], PlaceRole.SCENE, PlaceRule.CAPITAL_BY_OFFICE, 0.5)] if found else []
    )


def _containers(spans: Sequence[Span], sentence: Sentence, gazetteer: Gazetteer) -> list[Place]:
    found = []
    for span in spans:
        said = before(sentence.plain, span.start)
        for level, pattern in BEFORE_AREA.items():
            if pattern.search(said):
                found += [p for p in gazetteer.find(span.folded) if p.level == level]
    return found


def _judge(
    span: Span,
    sentence: Sentence,
    gazetteer: Gazetteer,
    ctx: Context,
    containers: Sequence[Place],
    spans: Sequence[Span],
) -> PlaceMention | None:
    said, text = before(sentence.plain, span.start), sentence.text
    if span.folded in NOT_A_NAME:
        return None
    candidates = gazetteer.find(span.folded)
    outside = gazetteer.elsewhere.get(span.folded)
    if outside and not (candidates and ctx.country in {p.country for p in candidates}):
        return PlaceMention(
            span.start, span.end, Place(text[span.start : span.end], outside), PlaceRole.ELSEWHERE, PlaceRule.ELSEWHERE
        )
    if not candidates:
        return None
    for level, pattern in BEFORE_AREA.items():
        if pattern.search(said):
            of_level = [p for p in candidates if p.level == level] or (
                [p for p in candidates if p.level in AREA_LEVELS] if level != PlaceLevel.COMMUNE else list(candidates)
            )
            if of_level:
                place = _choose(of_level, ctx, containers)
                kind = PlaceRole.SCENE if place.level in POINT_LEVELS else PlaceRole.AREA
                return PlaceMention(
                    span.start,
                    span.end,
                    place,
                    kind,
                    BY_HEAD_NOUN[level],
                    0.9 if kind == PlaceRole.AREA else 0.5,
                )
    is_ours = span.folded in gazetteer.overlay
    pointed = bool(BEFORE_POINT.search(said))
    starts_title = sentence.is_title and (span.start == 0 or said.rstrip().endswith((":", ",", "-", "et", ".", '"')))
    if any(p.level == PlaceLevel.COUNTRY for p in candidates) and not pointed:
        return PlaceMention(
            span.start,
            span.end,
            next(p for p in candidates if p.level == PlaceLevel.COUNTRY),
            PlaceRole.COUNTRY,
            PlaceRule.COUNTRY,
            0.2,
        )
    if any(p.level == PlaceLevel.COUNTRY for p in candidates):
        candidates = tuple(p for p in candidates if p.level == PlaceLevel.COUNTRY or p.level in POINT_LEVELS)
        if not re.search(r"(?:ville|village|localite) d[eu']\s*$", said):
            return PlaceMention(
                span.start,
                span.end,
                next(p for p in candidates if p.level == PlaceLevel.COUNTRY),
                PlaceRole.COUNTRY,
                PlaceRule.COUNTRY,
                0.2,
            )
    if span.folded in governments():
        return _capital(span, sentence, candidates[0])
    if span.folded in COMPASS_ONLY:
        return _compass(span, sentence, candidates, ctx, containers)
    listed = _is_listed(span, sentence, spans)
    if not is_ours and (not (pointed or starts_title or listed) or _is_person(span, sentence)):
        return None
    if is_ours and _is_person(span, sentence) and not pointed:
        return None
    home = [p for p in candidates if p.country == ctx.country]
    if home and not pointed:
        candidates = tuple(home)
    points = [p for p in candidates if p.level in POINT_LEVELS]
    in_ctx = [p for p in candidates if not ctx.countries or ctx.countries.get(p.country, 0) > 0]
    if not is_ours and not in_ctx:
        return None
    pool = points or list(candidates)
    area_only = re.search(r"(?:dans (?:le|la|l'|les)|du|au|en|province du|zone du|du cote du)\s*$", said) and any(
        p.level in AREA_LEVELS for p in candidates
    )
    if area_only and not pointed:
        pool = [p for p in candidates if p.level in AREA_LEVELS]
    place = _choose(pool, ctx, containers)
    kind = PlaceRole.SCENE if place.level in POINT_LEVELS else PlaceRole.AREA
    if kind == PlaceRole.SCENE and re.search(r"(?:route|axe|piste) (?:de |d'|du )$", said):
        place = replace(place, precision=2)
    if (
        kind == PlaceRole.SCENE
        and (away := _AWAY.search(said[-60:]))
        and not re.search(r"abords|environs|alentours|attaqu|tu[ee]|embusc", away.group())
    ):
        return PlaceMention(span.start, span.end, place, PlaceRole.LANDMARK, PlaceRule.DEPARTED, 0.3)
    if kind == PlaceRole.SCENE and _BEFORE_OR_LEFT.search(said):
        return PlaceMention(span.start, span.end, place, PlaceRole.LANDMARK, PlaceRule.BEFORE_OR_LEFT, 0.3)
    if kind == PlaceRole.SCENE and _RITE.search(sentence.plain) and _HELD_AT.search(said):
        return PlaceMention(span.start, span.end, place, PlaceRole.LANDMARK, PlaceRule.CEREMONY, 0.3)
    if kind == PlaceRole.SCENE and _OFFICE.search(said):
        return PlaceMention(span.start, span.end, place, PlaceRole.LANDMARK, PlaceRule.OFFICE, 0.3)
    return PlaceMention(
        span.start,
        span.end,
        place,
        kind,
        PlaceRule.OVERLAY if place.source == PlaceSource.OVERLAY else PlaceRule.GAZETTEER,
        1.0 if pointed or starts_title else 0.7,
    )


def _is_listed(span: Span, sentence: Sentence, spans: Sequence[Span]) -> bool:
    """Part of an enumeration of places: "à Ménaka, Labbezanga et Gossi", "Bourzanga-Kongoussi"."""
    for other in spans:
        if 0 <= span.start - other.end <= BETWEEN:
            between = sentence.plain[other.end : span.start]
            if re.fullmatch(r"\s*(?:,|et|ou|-|/|, puis|puis|, et|, a|et a|et d'|et de|ainsi que|vers)\s*", between):
                return True
    return before(sentence.plain, span.start).rstrip().endswith("(")


def _is_person(span: Span, sentence: Sentence) -> bool:
    """A capitalised word stands right before or after without a preposition: "Simon Gnanou", "Traoré Ibrahim"."""
    word = re.search(r"([A-ZÀ-ÖØ-Þ][\w'’-]+)\s$", before(sentence.text, span.start))
    if (
        word
        and word[1].upper() != word[1]
        and word[1].lower() not in ("à", "a", "près", "dans", "village", "camp", "ville")
    ):
        is_first = len(word[0]) == span.start
        if not is_first or word[1].lower() not in ("à", "de", "vers", "près", "entre"):
            return True
    after = re.match(r"\s([A-ZÀ-ÖØ-Þ][a-zà-ÿ]+)", sentence.text[span.end :])
    return (bool(after) and before(sentence.text, span.start).strip() != "") or bool(
        re.search(
            r"\b(?:m|mme|dr|general|colonel|capitaine|commandant|lieutenant|president|ministre|procureur|porte-parole|imam)\.?\s$",
            before(sentence.plain, span.start),
        )
    )


def _capital(span: Span, sentence: Sentence, place: Place) -> PlaceMention:
    said, after = before(sentence.plain, span.start), sentence.plain[span.end : span.end + 30]
    if (
        _IN_CAPITAL.search(said)
        and not _SPEECH_NEAR.search(said[-40:])
        and not re.match(r"\s*(?:,? (?:dement|accuse|affirme|dit|assure|denonce))", after)
    ):
        return PlaceMention(span.start, span.end, place, PlaceRole.SCENE, PlaceRule.CAPITAL, 0.5)
    return PlaceMention(span.start, span.end, place, PlaceRole.SPEAKER, PlaceRule.GOVERNMENT, 0.1)


def _compass(
    span: Span, sentence: Sentence, candidates: Sequence[Place], ctx: Context, containers: Sequence[Place]
) -> PlaceMention | None:
    """ "Est", "Nord", "Sahel", "Centre-Nord": a region only where a Burkinabè or other article means one."""
    areas = [p for p in candidates if p.level in AREA_LEVELS]
    if not areas or not re.search(
        r"(?:dans (?:le|l'|la|les)|au|du|de l'|region (?:de |de l'|du |des )?|^)\s*$",
        before(sentence.plain, span.start),
    ):
        return None
    place = _choose(areas, ctx, containers)
    if ctx.countries.get(place.country, 0) < 2 or (ctx.country and place.country != ctx.country):
        return None
    return PlaceMention(span.start, span.end, place, PlaceRole.AREA, PlaceRule.COMPASS, 0.5)


def _choose(pool: Sequence[Place], ctx: Context, containers: Sequence[Place]) -> Place:
    """The likeliest homonym: inside a container named beside it, in the article's country, near its other places."""
    if len(pool) == 1:
        return pool[0]

    def score(p: Place) -> tuple[float, float, float, float, int]:
        inside = any(c.country == p.country and (c.admin1 == p.admin1 or km(c, p) < 80) for c in containers)
        weight = ctx.countries.get(p.country, 0)
        distance = min((km(p, s) for s in ctx.settled if km(p, s) > 0.5), default=500.0)
        return float(inside), math.log1p(weight), float(p.source == PlaceSource.OVERLAY), -distance, p.population

    return max(pool, key=score)
