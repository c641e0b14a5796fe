"""Whose claims are whose: the claims of each incident of an article, with their claimants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from veille.codes import STATE_SIDE, Actor, ActorKind, ClaimKind, EventType, Outcome, Source, Victims
from veille.reading.actors import resolve
from veille.reading.annotation import AnnotatedSentence
from veille.reading.attributions import SAME, is_communique, nearest
from veille.reading.claims import said
from veille.reading.incident import Incident
from veille.reading.lexicon import SOURCES
from veille.reading.rules import ClaimRule
from veille.reading.sentences import plain
from veille.records.articles import Article
from veille.records.readings import Claim
from veille.reference.actors import kind_of


def owners(found: Sequence[Incident], seen: Sequence[AnnotatedSentence]) -> dict[int, list[Incident]]:
    """Return which incidents each sentence speaks of, by index."""
    owner: dict[int, list[Incident]] = {}
    for i in found:
        for s in (*i.core, *i.about):
            owner.setdefault(s.sentence.index, [])
            if i not in owner[s.sentence.index]:
                owner[s.sentence.index].append(i)
    news = [i for i in found if not i.is_background]
    plural = re.compile(
        r"\b(?:ces|les|des) (?:deux )?(?:attaques|assauts|operations|positions|camps|emprises|bases|sites|localites)\b|les deux (?:attaques|operations|camps|sites|positions)|(?:les|deux) sites|\b(?:deux|trois|quatre|cinq|six|sept|plusieurs) (?:\w+ )?(?:attaques|assauts|operations|positions|postes|camps|bases|localites|casernes|emprises|fronts)\b"
    )
    for s in seen:
        held = owner.get(s.sentence.index, [])
        if len(news) > 1 and held and plural.search(s.sentence.plain) and not s.scenes:
            owner[s.sentence.index] = [
                i
                for i in news
                if i.time is None
                or held[0].time is None
                or (i.time.low <= held[0].time.high and held[0].time.low <= i.time.high)
            ] or held
    return owner


def speakers_of(article: Article, seen: Sequence[AnnotatedSentence]) -> dict[int, str]:
    """Return the claimant that each sentence inherits where it names none."""
    whole = " ".join(s.sentence.plain for s in seen)
    default: str = Actor.STATE if seen and is_communique(seen[0].sentence.plain, whole) else Source.UNATTRIBUTED
    lede = default
    last, paragraph = default, -2
    out: dict[int, str] = {}
    for s in seen:
        if s.sentence.paragraph != paragraph:
            goes_on = bool(s.attributions) and s.attributions[0].code == SAME  # "Elle a dit ...": whoever spoke before
            last, paragraph = last if goes_on else lede, s.sentence.paragraph
        out[s.sentence.index] = last
        if spoke := [f for f in s.attributions if f.code != SAME]:
            last = spoke[-1].code
            if s.sentence.index == 1 or (s.sentence.index == 2 and lede == default):
                lede = last
    if seen and not seen[0].attributions:
        first = next((f.code for f in seen[1].attributions if f.code != SAME), None) if len(seen) > 1 else None
        out[0] = first or out.get(1, default)
    return out


def claims_of(
    i: Incident,
    owner: dict[int, list[Incident]],
    speakers: dict[int, str],
    country: str,
    title: str,
    sides: tuple[Sequence[str], Sequence[str]],
    event_type: str,
) -> tuple[Claim, ...]:
    attackers, targets = sides
    claims: list[Claim] = []
    owner_count = {id(o) for held in owner.values() for o in held if not o.is_background}
    for s in sorted({id(s): s for s in (*i.core, *i.about)}.values(), key=lambda s: s.sentence.index):
        default = speakers.get(s.sentence.index, Source.UNATTRIBUTED)
        if len(owner.get(s.sentence.index, [i])) <= 1 or len(s.scenes) <= 1:
            claims += _toll_claims(s, default, country, len(owner_count))
        for x in said(s.sentence.plain, s.attributions, s.actors, default):
            claims.append(Claim(resolve(x.claimant, country), x.kind, s.sentence.text, rule=x.rule.value))
    for index, held in owner.items():
        if i in held and index not in {s.sentence.index for s in (*i.core, *i.about)}:
            default = speakers.get(index, Source.UNATTRIBUTED)
            for s in [s for o in held for s in (*o.core, *o.about) if s.sentence.index == index][:1]:
                for x in said(s.sentence.plain, s.attributions, s.actors, default):
                    claims.append(Claim(resolve(x.claimant, country), x.kind, s.sentence.text, rule=x.rule.value))
    claims = [_settle(c, attackers, targets, event_type) for c in _with_one(claims, i, speakers, country)]
    if event_type == EventType.VIOLENCE_AGAINST_CIVILIANS:
        claims = _all_civilians(claims)
    told = sorted(_without_title(claims, title), key=lambda c: c.quote == title)  # the body's words before the title's
    return tuple(_unique(_own_toll(told, attackers)))


_ONE_TAKEN = re.compile(
    r"\b(?:a|avait|aurait) ete (?:[\"«] ?)?(?:\w+ )?(?:enleve|emmene|kidnappe|embarque)e?\b|enlevement de (?:m\.|mme|l'|[a-z]+ [a-z]+,)"
)


def _with_one(claims: list[Claim], i: Incident, speakers: dict[int, str], country: str) -> list[Claim]:
    """One person carried off, told without a number: "le docteur X a été enlevé"."""
    if any(c.kind == ClaimKind.TOLL and c.outcome == Outcome.ABDUCTED for c in claims):
        return claims
    for s in i.core:
        m = _ONE_TAKEN.search(s.sentence.plain)
        if m and not re.search(
            r"\b(?:base|position|caserne|localite|ville|poste|drapeau)\b", s.sentence.plain[: m.start()]
        ):
            frame = nearest(s.attributions, m.start(), s.sentence.plain)
            code = frame.code if frame and frame.code != SAME else speakers.get(s.sentence.index, Source.UNATTRIBUTED)
            return [
                *claims,
                Claim(
                    resolve(code, country),
                    ClaimKind.TOLL,
                    s.sentence.text,
                    Victims.CIVILIANS,
                    Outcome.ABDUCTED,
                    1,
                    1,
                    ClaimRule.ONE_TAKEN.value,
                ),
            ]
    return claims


def _settle(c: Claim, attackers: Sequence[str], targets: Sequence[str], event_type: str) -> Claim:
    """What the whole incident says of a claim: people killed in a massacre are civilians, "les jihadistes" the one group named."""
    if (
        c.claimant == Actor.UNIDENTIFIED_ARMED_GROUP
        and len(attackers) == 1
        and kind_of(attackers[0]) in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.BANDIT)
    ):
        c = replace(c, claimant=attackers[0])
    only_civilians = Actor.CIVILIANS in targets and not any(kind_of(t) in STATE_SIDE for t in targets)
    if (
        c.kind == ClaimKind.TOLL
        and c.victims == Victims.UNSPECIFIED
        and event_type == EventType.VIOLENCE_AGAINST_CIVILIANS
        and only_civilians
    ):
        return replace(c, victims=Victims.CIVILIANS)
    only_state = (
        bool(targets)
        and Actor.CIVILIANS not in targets
        and all(kind_of(t) in STATE_SIDE or kind_of(t) == ActorKind.PEACE for t in targets)
    )
    beaten = re.search(r"neutralis|elimin|abatt|decim|dans leurs rangs|corps|ennemi", plain(c.quote))
    if (
        c.kind == ClaimKind.TOLL
        and c.victims == Victims.UNSPECIFIED
        and (c.low or c.high)
        and only_state
        and event_type in (EventType.BATTLES, EventType.EXPLOSIONS)
    ):
        people = re.search(r"\b(?:personnes|enfants|femmes|civils|habitants|villageois)\b", plain(c.quote))
        return c if beaten or people else replace(c, victims=Victims.MILITARY)
    return c


def _all_civilians(claims: list[Claim]) -> list[Claim]:
    """Where the dead whose kind is told are civilians and nobody else, the others are too."""
    dead = {c.victims for c in claims if c.kind == ClaimKind.TOLL and c.outcome == Outcome.KILLED and c.low}
    if Victims.CIVILIANS not in dead or Victims.MILITARY in dead:
        return claims
    return [replace(c, victims=Victims.CIVILIANS) if c.victims == Victims.UNSPECIFIED and c.low else c for c in claims]


_SEVERAL = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|plusieurs|ces|les) (?:\w+ )?(?:attaques|assauts|embuscades|incidents|frappes distinctes)\b"
)


def _toll_claims(s: AnnotatedSentence, default: str, country: str, n_incidents: int) -> list[Claim]:
    """The figures of a sentence with their claimant; a sum over several incidents belongs to none."""
    if n_incidents > 1 and _SEVERAL.search(s.sentence.plain):
        return []
    out = []
    soldiers = any(n.kind in STATE_SIDE or n.kind == ActorKind.PEACE for n in s.actors)
    for t in s.tolls:
        frame = nearest(s.attributions, t.start, s.sentence.plain)
        code = resolve(frame.code if frame and frame.code != SAME else default, country)
        victims = t.victims
        words = s.sentence.plain[t.start : t.end]
        if (
            victims == Victims.UNSPECIFIED
            and t.low == t.high == 0
            and "victime" not in words
            and kind_of(code) in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.BANDIT, ActorKind.MILITIA)
        ):
            victims = Victims.ASSAILANTS
        elif (
            victims == Victims.UNSPECIFIED
            and re.search(r"\bhommes\b", words)
            and t.outcome in (Outcome.KILLED, Outcome.WOUNDED)
            and (soldiers or kind_of(code) == ActorKind.STATE or code == Source.SECURITY_SOURCE)
        ):
            victims = Victims.MILITARY
        elif (
            victims == Victims.UNSPECIFIED
            and kind_of(code) == ActorKind.STATE
            and re.search(r"\b(?:corps|depouilles)\b", words)
        ):
            victims = Victims.ASSAILANTS  # an army counts the bodies of its enemies, and names its own
        out.append(Claim(code, ClaimKind.TOLL, s.sentence.text, victims, t.outcome, t.low, t.high, t.rule.value))
    return out


def _without_title(claims: list[Claim], title: str) -> list[Claim]:
    """A title rounds what the body counts and leaves out who says so: its claims stand where the body has none of the kind.

    Of figures the title's always yield; of the rest, those in nobody's name yield to those with a claimant.
    """
    body = {(c.kind, c.outcome) for c in claims if c.quote != title}
    named = {c.kind for c in claims if c.claimant != Source.UNATTRIBUTED}

    def yields(c: Claim) -> bool:
        if c.quote != title:
            return False
        return (
            (c.kind, c.outcome) in body
            if c.kind == ClaimKind.TOLL
            else c.claimant == Source.UNATTRIBUTED and c.kind in named
        )

    return [c for c in claims if not yields(c)]


#: "La rébellion a reconnu la chute de la ville": who lost a place says who holds it, and did not take it.
_LOST = re.compile(r"\breconn|retir|repli|perdu|\bchute\b")


def _own_toll(claims: list[Claim], attackers: Sequence[str]) -> list[Claim]:
    """A group that gives the toll of its enemies says that it attacked."""
    for c in list(claims):
        own_toll = (
            c.kind == ClaimKind.TOLL
            and kind_of(c.claimant) in (ActorKind.JIHADIST, ActorKind.REBEL)
            and c.victims == Victims.MILITARY
            and (c.low or c.high)
        )
        if (
            own_toll
            or (
                c.kind == ClaimKind.CONTROL
                and kind_of(c.claimant) in (ActorKind.JIHADIST, ActorKind.REBEL)
                and c.claimant in attackers
                and not _LOST.search(plain(c.quote))
            )
        ) and c.claimant not in SOURCES:
            claims.append(Claim(c.claimant, ClaimKind.RESPONSIBILITY, c.quote, rule=ClaimRule.OWN_TOLL.value))
    return claims


def _unique(claims: Iterable[Claim]) -> list[Claim]:
    """One claim per claimant, kind and figure; a figure in the article's own name yields to the same one by a source."""
    seen: dict[tuple[object, ...], Claim] = {}
    for c in claims:
        seen.setdefault((c.claimant, c.kind, c.victims, c.outcome, c.low, c.high), c)
    out = []
    for c in seen.values():
        if (
            c.kind == ClaimKind.TOLL
            and c.high is not None
            and any(
                o.kind == ClaimKind.TOLL
                and o.high is None
                and (o.claimant, o.outcome, o.low) == (c.claimant, c.outcome, c.low)
                and o.victims in (c.victims, Victims.UNSPECIFIED)
                for o in seen.values()
                if o is not c
            )
        ):
            continue
        if (
            c.kind == ClaimKind.TOLL
            and c.claimant == Source.UNATTRIBUTED
            and any(
                o.claimant != Source.UNATTRIBUTED and (o.kind, o.outcome, o.low) == (c.kind, c.outcome, c.low)
                for o in seen.values()
            )
        ):
            continue
        if (
            c.kind == ClaimKind.TOLL
            and c.victims == Victims.UNSPECIFIED
            and any(
                o is not c
                and o.claimant == c.claimant
                and o.outcome == c.outcome
                and o.victims != Victims.UNSPECIFIED
                and (o.low, o.high) == (c.low, c.high)
                for o in seen.values()
            )
        ):
            continue
        out.append(c)
    return out
