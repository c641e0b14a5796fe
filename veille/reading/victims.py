"""The words of a toll: people by the side they are on, what befell them, and what is counted beside people."""

from __future__ import annotations

import re

from veille.codes import Outcome, Victims

MILITARY = r"combattants? pro-?gouvernementaux|soldats?(?! de la paix)|militaires?|gendarmes?|policiers?|gardes?(?: nationaux)?|vdp|volontaires?(?: pour la defense de la patrie)?|suppletifs?|casques? bleus?|soldats? de la paix|dozos?|chasseurs?|fama|fds|officiers?|sous-officiers?|mercenaires?(?: russes)?|paramilitaires? russes|russes|wagner|agents? (?:des eaux|des forces|de securite|de police)|douaniers?|elements? (?:des forces|de l'armee|des fds|de la garde|des vdp|de la gendarmerie)|membres? des forces|militaires? et (?:vdp|gendarmes)|forces? de (?:defense|securite)|combattants? (?:de wagner|d'africa corps|de l'armee)|sentinelles?|parachutistes?|rangers? de l'armee|hommes? de troupe|fils de la nation"
ASSAILANTS = r"terroristes?|d?jihadistes?|assaillants?|combattants?|ennemis?|criminels?|bandits?|rebelles?|insurges?|malfaiteurs?|malfrats?|islamistes?|hani|elements? (?:terroristes?|ennemis?|du (?:jnim|gsim|csp|fla)|armes)|agresseurs?|attaquants?|kamikazes?|hommes? armes?|extremistes?|miliciens?|separatistes?|membres? (?:du|de) (?:groupe|jnim|gsim|l'organisation|boko haram|l'iswap|l'eigs)|(?:chefs?|commandants?|cadres?) (?:terroristes?|jihadistes?|(?:local|locaux|militaire|present) d\w+ (?:jnim|gsim|eigs|groupe)|de l'etat islamique|de l'eigs?|du jnim|du gsim|d'aqmi|de boko haram)|emirs?|individus? armes?|gat\b|ravisseurs?|suspects?"
CIVILIANS = r"civils?|habitants?|villageois(?:es)?|enfants?|femmes?|passagers?|fideles?|orpailleurs?|enseignants?|eleves?|commercants?|bergers?|eleveurs?|agriculteurs?|cultivateurs?|paysans?|deplaces?|refugies?|chauffeurs?|conducteurs?|routiers?|voyageurs?|pecheurs?|ouvriers?|travailleurs?|humanitaires?|journalistes?|forains?|vendeurs?|vendeuses?|notables?|ressortissants?|otages?|ames?|vieillards?|jeunes?|bouchers?|mineurs?|creuseurs?|camionneurs?|transporteurs?|maires?|prefets?|pretres?|imams?|agents? de sante|fonctionnaires?|paroissiens?|militants?|manifestants?|innocents?|adolescents?|bebes?|peuls?|eleveurs? peuls?|responsables?|participants?|cadres?|elus?|jeunes gens|gardes forestiers|chretiens?|populations"
PEOPLE = r"personnes?|hommes?|individus?|corps|victimes?|vies?|vies humaines|gens|depouilles?|cadavres?|des leurs|des siens|membres?|elements?|pertes?(?: humaines?| en vies humaines)?|otages?"
ADJ = r"(?:\s+(?:(?!ont|sont|etaient|est|a|ete|tue|mort|bless|dans|par|et|dont|pour|selon|qui|sur|se|en|de|du|des|d')[\w'-]+)){0,3}?"
GROUPS = (
    (Victims.MILITARY, MILITARY),
    (Victims.ASSAILANTS, ASSAILANTS),
    (Victims.CIVILIANS, CIVILIANS),
    (Victims.UNSPECIFIED, PEOPLE),
)
NOUN = "|".join(rf"(?P<{name}>(?:{pattern})(?!\w))" for name, pattern in GROUPS)

