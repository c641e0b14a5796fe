"""Claims without a figure: responsibility, control, repulse and denial, each with who says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from veille.codes import ActorKind, ClaimKind, Source
from veille.reading.actors import ActorMention
from veille.reading.attributions import ARMED_KINDS, GROUP, SAME, Attribution, nearest
from veille.reading.lexicon import SOURCES
from veille.reading.rules import ClaimRule
from veille.reference.actors import kind_of

_REPELLED = re.compile(
    r"repous|\bmis(?:e|es)? (?:les assaillants |les terroristes |l'ennemi )?en (?:deroute|echec|debandade|fuite)|mis en deroute|dejou(?:e|er) (?:l'|une |cette |la )?(?:attaque|tentative)|en vain|sans succes|tenu bon|tenu tete|refoul|contraint(?:s)? (?:l'ennemi |les assaillants |le groupe |au repli|a (?:la retraite|battre|fuir|se replier|decrocher))|battre en retraite|prendre la fuite|pris la fuite|force (?:les assaillants|l'ennemi|au repli|a se replier)|fait reculer|brise(?:e|r|s)?\b|sous (?:le |son )?controle|controle(?:r|nt)? la situation|reste(?:nt)? (?:toujours )?(?:aux mains|entre les mains)|situation (?:est )?(?:maitrisee|sous controle)|maitris(?:e|ent) la situation|a(?:vorte| echoue)\b|echec cuisant|controle total|toujours aux mains d|n'a (?:pas|jamais) (?:ete prise?|tombe)|n'est pas tombee?|ville reste debout|deconfiture|cuisante defaite|defaite|anti-?offensive|contre-offensive victorieuse|(?:severe|belle|bonne) correction|infructueuse|encaiss|reste(?:nt)? debout|repris (?:le controle|la main|position)|dans leur fuite|ont reflue|pris le dessus|n'ont pas cede"
)
_HELD = r"(?:(?:un|une|d'un|d'une) (?:camp|base|poste|caserne|position|ville|localite)|la (?:ville|base|caserne|localite|garnison)|le (?:camp|poste|village|verrou)|l'(?:emprise|ancienne emprise)|une partie de la ville|les lieux)"
_CONTROL = re.compile(
    rf"\bpri(?:s|se|ses) (?:le |du |de |totale |complete |entiere )*controle|s'(?:est|sont|etre|etait|etaient) (?:\w+ )?empare|\bs'empar(?:e|ent|er|ant)\b(?! du pouvoir)"
    rf"|tomb(?:e|ee|es) (?:\w+ )?(?:aux mains|entre les mains)|\b(?:a|ont|avoir|avait) (?:\w+ )?pris (?:\w+ )?{_HELD}|(?<!qui )\b(?:occup(?:e|ent|ee|es|er)|ont tenu|tient|tiennent|tenir|conquis|investi) (?:\w+ )?{_HELD}"
    rf"|\b(?:ont|a|avaient) (?:\w+ )?occupe\b|\bete (?:\w+ )?occupe(?:e|s|es)?\b|maitres?\s(?:\w+\s){0, 2}(?:de la|des|du|de|d')|\btenu(?:e)? plusieurs heures|drapeau (?:noir|jihadiste)|hisse (?:leur|son) drapeau|se promen\w+ dans la ville"
    rf"|(?:completement|entierement|brievement|totalement|momentanement) occupee?|un temps occupee?|\bprise (?:de la |de l'|du |d'un |d'une |de )(?:ville|camp|base|caserne|localite|poste|[a-z]+)|(?:controle(?:nt|r)?|reprend|repris) (?:\w+ )?{_HELD}|chute de (?:la ville|[a-z]+)"
    r"|s'en (?:etre retire|(?:est|sont|etre) rendu maitre)s?|n'occupe plus|reconqui(?:s|se)\b(?! de haute)"
)
_STATE_TAKES = re.compile(
    r"entre(?:e|s|es)? dans (?:la ville|[a-z]+)\b|\bentree (?:de|des|d'|du) .{0,30} (?:a|dans) |pris(?:e|es)? position\W{1,3}(?:[\w ]{1,20}[, ]+(?:sans incident[, ]+)?)?(?:a|dans) |prend(?:re)? position|controler? la (?:ville|localite)"
)
_NOT_TAKEN = re.compile(
    r"\b(?:tent|voul|cherch|objectif|but de|vain|sans parvenir|visai|afin|reve\b|revai|dessein|pour\b|menac|avait|avaient|n'(?:a|ont) pas|depuis (?:plus|des|une|\w+ ans))\w*[^,.;]{0,45}$"
)
_ATTEMPTED = re.compile(r"\b(?:tent(?:e|ent|ait|aient|er|ative)|objectif|voul\w+|cherch\w+)\b[^.;]{0,60}$")
_DENIAL = re.compile(
    r"\bdement\w*|\bnie(?:nt|r)?\b(?! )|\bnie(?:nt)? (?:toute|avoir|etre|les|l')|rejet(?:te|tent|e|er)\b|\bfaux\b|\bfausse(?:s)?\b|conteste(?:nt)?\b|farce|mensong|\brefut|\bdit non\b|infonde"
)
_NO_DENIAL = re.compile(
    r"n'(?:a|ont) (?:ni |pas |jamais )(?:dementi|confirme)|ni confirm|sans dementir|rarement dementi"
)
_REVENDIQUE = re.compile(
    r"revendiqu|s'(?:est|sont|etait|etaient) attribue|a l'origine de (?:l'|cette |la |ces |les )(?:attaque|assaut|embuscade|operation|explosion)|endoss|a son actif|signe l'attaque|l'auteur d(?:e l'|e la |e cette |'une? )(?:attaque|assaut|embuscade|operation)|se (?:dit|disent|declare|declarent|proclame) responsables?|\bassum(?:e|ent|ant) (?:pleinement )?(?:l'|la |cette |son |leur )(?:attaque|assaut|responsabilite|operation)"
)
#: "Le Jnim a reconnu les tirs": said of a group alone, for an army acknowledges attacks on itself.
_OWNED_UP = re.compile(
    r"reconn(?:u|ait|aissent) (?:les tirs|l'attaque|cette attaque|l'enlevement|la pose|etre a l'origine)"
)
_NOT_CLAIMED = re.compile(r"(?:n'a|n'ont|n'avait|pas|non|sans|aucune?|jamais|personne)\b.{0,40}revendi")
_OWN_DEED = re.compile(
    r"(?:dit|disent|ajout\w*|precis\w*|racont\w*|affirm\w*|assur\w*|pretend\w*|annonc\w*|soutien\w*|declar\w*|reconn\w*|confirm\w*|fait (?:savoir|etat)|indiqu\w*|ecri\w*)(?: [\w',-]+){0,8}? (?:avoir|d'avoir|s'etre|qu'(?:il|elle|ils|elles) (?:a|ont|s'est)|que ses (?:hommes|combattants|unites))\s+(?:\w+ ){0,3}?(?:attaqu|tir|pris|enfonc|franchi|repris|mis (?:hors|en deroute|en echec|en fuite|le feu)|fait|tu[e ]|lanc|men|detrui|frapp|enlev|captur|vis|bombard|tendu|fait explos|conduit|neutralis|elimin|abattu|pilonn|infilg|inflig|cibl|empar|perpetr|execut|menee?)|(?:dit|disent|affirm\w*|assur\w*|annonc\w*) (?:\w+ ){0,3}?etre (?:entre|arrive|parvenu)"
)
_DEED = re.compile(
    r"(?:reconnu|confirme|annonce|revendique|revendiquent) (?:des|une|les|la|plusieurs) (?:\w+ )?(?:frappes?|raids?|operations?|offensive|avancees|destruction|neutralisation|bombardements?)|(?:ont|a) (?:conduit|mene|effectue|execute|procede a|lance|realise|engage)\b[^.;]{0,50}(?:frappes?|raids?|operations?|offensive|bombardement)|frappes? (?:aeriennes? )?(?:conduites?|menees?|effectuees?)|(?<!qui )\b(?:ont|a) (?:frappe|bombarde|cible|neutralise|detruit|traite|brise|mis)"
)


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A claim without figure in a sentence."""

    claimant: str
    kind: ClaimKind
    start: int
    rule: ClaimRule


