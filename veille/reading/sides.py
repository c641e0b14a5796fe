"""Of what kind an incident is, who attacked and who was hit."""

from __future__ import annotations

import re
from collections import Counter

from veille.codes import NON_STATE, STATE_SIDE, Actor, ActorKind, EventType, Outcome, SubEventType, Victims
from veille.reading.actors import ActorMention, resolve
from veille.reading.annotation import AnnotatedSentence
from veille.reading.incident import Incident
from veille.reading.rules import AttributionRule
from veille.reference.actors import kind_of

_TYPE_ORDER = (
    EventType.VIOLENCE_AGAINST_CIVILIANS,
    EventType.EXPLOSIONS,
    EventType.BATTLES,
    EventType.PROTESTS,
    EventType.RIOTS,
    EventType.STRATEGIC,
)
_USUAL_SUB = {EventType.BATTLES: SubEventType.ARMED_CLASH, EventType.VIOLENCE_AGAINST_CIVILIANS: SubEventType.ATTACK}
_STRUCK = re.compile(
    r"frappes? (?:aerienne|de drone|de l'armee|menee)|\bdrones?\b|\bbombard|raids? aerien|vecteurs aeriens|\baviation|helicopt"
)
#: What only a state flies here: who is struck or relieved by it fought beside or against the army of the country.
_AIR_FORCE = re.compile(
    r"vecteurs? aeriens?|appuis? aeriens?|\baviation|helicopteres?|\baeronefs?|avions? (?:de chasse|de combat|militaires?)|(?:frappes?|raids?|moyens?) aeriens?(?:nes?)?"
)
_THEIR_DRONES = re.compile(
    r"drones? kamikazes?|(?:jnim|gsim|fla|csp|jihadistes?|terroristes?|rebelles) .{0,40}drones?|drones? (?:du|des) (?:jnim|gsim|fla|jihadistes|rebelles)"
)


def _struck(i: Incident) -> bool:
    """The state struck from the air: the first sentences of the incident say so, and give nobody else the drones."""
    text = "\n".join(s.sentence.plain for s in i.core[:3])
    return bool(_STRUCK.search(text)) and not _THEIR_DRONES.search(text)


def type_of(i: Incident) -> tuple[EventType, str]:
    """Return the ACLED type: the words of the telling sentences, the earlier the heavier, corrected by whose dead are counted."""
    scores: Counter[tuple[EventType, SubEventType]] = Counter()
    by_type: Counter[EventType] = Counter()
    for rank, s in enumerate(i.core[:4]):
        for trigger, _ in s.triggers:
            scores[trigger.event_type, trigger.sub_event_type] += trigger.weight * (4 - rank)
            strategic = trigger.event_type == EventType.STRATEGIC and trigger.weight > 1
            by_type[trigger.event_type] += trigger.weight * (4 - rank) + (6 if strategic and rank <= 1 else 0)
    if not by_type:
        return EventType.BATTLES, SubEventType.ARMED_CLASH
    kinds = [n.kind for s in i.core[:3] for n in s.actors]
    civil, state = kinds.count(ActorKind.CIVILIAN), sum(k in STATE_SIDE or k == ActorKind.PEACE for k in kinds)
    whose = Counter(
        t.victims
        for s in i.core[:4]
        for t in s.tolls
        if t.outcome in (Outcome.KILLED, Outcome.ABDUCTED) and (t.low or t.high)
    )
    violence = EventType.VIOLENCE_AGAINST_CIVILIANS
    if whose[Victims.CIVILIANS] > whose[Victims.MILITARY] + whose[Victims.ASSAILANTS]:
        by_type[violence] += 8
    elif whose[Victims.MILITARY] or whose[Victims.ASSAILANTS]:
        by_type[EventType.BATTLES] += by_type[violence] * 3 // 4
        by_type[violence] //= 4
    elif whose[Victims.UNSPECIFIED] and not state and by_type[violence]:
        by_type[violence] += 5
    elif by_type[violence] and civil > state:
        by_type[violence] += 4
    elif state:
        armed = any(k in NON_STATE for k in kinds) and not civil
        by_type[EventType.BATTLES] += by_type[violence] * 2 // 3 if armed else 0  # the army killed one of a group's own
        by_type[violence] //= 3
    if any(
        t.sub_event_type in (SubEventType.SUICIDE_BOMB, SubEventType.IED) and t.weight > 1
        for t, _ in i.core[0].triggers
    ) or any(_BLOWN_UP.search(s.sentence.plain) for s in i.core[:2]):
        by_type[EventType.EXPLOSIONS] += 4
    if by_type[EventType.EXPLOSIONS] and _struck(i):
        by_type[EventType.EXPLOSIONS] += 10 if _BY_AIR.search(i.core[0].sentence.plain) else 4
    event_type = max(by_type, key=lambda t: (by_type[t], -_TYPE_ORDER.index(t)))
    sub = max(
        (k for k in scores if k[0] == event_type),
        key=lambda k: scores[k],
        default=None,
    )
    return event_type, sub[1] if sub else _USUAL_SUB.get(event_type, "")


