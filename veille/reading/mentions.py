"""The reading of an article, put together: mentions of incidents, each with its claims."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from veille.reading import incidents as inc
from veille.reading import places as pl
from veille.reading.actors import NON_STATE, STATE_SIDE, Named, kind_of, resolve
from veille.reading.claims import SAME, is_communique, nearest, said
from veille.reading.gazetteer import REGION, Gazetteer, in_region
from veille.reading.lexicon import SOURCES
from veille.reading.newsworthy import features, probability
from veille.reading.seen import Seen, read_all
from veille.reading.sentences import plain, split
from veille.records import Article, Claim, Mention, Place, Reading, When

#: An incident longer ago is recalled, whatever the article says of it.
OLD_NEWS_DAYS = 60
BELIEF_DATED, BELIEF_UNDATED = 0.2, 0.43

_WORD = re.compile(r"[a-z]{5,}")


def read(article: Article, gazetteer: Gazetteer) -> Reading:
    """What one article reports: `scope` says where, `mentions` what."""
    today = _day_of(article)
    ctx, seen = _look(article, gazetteer, today)
    kind = inc.filtered(seen)
    found = [] if kind else inc.assemble(seen, today)
    kept = [i for i in found if (p := i.place) is not None and in_region(p if p.country else replace(p, country=ctx.country))]
    kept = _newsworthy([i for i in kept if _is_report(i, seen, today)], seen, found, today)
    mentions = _mentions(article, kept, seen, today, ctx, gazetteer)
    unknown = tuple(dict.fromkeys(m.place.name for m in mentions if m.place.source == "text"))
    return Reading(article.article_id, article.revision, _scope(mentions, seen, kind), tuple(mentions), unknown, (f"filter: {kind}",) if kind else ())


def seen_of(article: Article, gazetteer: Gazetteer) -> list[Seen]:
    """Every sentence of an article with all that was read in it, for `veille explain`."""
    return _look(article, gazetteer, _day_of(article))[1]


def _day_of(article: Article) -> dt.date:
    """The day of publication where the outlet is."""
    published = article.published_at or article.first_seen_at
    return published.astimezone(ZoneInfo(article.timezone or "UTC")).date()


def _look(article: Article, gazetteer: Gazetteer, today: dt.date) -> tuple[pl.Context, list[Seen]]:
    sentences = split(article.title, article.text)
    ctx = pl.context(sentences, gazetteer, article.country)
    return ctx, read_all(sentences, pl.with_unknown(sentences, gazetteer, ctx), ctx, today)


def _newsworthy(kept: list[inc.Incident], seen: Sequence[Seen], found: Sequence[inc.Incident], today: dt.date) -> list[inc.Incident]:
    """Drop what the model of newsworthiness does not believe: dated incidents need little belief, undated ones more."""
    if not any(not i.is_background for i in kept):
        return kept
    belief = probability(features(seen, found, today))
    return [i for i in kept if i.is_background or belief >= (BELIEF_DATED if i.time else BELIEF_UNDATED)]


def _scope(mentions: Sequence[Mention], seen: Sequence[Seen], kind: str | None) -> str:
    if any(m.role != "background" for m in mentions):
        return "sahel"
    if kind is None and any(s.is_elsewhere and s.weight >= 2 for s in seen):
        return "elsewhere"
    return "none"


def _is_report(i: inc.Incident, seen: Sequence[Seen], today: dt.date) -> bool:
    """Is it told as news, or recalled as one? Weak words in one late sentence make neither."""
    near = [*i.core, *(s for s in i.about if s.sentence.index <= 3)]
    kinds = {n.kind for s in near for n in s.actors}
    weight = sum(s.weight for s in i.core) + bool(kinds & NON_STATE and kinds & (STATE_SIDE | {"civilian", "peace"}))
    dated = i.time is not None
    title = seen[0].hits if seen else ()
    early = i.first <= 2 or (i.first <= 6 and i.hit is not None and any(h.place.name == i.hit.place.name for h in title))
    if i.is_background:
        return dated and i.hit is not None
    if i.time is not None and (today - i.time.high).days > OLD_NEWS_DAYS:
        i.is_background = True
        return i.hit is not None
    if i.hit is None and not (dated and early and weight >= 3):
        return False
    return weight >= 2 and (dated or early)


def _mentions(article: Article, found: Sequence[inc.Incident], seen: Sequence[Seen], today: dt.date, ctx: pl.Context, gazetteer: Gazetteer) -> list[Mention]:
    main = next((i for i in found if not i.is_background), None)
    owner = _owners(found, seen)
    speakers = _speakers(article, seen)
    mentions: list[Mention] = []
    for i in found:
        place = _finished(i, ctx, gazetteer)
        when = inc.interval(i.time or (main.time if main and main is not i and not i.is_background and _alongside(i) else None), i, today)
        told = [*i.core, *i.about]
        event_type, sub = _type(i)
        attackers, targets = _sides(i, place.country, event_type)
        claims = _claims(i, owner, speakers, place.country, seen[0].sentence.text, (attackers, targets), event_type)
        role = "background" if i.is_background else "primary" if i is main or i.first <= 1 else "secondary"
        sentence = next((s.sentence for s in i.core if not s.sentence.is_title), i.core[0].sentence)
        ident = f"{article.article_id}|{article.revision}|{place.name}|{when.low}"
        mention_id = "m-" + hashlib.sha256(ident.encode()).hexdigest()[:14]
        if any(m.mention_id == mention_id for m in mentions):
            continue
        mentions.append(
            Mention(
                mention_id, article.article_id, article.revision, role, sentence.text, when, place, event_type, sub, attackers, targets,
                tuple(dict.fromkeys((*attackers, *targets))), claims, _keywords(told), tuple(i.trace),
            )
        )  # fmt: skip
    return _same_hands(mentions)


def _same_hands(mentions: list[Mention]) -> list[Mention]:
    """An incident listed beside the main one, told without actors of its own, has those of the main one on that day."""
    main = next((m for m in mentions if m.role == "primary"), None)
    if main is None:
        return mentions
    out = []
    for m in mentions:
        nobody = set(m.attackers) <= {"UNIDENTIFIED_ARMED_GROUP"}
        same_day = m.when.low == main.when.low and m.role != "background"
        if m is not main and same_day and m.place.country == main.place.country and (nobody or not m.targets):
            attackers = main.attackers if nobody and m.sentence == main.sentence else m.attackers or main.attackers
            targets = m.targets or tuple(t for t in main.targets if t != "CIVILIANS")
            m = replace(m, attackers=attackers, targets=targets, actors=tuple(dict.fromkeys((*attackers, *targets))))
        out.append(m)
    return out


def _alongside(i: inc.Incident) -> bool:
    return any(re.search(r"meme moment|meme jour|simultan|egalement|aussi|autre|deux|dans le meme temps|presque au meme", s.sentence.plain) for s in i.core)


def _finished(i: inc.Incident, ctx: pl.Context, gazetteer: Gazetteer) -> Place:
    place = i.place
    assert place is not None
    hit = i.hit or i.area
    assert hit is not None
    if hit.kind == "area" and place.level != "commune":
        place = replace(place, precision=3)
    if place.source == "geonames":
        place = replace(place, admin1=gazetteer.admin1_of(place))
    if not place.country and ctx.country in REGION:
        place = replace(place, country=ctx.country, precision=3)
    if place.level == "admin1" and not place.admin1:
        place = replace(place, admin1=place.name)
    return place


def _owners(found: Sequence[inc.Incident], seen: Sequence[Seen]) -> dict[int, list[inc.Incident]]:
    """Which incidents each sentence speaks of, by index."""
    owner: dict[int, list[inc.Incident]] = {}
    for i in found:
        for s in (*i.core, *i.about):
            owner.setdefault(s.sentence.index, [])
            if i not in owner[s.sentence.index]:
                owner[s.sentence.index].append(i)
    news = [i for i in found if not i.is_background]
    plural = re.compile(r"\b(?:ces|les|des) (?:deux )?(?:attaques|assauts|positions|camps|emprises|bases|sites|localites)\b|les deux (?:attaques|camps|sites|positions)|(?:les|deux) sites|\b(?:deux|trois|quatre|cinq|six|sept|plusieurs) (?:\w+ )?(?:attaques|assauts|positions|postes|camps|bases|localites|casernes|emprises|fronts)\b")
    for s in seen:
        held = owner.get(s.sentence.index, [])
        if len(news) > 1 and held and plural.search(s.sentence.plain) and not s.scenes:
            owner[s.sentence.index] = [i for i in news if i.time is None or held[0].time is None or (i.time.low <= held[0].time.high and held[0].time.low <= i.time.high)] or held
    return owner


def _speakers(article: Article, seen: Sequence[Seen]) -> dict[int, str]:
    """The claimant that each sentence inherits where it names none."""
    whole = " ".join(s.sentence.plain for s in seen)
    default = "STATE" if seen and is_communique(seen[0].sentence.plain, whole) else "UNATTRIBUTED"
    lede = default
    last, paragraph = default, -2
    out: dict[int, str] = {}
    for s in seen:
        if s.sentence.paragraph != paragraph:
            goes_on = bool(s.frames) and s.frames[0].rule == "pronoun"  # "Elle a dit ...": whoever spoke before
            last, paragraph = last if goes_on else lede, s.sentence.paragraph
        out[s.sentence.index] = last
        if spoke := [f for f in s.frames if f.code != SAME]:
            last = spoke[-1].code
            if s.sentence.index == 1 or (s.sentence.index == 2 and lede == default):
                lede = last
    if seen:
        if not seen[0].frames:
            first = next((f.code for f in seen[1].frames if f.code != SAME), None) if len(seen) > 1 else None
            out[0] = first or out.get(1, default)
    return out


_TYPE_ORDER = ("Violence against civilians", "Explosions/Remote violence", "Battles", "Protests", "Riots", "Strategic developments")


_STRUCK = re.compile(r"frappes? (?:aerienne|de drone|de l'armee|menee)|\bdrones?\b|\bbombard|raids? aerien|vecteurs aeriens|\baviation|helicopt")
_THEIR_DRONES = re.compile(r"drones? kamikazes?|(?:jnim|gsim|fla|csp|jihadistes?|terroristes?|rebelles) .{0,40}drones?|drones? (?:du|des) (?:jnim|gsim|fla|jihadistes|rebelles)")


_USUAL_SUB = {"Battles": "Armed clash", "Violence against civilians": "Attack"}


def _struck(i: inc.Incident) -> bool:
    """The state struck from the air: the first sentences of the incident say so, and give nobody else the drones."""
    text = "\n".join(s.sentence.plain for s in i.core[:3])
    return bool(_STRUCK.search(text)) and not _THEIR_DRONES.search(text)


def _type(i: inc.Incident) -> tuple[str, str]:
    """The ACLED type: the words of the telling sentences, the earlier the heavier, corrected by whose dead are counted."""
    scores: Counter[tuple[str, str]] = Counter()
    by_type: Counter[str] = Counter()
    for rank, s in enumerate(i.core[:4]):
        for trigger, _ in s.triggers:
            scores[trigger.event_type, trigger.sub_event_type] += trigger.weight * (4 - rank)
            strategic = trigger.event_type == "Strategic developments" and trigger.weight > 1
            by_type[trigger.event_type] += trigger.weight * (4 - rank) + (6 if strategic and rank <= 1 else 0)
    if not by_type:
        return "Battles", "Armed clash"
    kinds = [n.kind for s in i.core[:3] for n in s.actors]
    civil, state = kinds.count("civilian"), sum(k in STATE_SIDE or k == "peace" for k in kinds)
    whose = Counter(t.victims for s in i.core[:4] for t in s.tolls if t.outcome in ("killed", "abducted") and (t.low or t.high))
    violence = "Violence against civilians"
    if whose["civilians"] > whose["military"] + whose["assailants"]:
        by_type[violence] += 8
    elif whose["military"] or whose["assailants"]:
        by_type["Battles"] += by_type[violence] * 3 // 4
        by_type[violence] //= 4
    elif whose["unspecified"] and not state and by_type[violence]:
        by_type[violence] += 5
    elif by_type[violence] and civil > state:
        by_type[violence] += 4
    elif state:
        by_type[violence] //= 3
    if by_type["Explosions/Remote violence"] and _struck(i):
        by_type["Explosions/Remote violence"] += 4
    event_type = max(by_type, key=lambda t: (by_type[t], -_TYPE_ORDER.index(t)))
    sub = max((k for k in scores if k[0] == event_type), key=lambda k: scores[k], default=(event_type, _USUAL_SUB.get(event_type, "")))[1]
    return event_type, sub


_ATTRIBUTED = re.compile(r"attribu|imput|revendiqu|accus|soupconn|signature|presume|endoss|oeuvre d|mene\w* par|auteur|combattants d[ue]|membres d[ue]|elements d[ue]")
_CIVILIANS_HIT = re.compile(r"civils? (?:\w+ ){0,3}(?:tue|mort|bless|enlev|pris)|(?:habitants?|villageois|passagers|orpailleurs|deplaces|fideles|forains|bergers|eleveurs|femmes|enfants) (?:\w+ ){0,3}(?:tue|mort|bless|enlev|massacr|execut|pris)|tu\w+ (?:\w+ ){0,3}(?:civils|villageois|habitants)|victimes civiles|massacr|tuerie|(?:camps?|sites?) de (?:personnes )?deplacees?")


def _sides(i: inc.Incident, country: str, event_type: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Attackers and targets: non-state groups attack unless the state strikes; nobody named is nobody guessed.

    A group counts that the telling sentences name, or to which a later sentence attributes the incident.
    """
    core: Counter[str] = Counter(resolve(n.code, country) for s in i.core for n in s.actors if not _is_only_speaker(n, s))
    later: Counter[str] = Counter(resolve(n.code, country) for s in i.about for n in s.actors if not _is_only_speaker(n, s))
    blamed = {n.code for s in (*i.core, *i.about) if _ATTRIBUTED.search(s.sentence.plain) for n in s.actors if kind_of(n.code) in NON_STATE}
    groups = [c for c, _ in core.most_common() if kind_of(c) in NON_STATE and c != "UNIDENTIFIED_ARMED_GROUP"]
    groups = groups or [c for c, _ in later.most_common() if c in blamed and c != "UNIDENTIFIED_ARMED_GROUP"]
    if len(groups) > 1:
        groups = [g for g in groups if g in blamed][:1] or groups[:1]
    own = resolve("STATE", country)
    state = [c for c, n in (core + later).items() if (kind_of(c) in STATE_SIDE or kind_of(c) in ("peace", "foreign")) and (core[c] or (c == own and n > 1))]
    state = [c for c in state if kind_of(c) != "state" or c == own or core[c] >= 2]
    text = " ".join(s.sentence.plain for s in (*i.core, *i.about[:4]))
    counted = any(t.victims == "civilians" and (t.low or t.high) for s in (*i.core, *i.about) for t in s.tolls)
    civilians = event_type == "Violence against civilians" or counted or bool(_CIVILIANS_HIT.search(text))
    unknown = core["UNIDENTIFIED_ARMED_GROUP"] or later["UNIDENTIFIED_ARMED_GROUP"]
    aggressors = groups or (["UNIDENTIFIED_ARMED_GROUP"] if unknown or not state else [])
    hit = [*state, *(["CIVILIANS"] if civilians else [])]
    if event_type == "Explosions/Remote violence" and _struck(i) and state:
        return tuple(state[:3]), tuple([*aggressors[:2], *(["CIVILIANS"] if civilians else [])])
    return tuple(aggressors[:2]), tuple(hit[:4])


