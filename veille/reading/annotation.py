"""One sentence as the rules see it: triggers, places, times, actors, figures, sources, and what it is not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from veille.codes import ActorKind, Outcome, PlaceRole
from veille.reading.actors import ActorMention, actor_mentions
from veille.reading.attributions import GROUP, SAME, Attribution, attributions
from veille.reading.context import Context
from veille.reading.gazetteer import Gazetteer
from veille.reading.lexicon import Trigger, lexicon
from veille.reading.place_mentions import PlaceMention
from veille.reading.places import dateline_end, find
from veille.reading.rules import PlaceRule
from veille.reading.sentences import Sentence
from veille.reading.times import TimeExpression, times
from veille.reading.tolls import tolls
from veille.reading.totals import TollMention
from veille.reference.actors import kind_of

_SPEECH_BEFORE = re.compile(
    r"(?<!\w)(?:annonc|indiqu|declar|affirm|rapport|confirm|publi|diffus|appris|apprend|communiqu|dit(?!\w)|disent|disai(?:t|ent)(?!\w)|precis|ajout|revel|fait savoir|assur|rendu? publi|lu(?!\w)|reconnu|admis|dement|demen|revendiqu|evoqu|condamn|reag|salu|exprim|adress|appel|denonc|ecrit|signe|recu|visit|rendu a|reuni|inhum|enterr|obseques|authentifi|relay|devoil|prononc|deplor|demand|exig|fait etat|chiffr|interrog|joint|contact|parl|tweet|post(?:e|ee|er|ant)s? sur|mis en ligne|nomm(?!e par))\w*(?:\s+(?!l'attaque|l'assaut|une|des|que|avoir|d'avoir|s'etre|etre|qu')[\w'-]+){0,4}?\s*[,(]?\s*$"
)
_SPEECH_AFTER = re.compile(
    r"^\s*(?:,)?\s*(?:a|ont) (?:annonc|indiqu|declar|affirm|rapport|confirm|appris|dement|revendiqu)|^\s*(?:dans|par|via) (?:un|une|son|leur) (?:communique|message|declaration|video|publication|point de presse)|^\s*(?:soir |matin )?(?:dans un communique|sur (?:x|facebook|les reseaux)|a la (?:television|radio|presse))"
)
#: "Le convoi qui a quitté X mardi": the day of an aside.
_IN_PASSING = re.compile(
    r"\bqui (?:\w+ )?(?:a|ont|avait|avaient|s'est|s'etait) (?:\w+ )?(?:quitt|entam|commenc|demarr|dirig|fond|pris la route|deplac)\w*[^,;.]{0,40}$"
)
#: "Kidal, ville reprise mardi aux séparatistes": the day of what the place is known for.
_ASIDE = re.compile(
    r"\b(?:ville|localite|cite|camp|base|bourgade|village)\b[^.;:]{0,25}?[, «\"]*(?:re)?(?:pris|prise|tombe|tombee|conquis|conquise|perdu|perdue|evacue|evacuee)s? (?:depuis )?$"
)
#: "L'armée, qui a reconnu l'attaque jeudi": the day of the words, where "l'attaque de jeudi" is the day of the attack.
_ACKNOWLEDGED = re.compile(
    r"(?:reconnu|confirme|revendique|condamne|evoque|dementi?|admis|denonce|annonce)\w*(?: \w+)? (?:l'|cette |la |les |son |ces |une )(?:double )?(?:attaque|assaut|embuscade|operation|frappe|tuerie|prise|perte|mort)s?\s*$"
)
_DATED_PAPER = re.compile(r"\bdate(?:e?s|es) (?:du \d+ et )?(?:du |de )?$")
_THEN_SAID = re.compile(
    r"^(?: (?:soir|matin))?,? (?!des |une |les (?:terror|assail|jihad))[^,;]{0,70}?\b(?:a|ont|avait|avaient|s'etait|s'est)\s(?:\w+ )?(?:annonc|indiqu|declar|affirm|rapport|confirm|publi|diffus|evoqu|precis|assur|parl|dement|revendiqu|condamn|reag|salu|denonc|reconnu|fait (?:etat|savoir)|demand|exig|promis|appel)"
)
_COMMUNIQUE_OF = re.compile(
    r"(?:communique|message|declaration|bulletin|video|enregistrement|rapport|point de situation|note|texte)\s+(?:\w+\s+){0,4}(?:de |du |datee?s? d[eu] (?:\d+ et (?:du )?)?|rendu public |publie |diffuse |parue? )?$"
)
_PLUPERFECT = re.compile(
    r"\b(?:avait|avaient)\b (?:deja |ete |alors |aussi |egalement |notamment )*\w+(?:e|es|ee|ees|i|is|it|u|us|ert|ait)\b"
)


_AT_TOWN = re.compile(
    r"(?:\ba|ville d[e']|camp (?:militaire )?d[e']|localite d[e']|base d[e']|aeroport d[e']|pres d[e']|garnison d[e']|contre|sur|vers|assaut d[e']|prise d[e']|attaque d[e']|km d[e'])\s*$"
)


@dataclass(frozen=True, slots=True)
class AnnotatedSentence:
    """A sentence and everything that was read in it."""

    sentence: Sentence
    triggers: tuple[tuple[Trigger, int], ...]
    places: tuple[PlaceMention, ...]
    times: tuple[TimeExpression, ...]  # of the incident
    said_on: tuple[TimeExpression, ...]  # of somebody's words
    actors: tuple[ActorMention, ...]
    tolls: tuple[TollMention, ...]
    attributions: tuple[Attribution, ...]
    is_general: bool
    is_recall: bool
    is_hypothetical: bool
    is_negated: bool
    trace: list[str] = field(default_factory=list, compare=False)

    @property
    def weight(self) -> int:
        """Return how strongly the sentence tells of an incident; 2 is enough."""
        types: dict[str, int] = {}
        for trigger, _ in self.triggers:
            types[trigger.event_type + trigger.sub_event_type] = max(
                types.get(trigger.event_type + trigger.sub_event_type, 0), trigger.weight
            )
        return sum(types.values()) + (
            2
            if any(t.outcome in (Outcome.KILLED, Outcome.ABDUCTED) and (t.high or t.low) for t in self.tolls)
            else bool(self.tolls)
        )

    @property
    def scenes(self) -> tuple[PlaceMention, ...]:
        return tuple(h for h in self.places if h.kind == PlaceRole.SCENE)

    @property
    def areas(self) -> tuple[PlaceMention, ...]:
        return tuple(h for h in self.places if h.kind == PlaceRole.AREA)

    @property
    def is_elsewhere(self) -> bool:
        return any(h.kind == PlaceRole.ELSEWHERE for h in self.places) and not self.scenes


def annotate(
    sentence: Sentence, gazetteer: Gazetteer, ctx: Context, today: dt.date, spoken: dt.date | None, is_lede: bool
) -> AnnotatedSentence:
    """Read one sentence."""
    lex, text = lexicon(), sentence.plain
    masked = " " * (skip := dateline_end(sentence) if is_lede else 0) + text[skip:]
    countries = frozenset(cc for cc, _ in ctx.countries.most_common(3))
    who = actor_mentions(masked, today, countries)
    found = times(masked, today, spoken)
    spoke = tuple(t for t in found if _is_speech_time(masked, t))
    return AnnotatedSentence(
        sentence=sentence,
        triggers=tuple((t, m.start()) for t in lex.triggers if (m := t.pattern.search(masked))),
        places=tuple(
            find(sentence, gazetteer, ctx, is_lede, [(n.start, n.end) for n in who if n.kind != ActorKind.CIVILIAN])
        ),
        times=tuple(t for t in found if t not in spoke),
        said_on=spoke,
        actors=tuple(who),
        tolls=tuple(tolls(masked)),
        attributions=tuple(attributions(masked, who)),
        is_general=bool(lex.general.search(masked)),
        is_recall=bool(lex.recall.search(masked)) or bool(_PLUPERFECT.search(masked)),
        is_hypothetical=bool(lex.hypothetical.search(masked)),
        is_negated=bool(lex.negated.search(masked)),
    )


def _is_speech_time(text: str, found: TimeExpression) -> bool:
    if found.start <= 4 and _THEN_SAID.match(text[found.end :]):
        return True
    if _IN_PASSING.search(text[: found.start]) or _ASIDE.search(text[: found.start]):
        return True
    if _DATED_PAPER.search(text[: found.start]):
        return True
    if _ACKNOWLEDGED.search(text[: found.start]) and not found.words.startswith(("de ", "du ")):
        return True
    before, after = text[max(0, found.start - 70) : found.start], text[found.end : found.end + 60]
    return bool(_SPEECH_BEFORE.search(before) or _SPEECH_AFTER.search(after) or _COMMUNIQUE_OF.search(before))


def annotate_all(
    sentences: Sequence[Sentence], gazetteer: Gazetteer, ctx: Context, today: dt.date
) -> list[AnnotatedSentence]:
    """Read every sentence in order; relative times count from the day last spoken of."""
    spoken: dt.date | None = None
    carried: tuple[int, tuple[TimeExpression, ...]] = (-9, ())
    out: list[AnnotatedSentence] = []
    lede = next((s.index for s in sentences if not s.is_title), -1)
    for s in sentences:
        seen = annotate(s, gazetteer, ctx, today, spoken, s.index == lede)
        if seen.times and seen.times[0].precision == 1:
            spoken = seen.times[0].low
        if seen.times and len(s.plain) - sum(t.end - t.start for t in seen.times) < 12:
            carried = s.paragraph, seen.times  # a heading of a roundup: "Mardi 7."
        elif not seen.times and carried[0] == s.paragraph:
            seen = replace(seen, times=carried[1])
        out.append(seen)
    return _regions_stay_regions(_groups_named(out))


def _groups_named(seen: list[AnnotatedSentence]) -> list[AnnotatedSentence]:
    """ "Le groupe ajoute": the group that spoke or was named last."""
    last: str | None = None
    out = []
    for s in seen:
        code = next((n.code for n in s.actors if n.kind in (ActorKind.JIHADIST, ActorKind.REBEL)), None)
        nobody = next((n.code for n in s.actors if n.kind == ActorKind.UNKNOWN), SAME)
        found = tuple(replace(f, code=(last or code or nobody)) if f.code == GROUP else f for f in s.attributions)
        out.append(replace(s, attributions=found))
        spoke = next(
            (
                f.code
                for f in reversed(found)
                if kind_of(f.code) in (ActorKind.JIHADIST, ActorKind.REBEL) and f.code != SAME
            ),
            None,
        )
        last = spoke or code or last
    return out


def _at_town(s: AnnotatedSentence, hit: PlaceMention) -> bool:
    return bool(_AT_TOWN.search(s.sentence.plain[: hit.start]))


def _regions_stay_regions(seen: list[AnnotatedSentence]) -> list[AnnotatedSentence]:
    """A town that the article names as a region ("la région de Dosso") is that region wherever nothing says "à Dosso".

    Nor does a title's "à Tombouctou" say it, where the text tells of other towns of the region and not of that one.
    """
    areas = {h.place.name: h for s in seen for h in s.areas}
    towns = {h.place.name for s in seen if not s.sentence.is_title for h in s.scenes if _at_town(s, h)}
    inside = {h.place.admin1 for s in seen if not s.sentence.is_title for h in s.scenes if h.place.name not in areas}
    out = []
    for s in seen:
        hits = tuple(
            replace(
                h,
                kind=PlaceRole.AREA,
                place=areas[h.place.name].place,
                rule=PlaceRule.REGION_ELSEWHERE,
            )
            if h.kind == PlaceRole.SCENE
            and h.place.name in areas
            and (not _at_town(s, h) or (s.sentence.is_title and h.place.name in inside and h.place.name not in towns))
            else h
            for h in s.places
        )
        out.append(replace(s, places=hits))
    return out