def said(text: str, found: Sequence[Attribution], named: Sequence[ActorMention], default: str) -> list[StatedClaim]:
    """Return claims of responsibility, control, repulse and denial in a folded sentence.

    `default` is the claimant where no frame covers the words (inherited, or UNATTRIBUTED).
    """
    out: list[StatedClaim] = []

    def who(position: int) -> str:
        frame = nearest(found, position, text)
        return frame.code if frame and frame.code not in (SAME, GROUP) else default

    armed = [n for n in named if n.kind in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.MILITIA, ActorKind.BANDIT)]
    if (m := _REVENDIQUE.search(text)) and not _NOT_CLAIMED.search(text):
        claimants = [n for n in armed if n.start < m.start() or re.search(r"revendiqu\w+ (?:\w+ ){0,3}par", text)]
        code = claimants[-1].code if claimants else default
        if kind_of(code) in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.MILITIA, ActorKind.BANDIT, ActorKind.STATE):
            out.append(StatedClaim(code, ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.REVENDIQUE))
    if (m := _OWNED_UP.search(text)) and (owner := [n for n in armed if n.start < m.start()]):
        out.append(StatedClaim(owner[-1].code, ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.OWNED_UP))
    for m in _OWN_DEED.finditer(text):
        code = who(m.start())
        if (
            kind_of(code) in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.MILITIA, ActorKind.BANDIT)
            and code not in SOURCES
        ):
            out.append(StatedClaim(code, ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.OWN_DEED))
        elif kind_of(code) == ActorKind.STATE and not _REPELLED.search(text) and code not in SOURCES:
            out.append(StatedClaim(code, ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.OWN_OPERATION))
    if (
        (m := _DEED.search(text))
        and kind_of(who(m.start())) == ActorKind.STATE
        and who(m.start()) not in SOURCES
        and not _REPELLED.search(text)
    ):
        out.append(StatedClaim(who(m.start()), ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.OWN_OPERATION))
    if (m := _DENIAL.search(text)) and not _NO_DENIAL.search(text):
        before = [n for n in named if n.start < m.start() and n.kind in ARMED_KINDS]
        code = who(m.start())
        if before and not found:
            code = before[-1].code
        if code != Source.UNATTRIBUTED:
            out.append(StatedClaim(code, ClaimKind.DENIAL, m.start(), ClaimRule.DENIAL))
    if (m := _REPELLED.search(text)) and _is_in_their_hands(text, m, named):
        out.append(StatedClaim(who(m.start()), ClaimKind.CONTROL, m.start(), ClaimRule.IN_THEIR_HANDS))
    elif m:
        code = who(m.start())
        if kind_of(code) in (ActorKind.JIHADIST, ActorKind.BANDIT) and code not in SOURCES:
            state = [n for n in named if n.kind in (ActorKind.STATE, ActorKind.AUXILIARY)]
            code = state[-1].code if state else Source.UNATTRIBUTED
        out.append(StatedClaim(code, ClaimKind.REPELLED, m.start(), ClaimRule.REPELLED))
    denied = {x.claimant for x in out if x.kind == ClaimKind.DENIAL}
    out += [x for x in _control(text, named, who) if x.claimant not in denied]  # "dément la prise du camp"
    return out