def _is_only_speaker(n: Named, s: Seen) -> bool:
    """The actor's name stands inside an attribution and nowhere acts: "selon l'armée"."""
    return any(f.rule == "selon" and f.start <= n.start < f.end for f in s.frames)


def _claims(i: inc.Incident, owner: dict[int, list[inc.Incident]], speakers: dict[int, str], country: str, title: str, sides: tuple[Sequence[str], Sequence[str]], event_type: str) -> tuple[Claim, ...]:
    attackers, targets = sides
    claims: list[Claim] = []
    owner_count = {id(o) for held in owner.values() for o in held if not o.is_background}
    for s in sorted({id(s): s for s in (*i.core, *i.about)}.values(), key=lambda s: s.sentence.index):
        default = speakers.get(s.sentence.index, "UNATTRIBUTED")
        if len(owner.get(s.sentence.index, [i])) <= 1 or len(s.scenes) <= 1:
            claims += _toll_claims(s, default, country, len(owner_count))
        for x in said(s.sentence.plain, s.frames, s.actors, default):
            claims.append(Claim(resolve(x.claimant, country), x.kind, s.sentence.text, rule=x.rule))
    for index, held in owner.items():
        if i in held and index not in {s.sentence.index for s in (*i.core, *i.about)}:
            s = next((s for o in held for s in (*o.core, *o.about) if s.sentence.index == index), None)
            if s is not None:
                claims += [Claim(resolve(x.claimant, country), x.kind, s.sentence.text, rule=x.rule) for x in said(s.sentence.plain, s.frames, s.actors, speakers.get(index, "UNATTRIBUTED"))]
    claims = [_settle(c, attackers, targets, event_type) for c in _with_one(claims, i, speakers, country)]
    return tuple(_unique(_own_toll(_without_title(claims, title), attackers)))


