"""Who says what: attributions, for claims of responsibility, control, repulse and denial.

A claimant is found by the forms of attribution ("selon X", "X a affirmé", "a-t-on appris de X", "(X)" at the end of a title). What a
sentence leaves open is inherited: within a paragraph from the sentence before, in an article from the lede's source, until
another source speaks. An actor's code claims for itself; sources are told by kind. A figure in the article's own name
is UNATTRIBUTED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from veille.codes import Actor, ActorKind, Source
from veille.reading.actors import ActorMention
from veille.reading.lexicon import SOURCES, lexicon
from veille.reading.rules import AttributionRule

_SELON = re.compile(
    r"(?<!\w)(?:selon|d'apres|a en croire|si l'on en croit|aux dires d[e']|au dire d[e']|de l'aveu d[e']|de sources?|aupres d[e']|de la part d[e']|cite(?:s|es|e)? par|(?:appris|apprend|apprend-on|obtenu|confirme|sait-on)(?: \w+){0,3} (?:aupres |par |via )?(?:de|d'|du|des))\s*(?P<np>[^,;:()]{2,90})"
)
_PAREN = re.compile(r"\((?P<np>[a-z' -]{3,40})\)\s*[.!]?\s*$")
ARMED_KINDS = frozenset(
    {
        ActorKind.UNKNOWN,
        ActorKind.JIHADIST,
        ActorKind.REBEL,
        ActorKind.MILITIA,
        ActorKind.BANDIT,
        ActorKind.STATE,
        ActorKind.AUXILIARY,
        ActorKind.MERCENARY,
        ActorKind.PEACE,
        ActorKind.FOREIGN,
    }
)
#: A source of no stated kind ("l'une des sources", "nos interlocuteurs"): the one who spoke before.
SAME = "SAME"
#: "le groupe", "le mouvement": the armed group named last.
GROUP = "GROUP"
_ARMY_PAPER = re.compile(
    r"\s*(?:un|le|une|la) (?:document|note|bulletin|compte rendu|bilan|source ecrite)s? (?:militaires?|interne de l'armee|de l'armee|des forces)"
)
#: "Ils ont, selon ses mots, infligé ...": whoever the sentence is about.
_OWN_WORDS = re.compile(r"\s*(?:ses|leurs|son|leur) (?:propres )?(?:mots|termes|dires|expression)\b")
_OUR_OWN = re.compile(r"\s*(?:nos|des|les) (?:propres )?(?:informations?|renseignements|recoupements)\b")
_GROUP = re.compile(
    r"^\W*(?:\w+ ){0,2}?(?:le groupe(?: jihadiste| arme| terroriste| rebelle)?|l'organisation(?: jihadiste)?|le mouvement(?: jihadiste| rebelle)?|les? jihadistes?|les rebelles|celui-ci|ce dernier)\b(?! d[e'])"
)
_NOUN_PHRASE = re.compile(
    r"\s*(?:aussi |encore |de son cote |lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?(?:soir |matin )?(?:a l'(?:afp|agence) |a la presse |a notre redaction )?(?:le |la |les |l'|un |une |des |ce |cet |cette |plusieurs |son |sa |ses |leur |m\.|mme |[a-z]+ [a-z]+,? (?:porte-parole|ministre|president|gouverneur|maire))"
)
#: Between subject and verb: "l'armée, soutenue par Wagner, maintient", "par la voix des médias publics".
_APPOSED = re.compile(
    r", (?:par la voix d|(?:soutenu|appuye|epaule|allie|lie|affilie|joint|interroge|contacte|cite)e?s?\b|composante|branche|filiale|bras arme)[^,]*,?\s*$"
)
_COMMUNIQUE = re.compile(
    r"^(?:communique|flash info)\b|source ?: ?(?:dirpa|emga|emg|cemga|etat-major)|\(source ?: ?(?:dirpa|emga|emg)"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source in a sentence: its code, and the stretch of text that its frame covers."""

    code: str
    start: int
    end: int
    rule: AttributionRule


def source_of(phrase: str, offset: int, named: Sequence[ActorMention]) -> str | None:
    """Return the claimant that a noun phrase names: the source or actor that comes first in it.

    >>> source_of("des sources securitaires locales", 0, [])
    'SECURITY_SOURCE'
    >>> source_of("le procureur de kaya", 0, [])
    'OFFICIAL'
    """
    if _OUR_OWN.match(phrase):
        return Source.UNATTRIBUTED
    if _ARMY_PAPER.match(phrase):
        return Actor.STATE
    if (cited := re.search(r"\bcit(?:e|ent|ant)\b", phrase)) and len(phrase) - cited.end() > 5:
        phrase, offset = phrase[cited.end() :], offset + cited.end()
    best: tuple[int, int, str] | None = None
    for rank, name in enumerate(SOURCES):
        if m := lexicon().sources[name].search(phrase):
            best = min(best or (999, 0, ""), (m.start(), rank, name))
    same = (m.start(), 8, SAME) if (m := re.search(r"\bsources?\b|interlocuteurs?|la meme source", phrase)) else None
    for actor in named:
        at = actor.start - offset
        if 0 <= at < len(phrase) and actor.kind in ARMED_KINDS:
            best = min(best or (999, 0, ""), (at, 9, actor.code))
    if (best is None or best[2] == Actor.UNIDENTIFIED_ARMED_GROUP) and _GROUP.search(phrase):
        return GROUP
    best = best or same
    return best[2] if best else None


