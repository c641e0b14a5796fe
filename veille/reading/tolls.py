"""Figures of killed, wounded, captured and abducted people in a sentence: how many, whose, and in which words.

A quantity counts only with people and an outcome beside it: "deux soldats ont été tués", "tuant deux civils", "12 morts",
"perdu cinq hommes", "aucune victime". Vehicles, weapons and houses are no toll; nor are dead and wounded in one figure, or
sums over months and years. "Dont trois enfants" is a part, not another figure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from veille.reading.numbers import CARDINAL, Quantity, quantities
from veille.reading.totals import Toll, added_up, without_parts
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


def tolls(text: str) -> list[Toll]:
    """Every figure of people hit in a folded sentence.

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
    found: list[Toll] = []
    last: Toll | None = None
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
            group = next(k for k, v in people.groupdict().items() if v)
            last = Toll(
                "", group, q.low, q.high, q.start, q.end + people.end(), "people without an outcome of their own"
            )
    found += _in_dozens(text)
    if not found and (m := ONE_PERSON.search(text)):
        outcome = "killed" if m["killed"] or m["killed2"] else "abducted"
        found.append(Toll(outcome, "civilians", 1, 1, *m.span(), "one person by office"))
    if not any(t.outcome == "killed" and t.high == 0 for t in found):
        found += _no_loss(text, found)
    return added_up(text, without_parts([t for t in found if not t.is_part]))


def _in_dozens(text: str) -> list[Toll]:
    """ "ont été tués par dizaines": the people stand before, in words alone.

    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("des soldats ont ete tues par dizaines")]
    [('killed', 'military', 20, None)]
    """
    m = BY_DOZENS.search(text)
    if not m:
        return []
    groups = {k for n in re.finditer(NOUN, text[: m.start()]) for k, v in n.groupdict().items() if v}
    outcome = next(k for k, v in m.groupdict().items() if v)
    low = 200 if "centaines" in m.group() else 20
    return [Toll(outcome, groups.pop() if len(groups) == 1 else "unspecified", low, None, *m.span(), "by dozens")]


def _read(text: str, q: Quantity, following: int, last: Toll | None) -> Toll | None:
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
        outcome = next(k for k, v in bare.groupdict().items() if v)
        side = _side(text, q.start, q.end + bare.end())
        inherited = (
            last.victims
            if last
            and q.start - last.end < 60
            and side == "unspecified"
            and re.search(r"(?:et|,)\s*(?:en \w+ant |pris |fait |captur\w+ )?(?:au moins |plus de )?$", text[: q.start])
            else side
        )
        high = None if re.match(r"\s*,?\s*(?:au moins|au minimum)\b", rest[bare.end() :]) else q.high
        return Toll(outcome, inherited, q.low, high, q.start, q.end + bare.end(), "figure and outcome", is_part)
    if bare:
        return None
    if estimated := ESTIMATED.search(text[: q.start]):
        whose = estimated["whose"]
        victims = (
            "assailants" if "ennemi" in whose else "civilians" if "civil" in whose else _side(text, q.start, q.end)
        )
        return Toll("killed", victims, q.low, q.high, q.start, q.end, "estimated", is_part)
    if counted := NUMBER_OF.search(text[: q.start]):
        victims = next((k for k, v in counted.groupdict().items() if v), "unspecified")
        return Toll("killed", victims, q.low, q.high, q.start, q.end, "number of", is_part)
    noun = AFTER.match(rest)
    if noun:
        return _with_noun(text, q, noun, following, last, is_part)
    return _pronoun(text, q, rest, last, is_part)