_ONE_TAKEN = re.compile(r"\b(?:a|avait|aurait) ete (?:\w+ )?(?:enleve|emmene|kidnappe|embarque)e?\b|enlevement de (?:m\.|mme|l'|[a-z]+ [a-z]+,)")


def _with_one(claims: list[Claim], i: inc.Incident, speakers: dict[int, str], country: str) -> list[Claim]:
    """One person carried off, told without a number: "le docteur X a été enlevé"."""
    if any(c.kind == "toll" and c.outcome == "abducted" for c in claims):
        return claims
    for s in i.core:
        if m := _ONE_TAKEN.search(s.sentence.plain):
            frame = nearest(s.frames, m.start(), s.sentence.plain)
            code = frame.code if frame and frame.code != SAME else speakers.get(s.sentence.index, "UNATTRIBUTED")
            return [*claims, Claim(resolve(code, country), "toll", s.sentence.text, "civilians", "abducted", 1, 1, "one person taken")]
    return claims


def _settle(c: Claim, attackers: Sequence[str], targets: Sequence[str], event_type: str) -> Claim:
    """What the whole incident says of a claim: people killed in a massacre are civilians, "les jihadistes" the one group named."""
    if c.claimant == "UNIDENTIFIED_ARMED_GROUP" and len(attackers) == 1 and kind_of(attackers[0]) in ("jihadist", "rebel", "bandit"):
        c = replace(c, claimant=attackers[0])
    only_civilians = "CIVILIANS" in targets and not any(kind_of(t) in STATE_SIDE for t in targets)
    if c.kind == "toll" and c.victims == "unspecified" and event_type == "Violence against civilians" and only_civilians:
        return replace(c, victims="civilians")
    only_state = bool(targets) and "CIVILIANS" not in targets and all(kind_of(t) in STATE_SIDE or kind_of(t) == "peace" for t in targets)
    beaten = kind_of(c.claimant) in STATE_SIDE or re.search(r"neutralis|elimin|abatt|dans leurs rangs|corps", plain(c.quote))
    if c.kind == "toll" and c.victims == "unspecified" and (c.low or c.high) and only_state and event_type in ("Battles", "Explosions/Remote violence"):
        people = re.search(r"\b(?:personnes|enfants|femmes|civils|habitants|villageois)\b", plain(c.quote))
        return c if beaten or people else replace(c, victims="military")
    return c