def _is_in_their_hands(text: str, m: re.Match[str], named: Sequence[ActorMention]) -> bool:
    """ "Sous le contrôle du Jnim" is no repulse; "sous le contrôle de l'armée" is."""
    holder = next((n for n in named if 0 <= n.start - m.end() < 12), None)
    hands = m.group().startswith(("sous", "reste", "toujours"))
    return bool(hands and holder and holder.kind in (ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.BANDIT))


def _control(text: str, named: Sequence[ActorMention], who: Callable[[int], str]) -> list[StatedClaim]:
    """Who says that the place was taken or held; an attempt, a wish or a recollection says nothing."""
    m = _CONTROL.search(text)
    if m is None:
        m = _STATE_TAKES.search(text)
        if (
            m is None
            or kind_of(who(m.start())) not in (ActorKind.STATE, ActorKind.MERCENARY)
            or who(m.start()) in SOURCES
        ):
            return []
    if (
        _NOT_TAKEN.search(text[: m.start()])
        or _ATTEMPTED.search(text[: m.start()])
        or re.match(r".{0,60}\ben vain\b", text[m.end() :])
    ):
        return []
    code = who(m.start())
    holder = next((n for n in named if n.start >= m.end() and n.kind in ARMED_KINDS), None)
    if (
        holder
        and "mains" in m.group()
        and re.search(r"\b(?:ce dernier|celui-ci|le groupe|ces derniers)\b", text[holder.end :])
    ):
        code = holder.code
    said_ = [StatedClaim(code, ClaimKind.CONTROL, m.start(), ClaimRule.CONTROL)]
    if kind_of(code) == ActorKind.STATE and code not in SOURCES:
        said_.append(StatedClaim(code, ClaimKind.RESPONSIBILITY, m.start(), ClaimRule.TOOK_THE_PLACE))
    return said_