_UNIFORMS = r"(?:soldats|militaires|armee|fama|forces (?:armees|de defense|speciales|maliennes|burkinabe|nigeriennes)|vdp|mercenaires|wagner|africa corps|bataillons?)"
_KILLING = r"(?:execut|massacr|assassin|egorg|abattu|tue|brule|fusille|enleve)"
_STATE_KILLS = re.compile(
    rf"\b{_UNIFORMS}\b[^.;:]{{0,40}}\b(?:ont|a|avoir|auraient|aurait|accuse\w*|soupconn\w*)\b[^.;:]{{0,25}}\b{_KILLING}\w*[^.;:]{{0,30}}\b(?:civils?|habitants|villageois|personnes|hommes|femmes|enfants|eleveurs|peuls?|bergers)"
    rf"|\b(?:civils?|habitants|villageois|personnes|hommes|eleveurs|peuls?|bergers)\b[^.;:]{{0,40}}\b{_KILLING}\w* par (?:l'|les |des |un groupe de |une patrouille de )?(?:elements? de l')?{_UNIFORMS}"
)
#: What killed: "tués dans l'explosion d'une mine", "leur véhicule a sauté sur un engin".
_BLOWN_UP = re.compile(
    r"(?:tue|mort|peri|perdu la vie|bless|touche)\w*[^.;:]{0,50}\b(?:explosion|mine|engin explosif)|\bsaut\w* sur (?:une|un|des) (?:\w+ )?(?:mine|engin|bombe)"
)
_BY_AIR = re.compile(
    r"\b(?:frappes?|bombardements?|raids?) (?:aerien\w*|de drones?|de l'aviation|par drones?)|drones? (?:de l'armee|militaire)"
)
_ABANDONED = re.compile(
    r"(?:\bancien(?:ne)?|\bex-?)\s*(?:camp|base|emprise)|(?:camp|base|emprise|enceinte)\b[^.;]{0,50}(?:quitt|evacu|abandonn|laiss|ferme)"
)
_ATTRIBUTED = re.compile(
    r"attribu|imput|revendiqu|reconnu (?:les tirs|l'attaque|etre)|accus|soupconn|signature|presume|endoss|oeuvre d|mene\w* par|auteur|combattants d[ue]|membres d[ue]|elements d[ue]"
)
_CIVILIANS_HIT = re.compile(
    r"civils? (?:\w+ ){0,3}(?:tue|mort|bless|enlev|pris)|(?:habitants?|villageois|passagers|orpailleurs|deplaces|fideles|forains|bergers|eleveurs|femmes|enfants) (?:\w+ ){0,3}(?:tue|mort|bless|enlev|massacr|execut|pris)|tu\w+ (?:\w+ ){0,3}(?:civils|villageois|habitants)|victimes civiles|massacr|tuerie|(?:camps?|sites?) de (?:personnes )?deplacees?"
)