_SEVERAL = re.compile(r"\b(?:deux|trois|quatre|cinq|six|sept|huit|plusieurs|ces|les) (?:\w+ )?(?:attaques|assauts|embuscades|incidents|frappes distinctes)\b")


def _toll_claims(s: Seen, default: str, country: str, n_incidents: int) -> list[Claim]:
    """The figures of a sentence with their claimant; a sum over several incidents belongs to none."""
    if n_incidents > 1 and _SEVERAL.search(s.sentence.plain):
        return []
    out = []
    soldiers = any(n.kind in STATE_SIDE or n.kind == "peace" for n in s.actors)
    for t in s.tolls:
        frame = nearest(s.frames, t.start, s.sentence.plain)
        code = resolve(frame.code if frame and frame.code != SAME else default, country)
        victims = t.victims
        words = s.sentence.plain[t.start : t.end]
        if victims == "unspecified" and t.low == t.high == 0 and kind_of(code) in ("jihadist", "rebel", "bandit", "militia"):
            victims = "assailants"
        elif victims == "unspecified" and re.search(r"\bhommes\b", words) and (soldiers or kind_of(code) == "state" or code == "SECURITY_SOURCE"):
            victims = "military"
        out.append(Claim(code, "toll", s.sentence.text, victims, t.outcome, t.low, t.high, t.rule))
    return out


