"""Who says what: attribution frames, and claims of responsibility, control, repulse and denial.

A claimant is found by frames ("selon X", "X a affirmé", "a-t-on appris de X", "(X)" at the end of a title). What a
sentence leaves open is inherited: within a paragraph from the sentence before, in an article from the lede's source, until
another source speaks. An actor's code claims for itself; sources are told by kind. A figure in the article's own name
is UNATTRIBUTED.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from veille.reading.actors import Named, kind_of
from veille.reading.lexicon import SOURCES, lexicon

_SELON = re.compile(r"(?<!\w)(?:selon|d'apres|a en croire|si l'on en croit|aux dires d[e']|au dire d[e']|de l'aveu d[e']|de sources?|aupres d[e']|de la part d[e']|cite(?:s|es|e)? par|(?:appris|apprend|apprend-on|obtenu|confirme|sait-on)(?: \w+){0,3} (?:aupres |par |via )?(?:de|d'|du|des)|par la voix d[eu'])\s*(?P<np>[^,;:()]{2,90})")
_PAREN = re.compile(r"\((?P<np>[a-z' -]{3,40})\)\s*$")
_ARMED_KINDS = frozenset({"unknown", "jihadist", "rebel", "militia", "bandit", "state", "auxiliary", "mercenary", "peace", "foreign"})
#: A source of no stated kind ("l'une des sources", "nos interlocuteurs"): the one who spoke before.
SAME = "SAME"
#: "le groupe", "le mouvement": the armed group named last.
GROUP = "GROUP"
_GROUP = re.compile(r"^\W*(?:\w+ ){0,2}?(?:le groupe(?: jihadiste| arme| terroriste| rebelle)?|l'organisation(?: jihadiste)?|le mouvement(?: jihadiste| rebelle)?|les? jihadistes?|les rebelles|celui-ci|ce dernier)\b(?! d[e'])")
_NOUN_PHRASE = re.compile(r"\s*(?:aussi |encore |de son cote |lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?(?:le |la |les |l'|un |une |des |ce |cet |cette |plusieurs |son |sa |ses |leur |m\.|mme |[a-z]+ [a-z]+,? (?:porte-parole|ministre|president|gouverneur|maire))")
_COMMUNIQUE = re.compile(r"^(?:communique|flash info)\b|source ?: ?(?:dirpa|emga|emg|cemga|etat-major)|\(source ?: ?(?:dirpa|emga|emg)")


@dataclass(frozen=True, slots=True)
class Frame:
    """A source in a sentence: its code, and the stretch of text that its frame covers."""

    code: str
    start: int
    end: int
    rule: str


def source_of(phrase: str, offset: int, named: Sequence[Named]) -> str | None:
    """The claimant that a noun phrase names: the source or actor that comes first in it.

    >>> source_of("des sources securitaires locales", 0, [])
    'SECURITY_SOURCE'
    >>> source_of("le procureur de kaya", 0, [])
    'OFFICIAL'
    """
    if (cited := re.search(r"\bcit(?:e|ent|ant)\b", phrase)) and len(phrase) - cited.end() > 5:
        phrase, offset = phrase[cited.end() :], offset + cited.end()
    best: tuple[int, int, str] | None = None
    for rank, name in enumerate(SOURCES):
        if m := lexicon().sources[name].search(phrase):
            best = min(best or (999, 0, ""), (m.start(), rank, name))
    if m := re.search(r"\bsources?\b|interlocuteurs?|la meme source", phrase):
        same = (m.start(), 8, SAME)
    else:
        same = None
    for actor in named:
        at = actor.start - offset
        if 0 <= at < len(phrase) and actor.kind in _ARMED_KINDS:
            best = min(best or (999, 0, ""), (at, 9, actor.code))
    if (best is None or best[2] == "UNIDENTIFIED_ARMED_GROUP") and _GROUP.search(phrase):
        return GROUP
    best = best or same
    return best[2] if best else None


def frames(text: str, named: Sequence[Named]) -> list[Frame]:
    """Every attribution in a folded sentence, in order."""
    found: list[Frame] = []
    for m in _SELON.finditer(text):
        phrase = text[m.start() : m.end("np")] if "source" in m.group()[:12] else m["np"]
        start = m.start() if phrase is not m["np"] else m.start("np")
        if code := source_of(phrase, start, named):
            found.append(Frame(code, m.start(), m.end(), "selon"))
    if m := _PAREN.search(text):
        if code := source_of(m["np"], m.start("np"), named):
            found.append(Frame(code, m.start(), m.end(), "parenthesis"))
    for m in lexicon().speech.finditer(text):
        if any(f.start <= m.start() < f.end for f in found):
            continue
        before = text[max(0, m.start() - 200) : m.start()]
        if re.search(r"(?:(?:-t)?-|^|[\s\"])(?:il|elle|ils|elles)(?: n'| l'| les| s'| y)?\s*$", before) or re.match(r"(?:-t)?-(?:il|elle|ils|elles)\b", text[m.end() :]):
            found.append(Frame(SAME, m.start(), m.end(), "pronoun"))
            continue
        if m.group().endswith("ant"):
            code = found[-1].code if found else source_of(text[: m.start()], 0, named)
            if code:
                found.append(Frame(code, m.start(), m.end(), "participle of speech"))
            continue
        after = text[m.end() : m.end() + 70]
        if re.search(r"[,\"]\s*$", before) and _NOUN_PHRASE.match(after):
            stop = re.search(r"[,;:.]|\bque?\b", after)
            code = source_of(after[: stop.start()] if stop else after, m.end(), named)
            found.append(Frame(code or SAME, m.start(), m.end(), "inverted speech verb"))
            continue
        cut = max(before.rfind(";"), before.rfind(". "), before.rfind(": ") if len(before) - before.rfind(": ") < 12 else -1)
        subject = before[cut + 1 :]
        clause = max(subject.rfind(", "), -1)
        code = source_of(subject[clause + 1 :], max(0, m.start() - 200) + cut + 1 + clause + 1, named) if len(subject[clause + 1 :].strip()) > 4 else None
        if code is None:
            after = text[m.end() : m.end() + 60]
            stop = re.search(r"[,;:.]|\bque?\b|\bavoir\b|\betre\b", after)
            code = source_of(after[: stop.start()] if stop else after, m.end(), named)
        if code is None and clause >= 0:
            code = source_of(subject, max(0, m.start() - 200) + cut + 1, named)
        if code == "UNIDENTIFIED_ARMED_GROUP" and not any(n.code == code and 0 <= m.start() - n.end < 25 for n in named):
            code = None
        if code:
            found.append(Frame(code, m.start(), m.end(), "speech verb"))
    return sorted(found, key=lambda f: f.start)


def is_communique(title: str, text: str) -> bool:
    """The article is an army's own communiqué."""
    return bool(_COMMUNIQUE.search(title) or _COMMUNIQUE.search(text[-200:]))