KILLED = r"tue(?:e?s?)?\b|morts?\b|mortes?\b|peri\b|deced|abatt|assassin|execut|massacr|egorg|decapit|trouve la mort|perdu la vie|succomb|neutralis|elimin|decim|laisse la vie|tombe(?:s|es)? (?:au|les armes|en)|mis(?:es)? hors (?:d'etat de nuire|de combat)|deces|\bsacrifi|tombes\b|brules? vif|calcine|mortellement|fauche|tues? net|ensevel|inhum|enterre|noye"
WOUNDED = r"bless|touche(?:s|es)?\b|evacue|atteinte?s? (?:par|d'une? balle)"
CAPTURED = r"captur|faits? prisonniers?|prisonniers?|arret|interpell|mis(?:es)? aux arrets|apprehend|detenus?"
ABDUCTED = r"enlev|kidnapp|pris(?:es)? en otages?|otages?|emmen|embarqu|ravi(?:s|es)\b|rapt|retenus?|sequestr|portes? disparus?|(?:pas|jamais) (?:reparu|revenue?s)"
OUTCOMES = (
    (Outcome.KILLED, KILLED),
    (Outcome.WOUNDED, WOUNDED),
    (Outcome.CAPTURED, CAPTURED),
    (Outcome.ABDUCTED, ABDUCTED),
)
OUTCOME = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern}))" for name, pattern in OUTCOMES))

