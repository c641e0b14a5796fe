"""Figures of killed, wounded, captured and abducted people in a sentence: how many, whose, and in which words.

A quantity counts only with people and an outcome beside it: "deux soldats ont été tués", "tuant deux civils", "12 morts",
"perdu cinq hommes", "aucune victime". Vehicles, weapons and houses are no toll; nor are dead and wounded in one figure, or
sums over months and years. "Dont trois enfants" is a part, not another figure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from veille.codes import Outcome, Victims
from veille.reading.numbers import CARDINAL, Quantity, quantities
from veille.reading.rules import TollRule
from veille.reading.totals import TollMention, added_up, without_parts
from veille.reading.victims import (
    ACTS,
    ADVERBIAL,
    AFTER,
    BARE_NOUN,
    BY_DOZENS,
    CLAUSE,
    DOING,
    ESTIMATED,
    FREED,
    NO_LOSS,
    NOUN,
    NUMBER_OF,
    OF_THEM,
    ONE_PERSON,
    OTHER_OBJECT,
    OUTCOME,
    PASSIVE,
    PERIOD,
    QUOTES,
    SIDE,
    SKIP,
    TRANSITIVE,
    UNKNOWN_TOLL,
    VERB_BEFORE,
)


def tolls(text: str) -> list[TollMention]:
    """Return every figure of people hit in a folded sentence.

    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("deux civils ont ete tues et trois autres blesses")]
    [('killed', 'civilians', 2, 2), ('wounded', 'civilians', 3, 3)]
    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("tuant au moins 20 soldats et en capturant deux")]
    [('killed', 'military', 20, None), ('captured', 'military', 2, 2)]
    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("sept terroristes ont ete neutralises, sans perte dans les rangs de l'armee")]
    [('killed', 'assailants', 7, 7), ('killed', 'military', 0, 0)]
    >>> tolls("cinq vehicules ont ete detruits et trois localites attaquees")
    []
    """
    if PERIOD.search(text):
        return []
    text = QUOTES.sub(" ", text)
    found: list[TollMention] = []
    last: TollMention | None = None
    all_q = quantities(text)
    for i, q in enumerate(all_q):
        following = all_q[i + 1].start if i + 1 < len(all_q) else len(text)
        toll = _read(text, q, following, last)
        if toll:
            if last and not last.outcome and last.victims == toll.victims and text[last.end : q.start].strip() == "et":
                found.append(
                    replace(last, outcome=toll.outcome)
                )  # the first of "deux policiers et trois militaires tués"
            found.append(toll)
            last = toll
        elif (people := AFTER.match(text[q.end :])) and q.high != 0:
            group = Victims(next(k for k, v in people.groupdict().items() if v))
            last = TollMention(None, group, q.low, q.high, q.start, q.end + people.end(), TollRule.NO_OUTCOME)
    found += _in_dozens(text)
    if not found and (m := ONE_PERSON.search(text)):
        outcome = Outcome.KILLED if m[Outcome.KILLED] or m["killed2"] else Outcome.ABDUCTED
        found.append(TollMention(outcome, Victims.CIVILIANS, 1, 1, *m.span(), TollRule.ONE_PERSON))
    if not any(t.outcome == Outcome.KILLED and t.high == 0 for t in found):
        found += _no_loss(text, found)
    return added_up(text, without_parts([t for t in found if not t.is_part]))


def _in_dozens(text: str) -> list[TollMention]:
    """ "ont été tués par dizaines": the people stand before, in words alone.

    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("des soldats ont ete tues par dizaines")]
    [('killed', 'military', 20, None)]
    """
    m = BY_DOZENS.search(text)
    if not m:
        return []
    groups = {Victims(k) for n in re.finditer(NOUN, text[: m.start()]) for k, v in n.groupdict().items() if v}
    outcome = Outcome(next(k for k, v in m.groupdict().items() if v))
    low = 200 if "centaines" in m.group() else 20
    return [
        TollMention(
            outcome, groups.pop() if len(groups) == 1 else Victims.UNSPECIFIED, low, None, *m.span(), TollRule.BY_DOZENS
        )
    ]


def _read(text: str, q: Quantity, following: int, last: TollMention | None) -> TollMention | None:
    rest = text[q.end :]
    if (
        FREED.search(text[: q.start])
        or SKIP.match(rest)
        or (
            q.high == 0 and q.words.startswith(("aucun", "nul")) and not AFTER.match(rest) and not BARE_NOUN.match(rest)
        )
    ):
        return None
    is_part = bool(
        re.search(
            r"\b(?:dont|parmi (?:eux|elles|lesquels)|y compris|notamment)\s*(?:au moins |pres de )?$",
            text[: q.start] + "",
        )
    )
    bare = BARE_NOUN.match(rest)
    if bare and not re.match(r"\s*(?:et|ou) (?:de )?bless", rest[bare.end() :]):
        outcome = Outcome(next(k for k, v in bare.groupdict().items() if v))
        side = _side(text, q.start, q.end + bare.end())
        inherited = (
            last.victims
            if last
            and q.start - last.end < 60
            and side == Victims.UNSPECIFIED
            and re.search(r"(?:et|,)\s*(?:en \w+ant |pris |fait |captur\w+ )?(?:au moins |plus de )?$", text[: q.start])
            else side
        )
        high = None if re.match(r"\s*,?\s*(?:au moins|au minimum)\b", rest[bare.end() :]) else q.high
        return TollMention(
            outcome, inherited, q.low, high, q.start, q.end + bare.end(), TollRule.FIGURE_AND_OUTCOME, is_part
        )
    if bare:
        return None
    if estimated := ESTIMATED.search(text[: q.start]):
        victims = _whose(estimated["whose"]) or _side(text, q.start, q.end)
        return TollMention(Outcome.KILLED, victims, q.low, q.high, q.start, q.end, TollRule.ESTIMATED, is_part)
    if counted := NUMBER_OF.search(text[: q.start]):
        victims = Victims(next((k for k, v in counted.groupdict().items() if v), Victims.UNSPECIFIED))
        return TollMention(Outcome.KILLED, victims, q.low, q.high, q.start, q.end, TollRule.NUMBER_OF, is_part)
    noun = AFTER.match(rest)
    if noun:
        return _with_noun(text, q, noun, following, last, is_part)
    return _pronoun(text, q, rest, last, is_part)


def _with_noun(
    text: str, q: Quantity, noun: re.Match[str], following: int, last: TollMention | None, is_part: bool
) -> TollMention | None:
    victims = Victims(next(k for k, v in noun.groupdict().items() if v))
    if victims == Victims.MILITARY and re.match(
        rf"\s*(?:et|ou) (?!(?:{CARDINAL})\b)(?:\w+ )?(?:civils?|habitants)", text[q.end + noun.end() :]
    ):
        victims = Victims.UNSPECIFIED
    end = q.end + noun.end()
    words = noun.group()
    if re.search(r"victimes?\b", words) and q.high != 0:
        return None
    outcome = _outcome(text, q, end, following, words) or _joined(text, q, end, last)
    if not outcome:
        return None
    if victims == Victims.UNSPECIFIED:
        victims = _side(text, q.start, end)
    high = None if re.match(r"(?:\s+[\w-]+){0,2}\s+au (?:moins|minimum)\b", text[end:]) else q.high
    return TollMention(outcome, victims, q.low, high, q.start, end, TollRule.FIGURE_PEOPLE_OUTCOME, is_part)


def _joined(text: str, q: Quantity, end: int, last: TollMention | None) -> Outcome | None:
    """ "Avoir tué 84 mercenaires et 47 militaires": one verb for both."""
    if last is None or not last.outcome or not re.fullmatch(r"(?: [\w-]+){0,2} et ", text[last.end : q.start]):
        return None
    acts = re.match(r"[^,;.]{0,25}\b(?:ont|sont|avaient|etaient|auraient|seraient|fuient)\b", text[end:])
    return None if acts else last.outcome


def _outcome(text: str, q: Quantity, end: int, following: int, noun: str) -> Outcome | None:
    """The outcome of the figure: after the noun in its clause, else the verb right before the figure."""
    before = text[max(0, q.start - 45) : q.start]
    active = VERB_BEFORE.search(before)
    active = active or ADVERBIAL.search(text[max(0, q.start - 90) : q.start])
    after = text[end : min(len(text), end + 110)]
    cut = CLAUSE.search(after)
    clause = after[: cut.start()] if cut else after
    m = OUTCOME.search(clause)
    if active and active.groupdict().get(Outcome.WOUNDED) != "fait":
        kind = Outcome(next(k for k, v in active.groupdict().items() if v))
        if "corps" in active.group() or not re.match(r"\s*(?:ont|sont|auraient|seraient) (?:ete )?", clause):
            return kind
    if m and not OTHER_OBJECT.search(PASSIVE.split(clause[: m.start()])[0]):
        if (
            ACTS.search(clause[: m.start()])
            and "ete" not in clause[: m.start()]
            and TRANSITIVE.match(clause[m.start() :])
        ):
            return None
        gap = end + m.start()
        if gap <= following or re.search(r"\b(?:ont|sont|etaient|auraient)\b", text[end:gap]):
            kind = Outcome(next(k for k, v in m.groupdict().items() if v))
            mixed = re.match(r"[\w ]{0,12}\b(?:ou|et) (?:de )?(?:bless|captur|enlev)", clause[m.end() :])
            if mixed and re.match(r"\w* ou ", clause[m.end() :]):
                return None
            return kind
    if re.search(r"corps|depouilles?|cadavres?", noun):
        return Outcome.KILLED
    if re.search(r"otages?", noun):
        return Outcome.ABDUCTED
    if re.search(r"pertes?", noun):
        return Outcome.KILLED
    if re.search(r"prisonnier", noun):
        return Outcome.CAPTURED
    return None


def _pronoun(text: str, q: Quantity, rest: str, last: TollMention | None, is_part: bool) -> TollMention | None:
    """ "en blessant trois autres", "deux autres blessés", "trois ont été capturés": the people of the figure before."""
    if last is None or q.start - last.end > 90:
        return None
    m = OF_THEM.match(rest)
    before = DOING.search(text[: q.start])
    outcome: Outcome | None = None
    if m:
        outcome = Outcome(next(k for k, v in m.groupdict().items() if v))
    elif before:
        word = next(k for k, v in before.groupdict().items() if v)
        outcome = _DOING.get(word) or Outcome(word)
    elif re.match(r"\s*(?:faits? )?prisonniers?", rest):
        outcome = Outcome.CAPTURED
    if not outcome:
        return None
    return TollMention(outcome, last.victims, q.low, q.high, q.start, q.end, TollRule.OF_PEOPLE_BEFORE, is_part)


#: Groups of `DOING` that stand for an outcome which another group names already.
_DOING = {"capt2": Outcome.CAPTURED, "capt3": Outcome.CAPTURED, "hurt": Outcome.WOUNDED}


def _whose(words: str) -> Victims | None:
    """Whose dead, by the words between "pertes" and the estimate."""
    if "ennemi" in words:
        return Victims.ASSAILANTS
    return Victims.CIVILIANS if "civil" in words else None


def _side(text: str, start: int, end: int) -> Victims:
    """Whose dead, from words around a bare figure."""
    window = text[max(0, start - 70) : end + 70]
    for name, pattern in SIDE:
        if pattern.search(window):
            return name
    return Victims.UNSPECIFIED


def _no_loss(text: str, found: list[TollMention]) -> list[TollMention]:
    m = NO_LOSS.search(text)
    if not m or (
        UNKNOWN_TOLL.search(text[max(0, m.start() - 60) : m.start()])
        and not re.search(r"(?:n'(?:a|ont)|pas) (?:fait|subi|enregistre|perdu)", m.group())
    ):
        return []
    side = _side(text, m.start(), m.end())
    outcomes = (Outcome.KILLED, Outcome.WOUNDED) if m.group().startswith("ni mort") else (Outcome.KILLED,)
    return [TollMention(outcome, side, 0, 0, m.start(), m.end(), TollRule.NO_LOSS) for outcome in outcomes]