def nearest(found: Sequence[Frame], position: int, text: str) -> Frame | None:
    """The frame that covers a position: in its clause if there is one, else the nearest."""
    if not found:
        return None

    def distance(f: Frame) -> tuple[int, int]:
        low, high = min(f.end, position), max(f.start, position)
        between = text[low:high]
        return len(re.findall(r";| mais |tandis que|alors que| et (?:l'|le |la |les |un |une )", between)), abs(f.start - position)

    return min(found, key=distance)


_REPELLED = re.compile(
    r"repous|\bmis(?:e|es)? (?:les assaillants |les terroristes |l'ennemi )?en (?:deroute|echec|debandade|fuite)|mis en deroute|dejou(?:e|er) (?:l'|une |cette |la )?(?:attaque|tentative)|en vain|sans succes|tenu bon|tenu tete|refoul|contraint(?:s)? (?:l'ennemi |les assaillants |le groupe |au repli|a (?:la retraite|battre|fuir|se replier|decrocher))|battre en retraite|prendre la fuite|pris la fuite|force (?:les assaillants|l'ennemi|au repli|a se replier)|fait reculer|brise(?:e|r|s)?\b|sous (?:le |son )?controle|situation (?:est )?(?:maitrisee|sous controle)|maitris(?:e|ent) la situation|a(?:vorte| echoue)\b|echec cuisant|controle total|toujours aux mains d|n'a (?:pas|jamais) (?:ete prise?|tombe)|n'est pas tombee?|ville reste debout|deconfiture|cuisante defaite|defaite|anti-?offensive|contre-offensive victorieuse|correction|infructueuse|encaiss|reste(?:nt)? debout|repris (?:le controle|la main|position)|dans leur fuite|ont reflue|pris le dessus|n'ont pas cede"
)
_HELD = r"(?:(?:un|une|d'un|d'une) (?:camp|base|poste|caserne|position|ville|localite)|la (?:ville|base|caserne|localite|garnison)|le (?:camp|poste|village|verrou)|l'(?:emprise|ancienne emprise)|une partie de la ville|les lieux)"
_CONTROL = re.compile(
    rf"\bpri(?:s|se|ses) (?:le |du |de |totale |complete |entiere )*controle|s'(?:est|sont|etre|etait|etaient) (?:\w+ )?empare|\bs'empar(?:e|ent|er|ant)\b(?! du pouvoir)"
    rf"|tomb(?:e|ee|es) (?:\w+ )?(?:aux mains|entre les mains)|\b(?:a|ont|avoir|avait) (?:\w+ )?pris (?:\w+ )?{_HELD}|(?<!qui )\b(?:occup(?:e|ent|ee|es|er)|ont tenu|tient|tiennent|tenir|conquis|investi) (?:\w+ )?{_HELD}"
    rf"|\b(?:ont|a|avaient) (?:\w+ )?occupe\b|\bete (?:\w+ )?occupe(?:e|s|es)?\b|maitres?\s(?:\w+\s){0,2}(?:de la|des|du|de|d')|\btenu(?:e)? plusieurs heures|drapeau (?:noir|jihadiste)|hisse (?:leur|son) drapeau|se promen\w+ dans la ville"
    rf"|(?:completement|entierement|brievement|totalement|momentanement) occupee?|un temps occupee?|\bprise (?:de la |de l'|du |d'un |d'une |de )(?:ville|camp|base|caserne|localite|poste|[a-z]+)|(?:controle(?:nt|r)?|reprend|repris) (?:\w+ )?{_HELD}|chute de (?:la ville|[a-z]+)"
    r"|s'en (?:est|sont|etre) (?:retire|rendu maitre)s?|n'occupe plus|reconqui(?:s|se)\b(?! de haute)"
)
_STATE_TAKES = re.compile(r"entre(?:e|s|es)? dans (?:la ville|kidal|[a-z]+)\b|\bentree (?:de|des|d'|du) .{0,30} (?:a|dans) |pris(?:e|es)? position (?:a|dans)|prend(?:re)? position|controler? la (?:ville|localite)")
_NOT_TAKEN = re.compile(r"\b(?:tent|voul|cherch|objectif|but de|vain|sans parvenir|visai|afin|reve\b|revai|dessein|pour\b|menac|avait|avaient|n'(?:a|ont) pas|depuis (?:plus|des|une|\w+ ans))\w*[^,.;]{0,45}$")
_DENIAL = re.compile(r"\bdement\w*|\bnie(?:nt|r)?\b(?! )|\bnie(?:nt)? (?:toute|avoir|etre|les|l')|rejet(?:te|tent|e|er)\b|\bfaux\b|\bfausse(?:s)?\b|conteste(?:nt)?\b|farce|mensong|\brefut|\bdit non\b|infonde")
_NO_DENIAL = re.compile(r"n'(?:a|ont) (?:ni |pas |jamais )(?:dementi|confirme)|ni confirm|sans dementir|rarement dementi")
_REVENDIQUE = re.compile(r"revendiqu|endoss|a son actif|signe l'attaque")
_NOT_CLAIMED = re.compile(r"(?:n'a|n'ont|n'avait|pas|non|sans|aucune?|jamais|personne)\b.{0,40}revendi")
_OWN_DEED = re.compile(
    r"(?:dit|disent|affirm\w*|assur\w*|pretend\w*|annonc\w*|soutien\w*|declar\w*|reconn\w*|confirm\w*|fait (?:savoir|etat)|indiqu\w*|ecri\w*)(?: [\w',-]+){0,8}? (?:avoir|d'avoir|s'etre|qu'(?:il|elle|ils|elles) (?:a|ont|s'est)|que ses (?:hommes|combattants|unites))\s+(?:\w+ ){0,3}?(?:attaqu|tir|pris|enfonc|franchi|repris|mis |fait|tu[e ]|lanc|men|detrui|frapp|enlev|captur|vis|bombard|tendu|fait explos|conduit|neutralis|elimin|abattu|pilonn|infilg|inflig|cibl|empar|perpetr|execut|menee?)|(?:dit|disent|affirm\w*|assur\w*|annonc\w*) (?:\w+ ){0,3}?etre (?:entre|arrive|parvenu)"
)
_DEED = re.compile(r"(?:reconnu|confirme|annonce|revendique|revendiquent) (?:des|une|les|la|plusieurs) (?:\w+ )?(?:frappes?|raids?|operations?|offensive|avancees|destruction|neutralisation|bombardements?)|(?:ont|a) (?:conduit|mene|effectue|execute|procede a|lance|realise|engage)\b[^.;]{0,50}(?:frappes?|raids?|operations?|offensive|bombardement)|frappes? (?:aeriennes? )?(?:conduites?|menees?|effectuees?)|(?:ont|a) (?:frappe|bombarde|cible|neutralise|detruit|traite|brise|mis)")