BARE_NOUN = re.compile(
    r"\s*(?:de |d')?(?:nouveaux |autres )?(?:(?P<killed>morts?|tues?|decedes?|deces|pertes?(?: en vies humaines| humaines)?)|(?P<wounded>bless(?:e|es|ee|ees))|(?P<captured>prisonniers?|captures?)|(?P<abducted>enlevements?|otages?|enleves?))(?!\w)"
)
AFTER = re.compile(
    rf"\s*(?:(?:corps|depouilles|cadavres) (?=(?:de |d')(?:{ASSAILANTS}|{MILITARY}|{CIVILIANS})))?(?:autres |de |d'|des |de leurs |de ses |de nos |nouveaux |jeunes |vaillants )*(?:{NOUN})"
)
SKIP = re.compile(
    r"\s*(?:motos?|vehicules?|pick-?up|armes?|maisons?|cases?|boutiques?|km|kilometres?|jours?|mois|ans?|annees?|heures?|semaines?|localites?|villages?|frappes?|attaques?|positions?|camps?|tonnes?|familles?|positions|fusils?|tetes?|pays|regions?|communes?|bases?|fois|drones?|camions?|cars?|autocars?|obus|engins?|sites?|ecoles?|incidents?|reprises?|directions?|%|francs|milliards|minutes?|metres?)\b"
)
PERIOD = re.compile(
    r"depuis (?:20\d\d|le debut de l'annee|janvier|20|\w+ ans|des annees)|en un an\b|cette annee|par an\b|en 20\d\d\b(?! a)|au cours de l'annee|selon (?:l'ong )?acled|l'an dernier|en \w+ ans\b|en (?:une|deux|trois) semaines?\b|dans (?:plusieurs|une serie d'|differentes|les dernieres) ?attaques|\b(?:entre|de) (?:\w+ )?20\d\d (?:et|a) (?:\w+ )?20\d\d|par an\b|ces dernieres annees|au total depuis|par mois|en six mois|du conflit|de la guerre"
)
SIDE = (
    (
        Victims.MILITARY,
        re.compile(
            r"(?:dans les rangs (?:de l'armee|des (?:fds|fama|forces|soldats|militaires|vdp)|amis?|de nos forces|militaires|des forces|de la)|parmi les (?:soldats|militaires|forces|vdp|gendarmes|fama)|pertes amies|bilan amis?\b|(?:l'armee|les (?:fama|fds|forces [\w ]{3,25})|l'etat-major) (?:\w+ )?(?:deplore|enregistre)(?:nt)?\b|(?:du )?cote (?:de l'armee|armee|fds|fama|ami|malien|burkinabe|nigerien|des fds|des forces|loyaliste|militaire)|rangs (?:fama|loyalistes|de l'armee)|des forces (?:armees|de defense|maliennes|burkinabe)|pertes? (?:de l'armee|amies?)|(?:l'armee|les fama|les forces) (?:a|ont|aurait|auraient) (?:perdu|deplor|enregistr))"
        ),
    ),
    (
        Victims.ASSAILANTS,
        re.compile(
            r"(?:dans (?:les|leurs) rangs (?:ennemis?|adverses?|des (?:assaillants|terroristes|jihadistes|combattants|rebelles)|terroristes)|dans leurs rangs|parmi les (?:assaillants|terroristes|jihadistes|combattants|attaquants|rebelles)|(?:depouilles|corps|pertes) ennemies|cote (?:ennemi|assaillant|terroriste|jihadiste|des assaillants|des terroristes|rebelle)|(?:du|les|le) (?:jnim|gsim|csp|fla|mouvement|groupe) .{0,40}(?:perdu|perdre)|perdant .{0,20}des leurs)"
        ),
    ),
    (
        Victims.CIVILIANS,
        re.compile(
            r"(?:tou(?:te)?s (?:des )?civil(?:e)?s|, des civils\b|(?:pour la plupart|en majorite|essentiellement|surtout) (?:des |de )?(?:enfants|femmes|vieillards|civils|personnes agees)|parmi les (?:civils|habitants|populations|villageois|passagers|fideles|forains|enfants|orpailleurs)|cote (?:civil|des civils))"
        ),
    ),
)
NO_LOSS = re.compile(
    r"sans faire de victimes?|(?:sans|aucune?|n'a (?:fait|subi|enregistre) aucune?|ni) (?:perte(?:s)?(?: humaine)?|victimes?|morts?|mort a deplorer|perte en vie humaine|vie humaine)(?! civile)|pas (?:de|fait de) (?:victimes?|morts?|pertes? humaines?)|ni morts? ni bless|n'a perdu aucun (?:homme|combattant|soldat)|n'avoir (?:perdu|enregistre|subi) aucun(?:e)? (?:homme|combattant|perte|victime)|indemnes?"
)
UNKNOWN_TOLL = re.compile(
    r"(?:ne (?:mentionne|signale|fait etat|donne|parle|precise|communique|dit)|n'(?:a|ont|est|etait)|sans (?:donner|preciser|mentionner)|aucun bilan|pas de bilan|ignore|on ne sait|ni le nombre)"
)
BY_DOZENS = re.compile(
    r"\b(?:(?P<killed>tues?|tuees|massacres?|abattus|morts)|(?P<wounded>blesses)) par (?:dizaines|centaines)"
)
#: "tué la veille, au même endroit, dix combattants": when and where stand between the verb and its object.
ADVERBIAL = re.compile(
    r"\b(?:avoir|ont|a|en)\s(?:\w+ )?(?:(?P<killed>tue|abattu|neutralise|elimine|tuant)|(?P<captured>capture|arrete|interpelle)|(?P<abducted>enleve|kidnappe))\s(?:,\s)?(?:la veille|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ce jour|au meme|dans l|lors d|au cours|au total|sur place)[^.;:0-9]{0,45}[, ]$"
)
#: "le nombre de militaires tués atteint désormais 58"
NUMBER_OF = re.compile(
    rf"\bnombre (?:de |d'|des )(?:{NOUN})?[^.;:,]{{0,30}}?(?:{KILLED})[^.;:,]{{0,30}}?(?:atteint|atteignait|passe|s'eleve|s'elevait|s'etablit|monte|grimpe|est|porte)\w* (?:desormais |maintenant |ainsi )?(?:a |de )?$"
)
#: "les pertes ennemies, évaluées à plus de 400": what is counted stands before.
ESTIMATED = re.compile(
    r"\b(?P<noun>pertes|victimes|morts|tues)\b(?P<whose>[^.;:]{0,40}?)(?:evalue|estime|chiffre)\w*(?: par [\w' -]{2,30}?)? a (?:au moins |pres de |plus de )?$"
)
TRANSITIVE = re.compile(
    r"(?:tue|abatt|assassin|execut|egorg|neutralis|elimin|decim|massacr|captur|arret|interpell|enlev|kidnapp|emmen|bless)\w*\b(?!\s+(?:et|ou|,|dans|lors|par|$))"
)
_OFFICE = r"(?:maire|prefet|sous-prefet|gouverneur|chef (?:du |de )(?:village|canton|quartier|terre)|imam|pretre|cure|eveque|pasteur|journaliste|enseignant|enseignante|directeur|directrice|infirmier|infirmiere|medecin|depute|conseiller (?:municipal|communal)|notable|marabout|commercant|berger|touriste|ressortissant|missionnaire|humanitaire)"
#: One person told by an office and no number: "le maire de la commune a été assassiné", "ont enlevé le préfet".
ONE_PERSON = re.compile(
    rf"\b(?:le|la|l'|son|leur) ?(?:ancien |adjoint au |premier )?{_OFFICE}\b[^.;:]{{0,60}}?\b(?:a|avait|aurait) ete (?:\w+ment )?(?:(?P<killed>assassine|tue|abattu|egorge|execute|decapite)|(?P<abducted>enleve|kidnappe|emmene|pris en otage))e?\b"
    rf"|\b(?:ont|a|avoir|avaient|auraient) (?:\w+ment )?(?:(?P<killed2>assassine|tue|abattu|egorge|execute|decapite)|(?P<abducted2>enleve|kidnappe|emmene)) (?:le|la|l'|son|leur) ?(?:ancien |premier )?{_OFFICE}\b"
)
#: The verb or its noun right before the figure: "tuant", "la mort de", "la neutralisation d'(une dizaine)".
VERB_BEFORE = re.compile(
    r"(?:(?P<killed>tua(?:nt|it)|tue[rs]?|tues?|ont tue|a tue|abattu|abattre|abattant|neutralis\w+(?: de| d')?|elimin\w+(?: de| d')?|execut\w+(?: de| d')?|assassin\w+(?: de| d')?|egorg\w+|massacr\w+|coute la vie a|la mort d[e']|la perte d[e']|perdu|perdant|perdre|decim\w+|deces d[e']|tomber|perte de|mort a|vie a|enterr\w+|inhum\w+|corps d[e'])|(?P<wounded>bless(?:e|ant|er|ees?)|fait)|(?P<captured>captur\w+(?: de| d')?|arr(?:et|est)\w+(?: de| d')?|interpell\w+(?: de| d')?|apprehend\w+|fait prisonniers?|detenir|detient|detiennent|detenant)|(?P<abducted>enlev\w+(?: de| d')?|kidnapp\w+(?: de| d')?|emmen\w+|otage))\s*(?:(?:egalement|aussi|environ|notamment|lui aussi|sur le coup|sur place|grievement|legerement|mortellement|lachement|froidement|sommairement)\s*)?(?:[\"]\s*)?(?:les |l'|le |la )?$"
)
#: "trois ont été capturés", "deux autres blessés": the fate of people counted before.
OF_THEM = re.compile(
    r"\s*(?:d'entre eux |autres?\s*|des leurs )?(?:personnes )?(?:(?:grievement|legerement|plus ou moins) )?(?:(?:ont|sont|etaient|a|est) (?:ete )?)?(?:(?P<killed>tues?|morts?|abattus?|decedes?)|(?P<wounded>bless\w+)|(?P<captured>captur\w+(?: de| d')?|faits? prisonniers?|arretes?|interpelles?)|(?P<abducted>enleve\w*|emmenes?|pris en otage|portes disparus|disparus))\b"
)
DOING = re.compile(
    r"en (?:(?P<killed>tuant|abattant)|(?P<wounded>blessant|faisant bless)|(?P<captured>capturant|arretant)|(?P<abducted>enlevant|emmenant))\s*(?:au moins |plus de )?$|(?:avoir|a|ont|et) (?:en (?:avoir )?)?(?P<capt2>capture|arrete)\s*$|(?:en )?(?:avoir |ont |a )?(?:fait )?(?P<capt3>prisonniers?)\s*$|(?:et|a|ont) (?:en )?(?P<hurt>blesse)(?: grievement| legerement)?\s*$"
)
#: Between the people and their fate, a preposition begins somebody else's part of the sentence; a passive ends the search.
OTHER_OBJECT = re.compile(r"\b(?:par|contre|a|sur|vers)\b")
PASSIVE = re.compile(r"\b(?:n')?(?:ont|a|avaient|avait|auraient|aurait|sont|etaient)\b")
#: "Dix soldats ont arrêté trente hommes": who acts is not who was hit.
ACTS = re.compile(r"\b(?:ont|a|avaient|avait|auraient|aurait)\s+(?:\w+ )?$")
FREED = re.compile(r"\b(?:liber|relach|recouvr)\w*[^,;]{0,15}$")
QUOTES = re.compile(r"[\"«»“”]")
CLAUSE = re.compile(
    r", qui\b|\bl'ont\b|[;:]|, (?:et |tandis|alors|mais|pendant)|\bmais\b|\btandis que\b|\balors que\b|\. "
)