def _without_title(claims: list[Claim], title: str) -> list[Claim]:
    """A title rounds what the body counts: its figures stand only where the body gives none of the kind."""
    body = {(c.kind, c.outcome) for c in claims if c.kind == "toll" and c.quote != title}
    return [c for c in claims if not (c.kind == "toll" and c.quote == title and (c.kind, c.outcome) in body)]


def _own_toll(claims: list[Claim], attackers: Sequence[str]) -> list[Claim]:
    """A group that gives the toll of its enemies says that it attacked."""
    for c in list(claims):
        own_toll = c.kind == "toll" and kind_of(c.claimant) in ("jihadist", "rebel") and c.victims == "military" and (c.low or c.high)
        if (own_toll or (c.kind == "control" and kind_of(c.claimant) == "jihadist" and c.claimant in attackers)) and c.claimant not in SOURCES:
            claims.append(Claim(c.claimant, "responsibility", c.quote, rule="toll of its own attack"))
    return claims


def _unique(claims: Iterable[Claim]) -> list[Claim]:
    """One claim a claimant, kind and figure; a figure in the article's own name yields to the same one by a source."""
    seen: dict[tuple[object, ...], Claim] = {}
    for c in claims:
        seen.setdefault((c.claimant, c.kind, c.victims, c.outcome, c.low, c.high), c)
    out = []
    for c in seen.values():
        if c.kind == "toll" and c.high is not None and any(o.kind == "toll" and o.high is None and (o.claimant, o.outcome, o.low) == (c.claimant, c.outcome, c.low) and o.victims in (c.victims, "unspecified") for o in seen.values() if o is not c):
            continue
        if c.kind == "toll" and c.claimant == "UNATTRIBUTED" and any(o.claimant != "UNATTRIBUTED" and (o.kind, o.outcome, o.low) == (c.kind, c.outcome, c.low) for o in seen.values()):
            continue
        if c.kind == "toll" and c.victims == "unspecified" and any(o is not c and o.claimant == c.claimant and o.outcome == c.outcome and o.victims != "unspecified" and (o.low, o.high) == (c.low, c.high) for o in seen.values()):
            continue
        out.append(c)
    return out


def _keywords(told: Sequence[Seen]) -> tuple[str, ...]:
    """Rare-looking words around the incident: long words and names, for linking."""
    words = Counter(w for s in told[:6] for w in _WORD.findall(s.sentence.plain))
    return tuple(sorted(words, key=lambda w: (-len(w), w))[:25])


def undated(when: When) -> bool:
    """No word of the article says when."""
    return when.flag == "undated"