@dataclass(frozen=True, slots=True)
class Said:
    """A claim without figure in a sentence."""

    claimant: str
    kind: str
    start: int
    rule: str


def said(text: str, found: Sequence[Frame], named: Sequence[Named], default: str) -> list[Said]:
    """Claims of responsibility, control, repulse and denial in a folded sentence.

    `default` is the claimant where no frame covers the words (inherited, or UNATTRIBUTED).
    """
    out: list[Said] = []

    def who(position: int) -> str:
        frame = nearest(found, position, text)
        return frame.code if frame and frame.code not in (SAME, GROUP) else default

    armed = [n for n in named if n.kind in ("jihadist", "rebel", "militia", "bandit")]
    if (m := _REVENDIQUE.search(text)) and not _NOT_CLAIMED.search(text):
        claimants = [n for n in armed if n.start < m.start() or re.search(r"revendiqu\w+ (?:\w+ ){0,3}par", text)]
        code = claimants[-1].code if claimants else default
        if kind_of(code) in ("jihadist", "rebel", "militia", "bandit", "state"):
            out.append(Said(code, "responsibility", m.start(), "revendique"))
    for m in _OWN_DEED.finditer(text):
        code = who(m.start())
        if kind_of(code) in ("jihadist", "rebel", "militia", "bandit") and code not in SOURCES:
            out.append(Said(code, "responsibility", m.start(), "own deed"))
        elif kind_of(code) == "state" and not _REPELLED.search(text) and code not in SOURCES:
            out.append(Said(code, "responsibility", m.start(), "own operation"))
    if (m := _DEED.search(text)) and kind_of(who(m.start())) == "state" and who(m.start()) not in SOURCES and not _REPELLED.search(text):
        out.append(Said(who(m.start()), "responsibility", m.start(), "own operation"))
    if m := _DENIAL.search(text):
        if not _NO_DENIAL.search(text):
            before = [n for n in named if n.start < m.start() and n.kind in _ARMED_KINDS]
            code = who(m.start())
            if before and not found:
                code = before[-1].code
            if code != "UNATTRIBUTED":
                out.append(Said(code, "denial", m.start(), "denial"))
    if m := _REPELLED.search(text):
        code = who(m.start())
        if kind_of(code) in ("jihadist", "bandit") and code not in SOURCES:
            state = [n for n in named if n.kind in ("state", "auxiliary")]
            code = state[-1].code if state else "UNATTRIBUTED"
        out.append(Said(code, "repelled", m.start(), "repelled"))
    out += _control(text, named, who)
    return out


def _control(text: str, named: Sequence[Named], who: Callable[[int], str]) -> list[Said]:
    """Who says that the place was taken or held; an attempt, a wish or a recollection says nothing."""
    m = _CONTROL.search(text)
    if m is None:
        m = _STATE_TAKES.search(text)
        if m is None or kind_of(who(m.start())) not in ("state", "mercenary") or who(m.start()) in SOURCES:
            return []
    if _NOT_TAKEN.search(text[: m.start()]) or re.match(r".{0,60}\ben vain\b", text[m.end() :]):
        return []
    code = who(m.start())
    holder = next((n for n in named if n.start >= m.end() and n.kind in _ARMED_KINDS), None)
    if holder and "mains" in m.group() and re.search(r"\b(?:ce dernier|celui-ci|le groupe|ces derniers)\b", text[holder.end :]):
        code = holder.code
    said_ = [Said(code, "control", m.start(), "control")]
    if kind_of(code) == "state" and code not in SOURCES:
        said_.append(Said(code, "responsibility", m.start(), "it took the place"))
    return said_