def attributions(text: str, named: Sequence[ActorMention]) -> list[Attribution]:
    """Return every attribution in a folded sentence, in order."""
    found: list[Attribution] = []
    for m in _SELON.finditer(text):
        start = m.start() if "source" in m.group()[:12] else m.start("np")
        phrase = text[start : m.end("np")]
        if _OWN_WORDS.match(phrase):
            start, phrase = 0, text[: m.start()]
        if code := source_of(phrase, start, named):
            found.append(Attribution(code, m.start(), m.end(), AttributionRule.SELON))
    end = _PAREN.search(text)
    if end and (code := source_of(end["np"], end.start("np"), named)):
        found.append(Attribution(code, end.start(), end.end(), AttributionRule.PARENTHESIS))
    for m in lexicon().speech.finditer(text):
        if any(f.start <= m.start() < f.end for f in found) or text[m.end() : m.end() + 3] == "-on":
            continue
        before = text[max(0, m.start() - 200) : m.start()]
        if re.search(r"(?:(?:-t)?-|^|[\s\"])(?:il|elle|ils|elles)(?: n'| l'| les| s'| y)?\s*$", before) or re.match(
            r"(?:-t)?-(?:il|elle|ils|elles)\b", text[m.end() :]
        ):
            found.append(Attribution(SAME, m.start(), m.end(), AttributionRule.PRONOUN))
            continue
        if m.group().endswith("ant"):
            code = found[-1].code if found else source_of(text[: m.start()], 0, named)
            if code:
                found.append(Attribution(code, m.start(), m.end(), AttributionRule.PARTICIPLE))
            continue
        after = text[m.end() : m.end() + 70]
        if m.group().endswith(("e", "es")) and (agent := re.match(r"\s*par (?P<np>[^,;:()]{2,60})", after)):
            if code := source_of(agent["np"], m.end() + agent.start("np"), named):  # "estimées par les Nations unies"
                found.append(Attribution(code, m.start(), m.end() + agent.end(), AttributionRule.PASSIVE))
            continue
        if re.search(r"[,\"]\s*$", before) and _NOUN_PHRASE.match(after):
            stop = re.search(r"[,;:.]|\bque?\b", after)
            code = source_of(after[: stop.start()] if stop else after, m.end(), named)
            found.append(Attribution(code or SAME, m.start(), m.end(), AttributionRule.INVERTED))
            continue
        cut = max(
            before.rfind(";"), before.rfind(". "), before.rfind(": ") if len(before) - before.rfind(": ") < 12 else -1
        )
        subject = _APPOSED.sub("", before[cut + 1 :])
        clause = max(subject.rfind(", "), -1)
        code = (
            source_of(subject[clause + 1 :], max(0, m.start() - 200) + cut + 1 + clause + 1, named)
            if len(subject[clause + 1 :].strip()) > 4
            else None
        )
        if code is None:
            after = text[m.end() : m.end() + 60]
            stop = re.search(r"[,;:.]|\bque?\b|\bavoir\b|\betre\b", after)
            code = source_of(after[: stop.start()] if stop else after, m.end(), named)
            if code not in SOURCES and not re.match(
                r"\s*(?:le |la |les |l'|un |une |m\.|mme|son |sa |leur |ce |cette )", after
            ):
                code = None  # "fait état de six soldats": who is counted does not speak
        if code is None and clause >= 0:
            code = source_of(subject, max(0, m.start() - 200) + cut + 1, named)
        if code == Actor.UNIDENTIFIED_ARMED_GROUP and not any(
            n.code == code and 0 <= m.start() - n.end < 25 for n in named
        ):
            code = None
        if code:
            found.append(Attribution(code, m.start(), m.end(), AttributionRule.VERB))
    return sorted(found, key=lambda f: f.start)


def is_communique(title: str, text: str) -> bool:
    """Tell whether the article is an army's own communiqué."""
    return bool(_COMMUNIQUE.search(title) or _COMMUNIQUE.search(text[-200:]))


def nearest(found: Sequence[Attribution], position: int, text: str) -> Attribution | None:
    """Return the frame that covers a position: in its clause if there is one, else the nearest."""
    if not found:
        return None

    def distance(f: Attribution) -> tuple[int, int]:
        low, high = min(f.end, position), max(f.start, position)
        between = text[low:high]
        return len(re.findall(r";| mais |tandis que|alors que| et (?:l'|le |la |les |un |une )", between)), abs(
            f.start - position
        )

    return min(found, key=distance)
