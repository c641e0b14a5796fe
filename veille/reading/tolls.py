"""Figures of killed, wounded, captured and abducted people in a sentence: how many, whose, and in which words.

A quantity counts only with people and an outcome beside it: "deux soldats ont été tués", "tuant deux civils", "12 morts",
"perdu cinq hommes", "aucune victime". Vehicles, weapons and houses are no toll; nor are dead and wounded in one figure, or
sums over months and years. "Dont trois enfants" is a part, not another figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from veille.reading.numbers import Quantity, quantities

_MILITARY = r"soldats?(?! de la paix)|militaires?|gendarmes?|policiers?|gardes?(?: nationaux)?|vdp|volontaires?(?: pour la defense de la patrie)?|suppletifs?|casques? bleus?|soldats? de la paix|dozos?|chasseurs?|fama|fds|officiers?|sous-officiers?|mercenaires?(?: russes)?|paramilitaires? russes|russes|wagner|agents? (?:des eaux|des forces|de securite|de police)|douaniers?|elements? (?:des forces|de l'armee|des fds|de la garde|des vdp|de la gendarmerie)|membres? des forces|militaires? et (?:vdp|gendarmes)|forces? de (?:defense|securite)|combattants? (?:de wagner|d'africa corps|de l'armee)|sentinelles?|parachutistes?|rangers? de l'armee|hommes? de troupe|fils de la nation"
_ASSAILANTS = r"terroristes?|d?jihadistes?|assaillants?|combattants?|ennemis?|criminels?|bandits?|rebelles?|insurges?|malfaiteurs?|malfrats?|islamistes?|hani|elements? (?:terroristes?|ennemis?|du (?:jnim|gsim|csp|fla)|armes)|agresseurs?|attaquants?|kamikazes?|hommes? armes?|extremistes?|miliciens?|separatistes?|membres? (?:du|de) (?:groupe|jnim|gsim|l'organisation|boko haram|l'iswap|l'eigs)|chefs? (?:terroristes?|jihadistes?)|individus? armes?|gat\b|ravisseurs?|suspects?"
_CIVILIANS = r"civils?|habitants?|villageois(?:es)?|enfants?|femmes?|passagers?|fideles?|orpailleurs?|enseignants?|eleves?|commercants?|bergers?|eleveurs?|agriculteurs?|cultivateurs?|paysans?|deplaces?|refugies?|chauffeurs?|conducteurs?|routiers?|voyageurs?|pecheurs?|ouvriers?|travailleurs?|humanitaires?|journalistes?|forains?|vendeurs?|vendeuses?|notables?|ressortissants?|otages?|ames?|vieillards?|jeunes?|bouchers?|mineurs?|creuseurs?|camionneurs?|transporteurs?|maires?|prefets?|pretres?|imams?|agents? de sante|fonctionnaires?|paroissiens?|militants?|manifestants?|innocents?|adolescents?|bebes?|peuls?|eleveurs? peuls?|responsables?|participants?|cadres?|elus?|jeunes gens|gardes forestiers|chretiens?|populations"
_PEOPLE = r"personnes?|hommes?|individus?|corps|victimes?|vies?|vies humaines|gens|depouilles?|cadavres?|des leurs|des siens|membres?|elements?|pertes?(?: humaines?| en vies humaines)?|otages?"
_ADJ = r"(?:\s+(?:(?!ont|sont|etaient|est|a|ete|tue|mort|bless|dans|par|et|dont|pour|selon|qui|sur|se|en|de|du|des|d')[\w'-]+)){0,3}?"
_GROUPS = (("military", _MILITARY), ("assailants", _ASSAILANTS), ("civilians", _CIVILIANS), ("unspecified", _PEOPLE))
_NOUN = "|".join(rf"(?P<{name}>(?:{pattern})(?!\w))" for name, pattern in _GROUPS)

_KILLED = r"tue(?:e?s?)?\b|morts?\b|mortes?\b|peri\b|deced|abatt|assassin|execut|massacr|egorg|decapit|trouve la mort|perdu la vie|succomb|neutralis|elimin|decim|laisse la vie|tombe(?:s|es)? (?:au|les armes|en)|mis(?:es)? hors (?:d'etat de nuire|de combat)|deces|\bsacrifi|tombes\b|brules? vif|calcine|mortellement|fauche|tues? net|ensevel|inhum|enterre|noye"
_WOUNDED = r"bless|touche(?:s|es)?\b|evacue|atteinte?s? (?:par|d'une? balle)"
_CAPTURED = r"captur|faits? prisonniers?|prisonniers?|arret|interpell|mis(?:es)? aux arrets|apprehend|detenus?"
_ABDUCTED = r"enlev|kidnapp|pris(?:es)? en otages?|otages?|emmen|embarqu|ravi(?:s|es)\b|rapt|retenus?|sequestr|portes? disparus?|(?:pas|jamais) (?:reparu|revenue?s)"
_OUTCOMES = (("killed", _KILLED), ("wounded", _WOUNDED), ("captured", _CAPTURED), ("abducted", _ABDUCTED))
_OUTCOME = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern}))" for name, pattern in _OUTCOMES))

_BARE_NOUN = re.compile(
    r"\s*(?:de |d')?(?:nouveaux |autres )?(?:(?P<killed>morts?|tues?|deces|pertes?(?: en vies humaines| humaines)?)|(?P<wounded>bless(?:e|es|ee|ees))|(?P<captured>prisonniers?|captures?)|(?P<abducted>enlevements?|otages?|enleves?))(?!\w)"
)
_AFTER = re.compile(
    rf"\s*(?:(?:corps|depouilles|cadavres) (?=(?:de |d')(?:{_ASSAILANTS}|{_MILITARY}|{_CIVILIANS})))?(?:autres |de |d'|des |de leurs |de ses |de nos |nouveaux |jeunes |vaillants )*(?:{_NOUN})"
)
_SKIP = re.compile(
    r"\s*(?:motos?|vehicules?|pick-?up|armes?|maisons?|cases?|boutiques?|km|kilometres?|jours?|mois|ans?|annees?|heures?|semaines?|localites?|villages?|frappes?|attaques?|positions?|camps?|tonnes?|familles?|positions|fusils?|tetes?|pays|regions?|communes?|bases?|fois|drones?|camions?|cars?|autocars?|obus|engins?|sites?|ecoles?|incidents?|reprises?|directions?|%|francs|milliards|minutes?|metres?)\b"
)
_PERIOD = re.compile(
    r"depuis (?:20\d\d|le debut de l'annee|janvier|20|\w+ ans|des annees)|en un an\b|cette annee|par an\b|en 20\d\d\b(?! a)|au cours de l'annee|selon (?:l'ong )?acled|l'an dernier|en \w+ ans\b|en (?:une|deux|trois) semaines?\b|dans (?:plusieurs|une serie d'|differentes|les dernieres) ?attaques|\b(?:entre|de) (?:\w+ )?20\d\d (?:et|a) (?:\w+ )?20\d\d|par an\b|ces dernieres annees|au total depuis|par mois|en six mois|du conflit|de la guerre"
)
_SIDE = (
    (
        "military",
        re.compile(
            r"(?:dans les rangs (?:de l'armee|des (?:fds|fama|forces|soldats|militaires|vdp)|amis?|de nos forces|militaires|des forces|de la)|parmi les (?:soldats|militaires|forces|vdp|gendarmes|fama)|(?:du )?cote (?:de l'armee|armee|fds|fama|ami|malien|burkinabe|nigerien|des fds|des forces|loyaliste|militaire)|rangs (?:fama|loyalistes|de l'armee)|des forces (?:armees|de defense|maliennes|burkinabe)|pertes? (?:de l'armee|amies?)|(?:l'armee|les fama|les forces) (?:a|ont|aurait|auraient) (?:perdu|deplor|enregistr))"
        ),
    ),
    (
        "assailants",
        re.compile(
            r"(?:dans (?:les|leurs) rangs (?:ennemis?|adverses?|des (?:assaillants|terroristes|jihadistes|combattants|rebelles)|terroristes)|dans leurs rangs|parmi les (?:assaillants|terroristes|jihadistes|combattants|attaquants|rebelles)|(?:depouilles|corps|pertes) ennemies|cote (?:ennemi|assaillant|terroriste|jihadiste|des assaillants|des terroristes|rebelle)|(?:du|les|le) (?:jnim|gsim|csp|fla|mouvement|groupe) .{0,40}(?:perdu|perdre)|perdant .{0,20}des leurs)"
        ),
    ),
    (
        "civilians",
        re.compile(
            r"(?:tou(?:te)?s (?:des )?civil(?:e)?s|, des civils\b|(?:pour la plupart|en majorite|dont|surtout) (?:des |de )?(?:enfants|femmes|vieillards|civils|personnes agees)|parmi les (?:civils|habitants|populations|villageois|passagers|fideles|forains|enfants|orpailleurs)|cote (?:civil|des civils))"
        ),
    ),
)
#: Between the people and their fate, a preposition begins somebody else's part of the sentence; a passive ends the search.
_OTHER_OBJECT = re.compile(r"\b(?:par|contre|a|sur|vers)\b")
_PASSIVE = re.compile(r"\b(?:n')?(?:ont|a|avaient|avait|auraient|aurait|sont|etaient)\b")
#: "Dix soldats ont arrêté trente hommes": who acts is not who was hit.
_ACTS = re.compile(r"\b(?:ont|a|avaient|avait|auraient|aurait)\s+(?:\w+ )?$")
_TRANSITIVE = re.compile(
    r"(?:tue|abatt|assassin|execut|egorg|neutralis|elimin|decim|massacr|captur|arret|interpell|enlev|kidnapp|emmen|bless)\w*\b(?!\s+(?:et|ou|,|dans|lors|par|$))"
)
_QUOTES = re.compile(r"[\"«»“”]")
_BY_DOZENS = re.compile(
    r"\b(?:(?P<killed>tues?|tuees|massacres?|abattus|morts)|(?P<wounded>blesses)) par (?:dizaines|centaines)"
)
#: "tué la veille, au même endroit, dix combattants": when and where stand between the verb and its object.
_ADVERBIAL = re.compile(
    r"\b(?:avoir|ont|a|en)\s(?:\w+ )?(?:(?P<killed>tue|abattu|neutralise|elimine|tuant)|(?P<captured>capture|arrete|interpelle)|(?P<abducted>enleve|kidnappe))\s(?:,\s)?(?:la veille|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ce jour|au meme|dans l|lors d|au cours|au total|sur place)[^.;:0-9]{0,45}[, ]$"
)
#: "le nombre de militaires tués atteint désormais 58"
_NUMBER_OF = re.compile(
    rf"\bnombre (?:de |d'|des )(?:{_NOUN})?[^.;:,]{{0,30}}?(?:{_KILLED})[^.;:,]{{0,30}}?(?:atteint|atteignait|passe|s'eleve|s'elevait|s'etablit|monte|grimpe|est|porte)\w* (?:desormais |maintenant |ainsi )?(?:a |de )?$"
)
#: "les pertes ennemies, évaluées à plus de 400": what is counted stands before.
_ESTIMATED = re.compile(
    r"\b(?P<noun>pertes|victimes|morts|tues)\b(?P<whose>[^.;:]{0,40}?)(?:evalue|estime|chiffre)\w*(?: par [\w' -]{2,30}?)? a (?:au moins |pres de |plus de )?$"
)
_CLAUSE = re.compile(
    r", qui\b|\bl'ont\b|[;:]|, (?:et |tandis|alors|mais|pendant)|\bmais\b|\btandis que\b|\balors que\b|\. "
)
_NO_LOSS = re.compile(
    r"(?:sans|aucune?|n'a (?:fait|subi|enregistre) aucune?|ni) (?:perte(?:s)?(?: humaine)?|victimes?|morts?|mort a deplorer|perte en vie humaine|vie humaine)(?! civile)|pas (?:de|fait de) (?:victimes?|morts?|pertes? humaines?)|ni morts? ni bless|n'a perdu aucun (?:homme|combattant|soldat)|n'avoir (?:perdu|enregistre|subi) aucun(?:e)? (?:homme|combattant|perte|victime)|indemnes?"
)
_UNKNOWN_TOLL = re.compile(
    r"(?:ne (?:mentionne|signale|fait etat|donne|parle|precise|communique|dit)|n'(?:a|ont|est|etait)|sans (?:donner|preciser|mentionner)|aucun bilan|pas de bilan|ignore|on ne sait|ni le nombre)"
)


@dataclass(frozen=True, slots=True)
class Toll:
    """One figure of a sentence."""

    outcome: str
    victims: str
    low: int | None
    high: int | None
    start: int
    end: int
    rule: str
    is_part: bool = False  # "dont trois enfants"


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
    if _PERIOD.search(text):
        return []
    text = _QUOTES.sub(" ", text)
    found: list[Toll] = []
    last: Toll | None = None
    all_q = quantities(text)
    for i, q in enumerate(all_q):
        following = all_q[i + 1].start if i + 1 < len(all_q) else len(text)
        toll = _read(text, q, following, last)
        if toll:
            if last and _goes_with(last, toll) and text[last.end : q.start].strip() == "et":
                toll = _sum(last, toll)  # "deux policiers et trois militaires tués"
                found = [t for t in found if t is not last]
            found.append(toll)
            last = toll
        elif (people := _AFTER.match(text[q.end :])) and q.high != 0:
            group = next(k for k, v in people.groupdict().items() if v)
            last = Toll(
                "", group, q.low, q.high, q.start, q.end + people.end(), "people without an outcome of their own"
            )
    found += _in_dozens(text)
    if not any(t.outcome == "killed" and t.high == 0 for t in found):
        found += _no_loss(text, found)
    return _without_parts([t for t in found if not t.is_part])


def _goes_with(a: Toll, b: Toll) -> bool:
    return a.victims == b.victims and a.outcome in ("", b.outcome)


def _sum(a: Toll, b: Toll) -> Toll:
    low = (a.low or 0) + (b.low or 0)
    high = a.high + b.high if a.high is not None and b.high is not None else None
    return replace(b, low=low, high=high, start=a.start)


def _in_dozens(text: str) -> list[Toll]:
    """ "ont été tués par dizaines": the people stand before, in words alone.

    >>> [(t.outcome, t.victims, t.low, t.high) for t in tolls("des soldats ont ete tues par dizaines")]
    [('killed', 'military', 20, None)]
    """
    m = _BY_DOZENS.search(text)
    if not m:
        return []
    groups = {k for n in re.finditer(_NOUN, text[: m.start()]) for k, v in n.groupdict().items() if v}
    outcome = next(k for k, v in m.groupdict().items() if v)
    low = 200 if "centaines" in m.group() else 20
    return [Toll(outcome, groups.pop() if len(groups) == 1 else "unspecified", low, None, *m.span(), "by dozens")]


def _without_parts(found: list[Toll]) -> list[Toll]:
    """A total followed by the parts that make it up: parts of one group leave the total, in that group; of several, replace it.

    >>> [(t.victims, t.low) for t in tolls("cinq membres des forces, trois militaires et deux policiers, ont ete tues")]
    [('military', 5)]
    """
    for n, total in enumerate(found):
        parts = [t for t in found[n + 1 :] if t.outcome == total.outcome]
        for k in range(2, len(parts) + 1):
            some = parts[:k]
            if (
                total.low
                and sum(t.low or 0 for t in some) in (total.low, total.low - 10, total.low + 10)
                and (sum(t.low or 0 for t in some) == total.low or total.low >= 40)
            ):
                groups = {t.victims for t in some}
                if len(groups) == 1:
                    kept = replace(total, victims=groups.pop())
                    return _without_parts([kept if t is total else t for t in found if t not in some])
                return [t for t in found if t is not total]
    return found


def _read(text: str, q: Quantity, following: int, last: Toll | None) -> Toll | None:
    rest = text[q.end :]
    if _SKIP.match(rest) or (
        q.high == 0 and q.words.startswith(("aucun", "nul")) and not _AFTER.match(rest) and not _BARE_NOUN.match(rest)
    ):
        return None
    is_part = bool(
        re.search(
            r"\b(?:dont|parmi (?:eux|elles|lesquels)|y compris|notamment)\s*(?:au moins |pres de )?$",
            text[: q.start] + "",
        )
    )
    bare = _BARE_NOUN.match(rest)
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
    if estimated := _ESTIMATED.search(text[: q.start]):
        whose = estimated["whose"]
        victims = (
            "assailants" if "ennemi" in whose else "civilians" if "civil" in whose else _side(text, q.start, q.end)
        )
        return Toll("killed", victims, q.low, q.high, q.start, q.end, "estimated", is_part)
    if counted := _NUMBER_OF.search(text[: q.start]):
        victims = next((k for k, v in counted.groupdict().items() if v), "unspecified")
        return Toll("killed", victims, q.low, q.high, q.start, q.end, "number of", is_part)
    noun = _AFTER.match(rest)
    if noun:
        return _with_noun(text, q, noun, following, last, is_part)
    return _pronoun(text, q, rest, last, is_part)


def _with_noun(
    text: str, q: Quantity, noun: re.Match[str], following: int, last: Toll | None, is_part: bool
) -> Toll | None:
    victims = next(
        k for k, v in noun.groupdict().items() if v and k in ("military", "assailants", "civilians", "unspecified")
    )
    if victims == "military" and re.match(r"\s*(?:et|ou) (?:\w+ )?(?:civils?|habitants)", text[q.end + noun.end() :]):
        victims = "unspecified"
    end = q.end + noun.end()
    words = noun.group()
    if re.search(r"victimes?\b", words) and q.high != 0:
        return None
    outcome = _outcome(text, q, end, following, words)
    if not outcome:
        return None
    if victims == "unspecified":
        victims = _side(text, q.start, end)
    high = None if re.match(r"(?:\s+[\w-]+){0,2}\s+au (?:moins|minimum)\b", text[end:]) else q.high
    return Toll(outcome, victims, q.low, high, q.start, end, "figure, people and outcome", is_part)


def _outcome(text: str, q: Quantity, end: int, following: int, noun: str) -> str | None:
    """The outcome of the figure: after the noun in its clause, else the verb right before the figure."""
    before = text[max(0, q.start - 45) : q.start]
    active = re.search(
        r"(?:(?P<killed>tua(?:nt|it)|tue[rs]?|tues?|ont tue|a tue|abattu|abattre|abattant|neutralis\w+|elimin\w+|execut\w+|assassin\w+|egorg\w+|massacr\w+|coute la vie a|la mort d[e']|la perte d[e']|perdu|perdant|perdre|decim\w+|deces d[e']|tomber|perte de|mort a|vie a|enterr\w+|inhum\w+)|(?P<wounded>bless(?:e|ant|er|ees?)|fait)|(?P<captured>captur\w+|arret\w+|interpell\w+|apprehend\w+|fait prisonniers?)|(?P<abducted>enlev\w+|kidnapp\w+|emmen\w+|otage))\s*(?:(?:egalement|aussi|environ|notamment|lui aussi)\s*)?(?:[\"]\s*)?(?:les |l'|le |la )?$",
        before,
    )
    active = active or _ADVERBIAL.search(text[max(0, q.start - 90) : q.start])
    after = text[end : min(len(text), end + 110)]
    cut = _CLAUSE.search(after)
    clause = after[: cut.start()] if cut else after
    m = _OUTCOME.search(clause)
    if active and active.groupdict().get("wounded") != "fait":
        kind = next(k for k, v in active.groupdict().items() if v)
        if not re.match(r"\s*(?:ont|sont|auraient|seraient) (?:ete )?", clause):
            return kind
    if m and not _OTHER_OBJECT.search(_PASSIVE.split(clause[: m.start()])[0]):
        if (
            _ACTS.search(clause[: m.start()])
            and "ete" not in clause[: m.start()]
            and _TRANSITIVE.match(clause[m.start() :])
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
    m = re.match(
        r"\s*(?:d'entre eux |autres?\s*|des leurs )?(?:personnes )?(?:(?:grievement|legerement|plus ou moins) )?(?:(?:ont|sont|etaient|a|est) (?:ete )?)?(?:(?P<killed>tues?|morts?|abattus?|decedes?)|(?P<wounded>bless\w+)|(?P<captured>captur\w+|faits? prisonniers?|arretes?|interpelles?)|(?P<abducted>enleve\w*|emmenes?|pris en otage|portes disparus|disparus))\b",
        rest,
    )
    before = re.search(
        r"en (?:(?P<killed>tuant|abattant)|(?P<wounded>blessant|faisant bless)|(?P<captured>capturant|arretant)|(?P<abducted>enlevant|emmenant))\s*(?:au moins |plus de )?$|(?:avoir|a|ont|et) (?:en (?:avoir )?)?(?P<capt2>capture|arrete)\s*$|(?:en )?(?:avoir |ont |a )?(?:fait )?(?P<capt3>prisonniers?)\s*$",
        text[: q.start],
    )
    outcome = None
    if m:
        outcome = next(k for k, v in m.groupdict().items() if v)
    elif before:
        outcome = next((k for k, v in before.groupdict().items() if v), None)
        outcome = "captured" if outcome in ("capt2", "capt3") else outcome
    elif re.match(r"\s*(?:faits? )?prisonniers?", rest):
        outcome = "captured"
    if not outcome:
        return None
    return Toll(outcome, last.victims, q.low, q.high, q.start, q.end, "figure of the people before", is_part)


def _side(text: str, start: int, end: int) -> str:
    """Whose dead, from words around a bare figure."""
    window = text[max(0, start - 70) : end + 70]
    for name, pattern in _SIDE:
        if pattern.search(window):
            return name
    return "unspecified"


def _no_loss(text: str, found: list[Toll]) -> list[Toll]:
    m = _NO_LOSS.search(text)
    if not m or (
        _UNKNOWN_TOLL.search(text[max(0, m.start() - 60) : m.start()])
        and not re.search(r"n'(?:a|ont) (?:fait|subi|enregistre|perdu)", m.group())
    ):
        return []
    side = _side(text, m.start(), m.end())
    outcomes = ("killed", "wounded") if m.group().startswith("ni mort") else ("killed",)
    return [Toll(outcome, side, 0, 0, m.start(), m.end(), "no loss") for outcome in outcomes]