def _with_noun(
    text: str, q: Quantity, noun: re.Match[str], following: int, last: Toll | None, is_part: bool
) -> Toll | None:
    victims = next(
        k for k, v in noun.groupdict().items() if v and k in ("military", "assailants", "civilians", "unspecified")
    )
    if victims == "military" and re.match(
        rf"\s*(?:et|ou) (?!(?:{CARDINAL})\b)(?:\w+ )?(?:civils?|habitants)", text[q.end + noun.end() :]
    ):
        victims = "unspecified"
    end = q.end + noun.end()
    words = noun.group()
    if re.search(r"victimes?\b", words) and q.high != 0:
        return None
    outcome = _outcome(text, q, end, following, words) or _joined(text, q, end, last)
    if not outcome:
        return None
    if victims == "unspecified":
        victims = _side(text, q.start, end)
    high = None if re.match(r"(?:\s+[\w-]+){0,2}\s+au (?:moins|minimum)\b", text[end:]) else q.high
    return Toll(outcome, victims, q.low, high, q.start, end, "figure, people and outcome", is_part)


def _joined(text: str, q: Quantity, end: int, last: Toll | None) -> str | None:
    """ "Avoir tué 84 mercenaires et 47 militaires": one verb for both."""
    if last is None or not last.outcome or not re.fullmatch(r"(?: [\w-]+){0,2} et ", text[last.end : q.start]):
        return None
    acts = re.match(r"[^,;.]{0,25}\b(?:ont|sont|avaient|etaient|auraient|seraient|fuient)\b", text[end:])
    return None if acts else last.outcome


def _outcome(text: str, q: Quantity, end: int, following: int, noun: str) -> str | None:
    """The outcome of the figure: after the noun in its clause, else the verb right before the figure."""
    before = text[max(0, q.start - 45) : q.start]
    active = VERB_BEFORE.search(before)
    active = active or ADVERBIAL.search(text[max(0, q.start - 90) : q.start])
    after = text[end : min(len(text), end + 110)]
    cut = CLAUSE.search(after)
    clause = after[: cut.start()] if cut else after
    m = OUTCOME.search(clause)
    if active and active.groupdict().get("wounded") != "fait":
        kind = next(k for k, v in active.groupdict().items() if v)
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
            kind = next(k for k, v in m.groupdict().items() if v)
            mixed = re.match(r"[\w ]{0,12}\b(?:ou|et) (?:de )?(?:bless|captur|enlev)", clause[m.end() :])
            if mixed and re.match(r"\w* ou ", clause[m.end() :]):
                return None
            return kind
    if re.search(r"corps|depouilles?|cadavres?", noun):
        return "killed"
    if re.search(r"otages?", noun):
        return "abducted"
    if re.search(r"pertes?", noun):
        return "killed"
    if re.search(r"prisonnier", noun):
        return "captured"
    return None


def _pronoun(text: str, q: Quantity, rest: str, last: Toll | None, is_part: bool) -> Toll | None:
    """ "en blessant trois autres", "deux autres blessés", "trois ont été capturés": the people of the figure before."""
    if last is None or q.start - last.end > 90:
        return None
    m = OF_THEM.match(rest)
    before = DOING.search(text[: q.start])
    outcome = None
    if m:
        outcome = next(k for k, v in m.groupdict().items() if v)
    elif before:
        outcome = next((k for k, v in before.groupdict().items() if v), None)
        outcome = {"capt2": "captured", "capt3": "captured", "hurt": "wounded"}.get(outcome or "", outcome)
    elif re.match(r"\s*(?:faits? )?prisonniers?", rest):
        outcome = "captured"
    if not outcome:
        return None
    return Toll(outcome, last.victims, q.low, q.high, q.start, q.end, "figure of the people before", is_part)


def _side(text: str, start: int, end: int) -> str:
    """Whose dead, from words around a bare figure."""
    window = text[max(0, start - 70) : end + 70]
    for name, pattern in SIDE:
        if pattern.search(window):
            return name
    return "unspecified"


def _no_loss(text: str, found: list[Toll]) -> list[Toll]:
    m = NO_LOSS.search(text)
    if not m or (
        UNKNOWN_TOLL.search(text[max(0, m.start() - 60) : m.start()])
        and not re.search(r"(?:n'(?:a|ont)|pas) (?:fait|subi|enregistre|perdu)", m.group())
    ):
        return []
    side = _side(text, m.start(), m.end())
    outcomes = ("killed", "wounded") if m.group().startswith("ni mort") else ("killed",)
    return [Toll(outcome, side, 0, 0, m.start(), m.end(), "no loss") for outcome in outcomes]