def sides(i: Incident, country: str, event_type: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return attackers and targets: non-state groups attack unless the state strikes; nobody named is nobody guessed.

    A group counts that the telling sentences name, or to which a later sentence attributes the incident.
    """
    core: Counter[str] = Counter(
        resolve(n.code, country) for s in i.core for n in s.actors if not (_is_only_speaker(n, s) or _has_left(n, s))
    )
    later: Counter[str] = Counter(
        resolve(n.code, country) for s in i.about for n in s.actors if not _is_only_speaker(n, s)
    )
    blamed = {
        n.code
        for s in (*i.core, *i.about)
        if _ATTRIBUTED.search(s.sentence.plain)
        for n in s.actors
        if kind_of(n.code) in NON_STATE
    }
    groups = [c for c, _ in core.most_common() if kind_of(c) in NON_STATE and c != Actor.UNIDENTIFIED_ARMED_GROUP]
    groups = groups or [c for c, _ in later.most_common() if c in blamed and c != Actor.UNIDENTIFIED_ARMED_GROUP]
    if len(groups) > 1:
        groups = [g for g in groups if g in blamed][:1] or groups[:1]
    own = resolve(Actor.STATE, country)
    state = [
        c
        for c, n in (core + later).items()
        if (kind_of(c) in STATE_SIDE or kind_of(c) in (ActorKind.PEACE, ActorKind.FOREIGN)) and (core[c] or n > 1)
    ]
    state = [c for c in state if kind_of(c) != ActorKind.STATE or c == own or core[c] >= 2]
    text = " ".join(s.sentence.plain for s in (*i.core, *i.about[:4]))
    whole = " ".join(s.sentence.plain for s in (*i.core, *i.about))
    if (
        own not in state
        and _AIR_FORCE.search(whole)
        and not _THEIR_DRONES.search(whole)
        and kind_of(own) == ActorKind.STATE
    ):
        state.append(own)
    counted = any(t.victims == Victims.CIVILIANS and (t.low or t.high) for s in (*i.core, *i.about) for t in s.tolls)
    civilians = event_type == EventType.VIOLENCE_AGAINST_CIVILIANS or counted or bool(_CIVILIANS_HIT.search(text))
    unknown = core[Actor.UNIDENTIFIED_ARMED_GROUP] or later[Actor.UNIDENTIFIED_ARMED_GROUP]
    if event_type in (EventType.PROTESTS, EventType.RIOTS):
        return (Actor.CIVILIANS,), ()
    seized = any(t.outcome == Outcome.CAPTURED and t.victims == Victims.MILITARY for x in i.core for t in x.tolls)
    if (
        event_type == EventType.STRATEGIC
        and type_of(i)[1] == SubEventType.ARRESTS
        and kind_of(own) == ActorKind.STATE
        and not seized
    ):
        return (own,), tuple(groups[:1])
    if event_type == EventType.VIOLENCE_AGAINST_CIVILIANS and _by_the_state(text):
        by = [c for c in state if kind_of(c) in (ActorKind.STATE, ActorKind.MERCENARY, ActorKind.AUXILIARY)] or [own]
        return tuple(by[:2]), (Actor.CIVILIANS,)
    violent = event_type in (EventType.BATTLES, EventType.VIOLENCE_AGAINST_CIVILIANS, EventType.EXPLOSIONS)
    aggressors = groups or ([Actor.UNIDENTIFIED_ARMED_GROUP] if unknown or violent or not state else [])
    if _handed_over(i, event_type):
        return (), tuple([c for c in state if kind_of(c) in (ActorKind.PEACE, ActorKind.FOREIGN)][:2] or state[:2])
    hit = [*state, *([Actor.CIVILIANS] if civilians else [])]
    strikers = [c for c in state if kind_of(c) != ActorKind.PEACE]
    if event_type == EventType.EXPLOSIONS and _struck(i) and strikers:
        return tuple(strikers[:3]), (*aggressors[:2], *([Actor.CIVILIANS] if civilians else []))
    return tuple(aggressors[:2]), tuple(hit[:4])


def _has_left(n: ActorMention, s: AnnotatedSentence) -> bool:
    """ "Le camp que la Minusma a quitté": peacekeepers are named for the place alone."""
    return n.kind == ActorKind.PEACE and bool(_ABANDONED.search(s.sentence.plain))


def _handed_over(i: Incident, event_type: str) -> bool:
    return (
        event_type == EventType.STRATEGIC
        and type_of(i)[1] == SubEventType.TRANSFER_OF_TERRITORY
        and not any(kind_of(n.code) in NON_STATE - {ActorKind.UNKNOWN} for s in i.core for n in s.actors)
    )


def _by_the_state(text: str) -> bool:
    """Soldiers, auxiliaries or mercenaries of the state killed civilians, by what is told or by what they are accused of."""
    return bool(_STATE_KILLS.search(text))


def _is_only_speaker(n: ActorMention, s: AnnotatedSentence) -> bool:
    """The actor's name stands inside an attribution and nowhere acts: "selon l'armée", "le mouvement X annonce"."""
    if any(f.rule is AttributionRule.SELON and f.start <= n.start < f.end for f in s.attributions):
        return True
    return n.kind in (ActorKind.AUXILIARY, ActorKind.MILITIA) and any(
        f.code == n.code and 0 <= f.start - n.end < 40 for f in s.attributions
    )
