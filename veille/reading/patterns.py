"""The words before a name that make it a place, a region or a road: what several rules of places share."""

from __future__ import annotations

import re

from veille.codes import PlaceLevel

#: What stands before a name and makes it something is shorter than this; nothing farther off is looked at.
REACH = 160
#: "à Ménaka, ainsi que Gossi": the words between two names of an enumeration are shorter than this.
BETWEEN = 24


def before(text: str, at: int) -> str:
    """Return what stands before a place in a sentence, as far as it matters there."""
    return text[max(0, at - REACH) : at]


_HEAD_POINT = r"(?:village|localite|ville|bourgade|bourg|hameau|camp|camps|base|garnison|poste|position|caserne|quartier|site|commune rurale|commune urbaine|cite|emprise|campement|marche|aerodrome|aeroport|carriere|mine|forage|detachement|verrou|secteur|zone|foret|commune|bac|pont|barrage|hopital|prison)s?"
BEFORE_POINT = re.compile(
    r"(?:^|[\s(\"'\[])(?:a|au|aux|dans|vers|pres d[eu']|pres|non loin d[eu']|autour d[eu']|aux? (?:environs|alentours|abords|portes|confins|large|sud|nord|est|ouest|centre|sortie|entree|niveau|coeur|hauteur)[\w-]* d[eu']"
    rf"|a hauteur d[eu']|(?:l'|la |le |les |du |de la |de l'|des |un |une |ce |cette |deux )?(?:nord|sud|est|ouest|nord-est|nord-ouest|sud-est|sud-ouest) (?:du |de la |de l'|de |d'){{1,2}}|jusqu'a|depuis|entre|sur|contre|visant|vise|frappe|attaque|attaquant|quitte|quittant|rejoindre|rallier|reliant|ralliant|investi|pris|repris|occupe|occupant|bombarde|reprise d[eu']|prise d[eu']|chute d[eu']|bataille d[eu']|il s'agit d[eu']|c'est|attaques? (?:de |d'|du |a |contre )|assaut (?:de |d'|sur |contre )|tuerie d[eu']|massacre d[eu']|drame d[eu']|embuscade d[eu']|combats? d[eu']"
    rf"|{_HEAD_POINT}(?: (?:de l'armee|militaires?|malien(?:ne)?s?|burkinabe|nigerien(?:ne)?s?|avancee?|strategique|mixte|frontaliere?|auriferes?|rurale?|peule?|de deplaces|de refugies|vdp|des vdp|fama|des fama))? (?:de la |de l'|de |d'|du |des |dite? )?|(?:vdp|fds|fama|famas|soldats|militaires|gendarmes|policiers|volontaires|dozos|douaniers|forains) (?:de |d'|du )|km (?:de |d'|du )|kilometres (?:de |d'|du )|(?:celles?|celui|ceux) (?:de |d')|(?:axe|route|troncon|trajet|ligne|piste|corridor)s? (?:de |d'|du )?|(?:habitants|populations|residents|ressortissants|maire|prefet|sous-prefet|notables|chef) d[eu']|(?:direction|provenance|partance) d[eu']|basee?s? a|situee?s? a|denommee?s?|appelee?s?|nommee?s?|baptisee?s?|dite?s?)\s*(?:l'|la |le |les )?[\"«]?\s*$"
)
BEFORE_AREA = {
    PlaceLevel.ADMIN1: re.compile(
        r"(?:region|regions|etat|state|district|gouvernorat) (?:de la |de l'|de |d'|du |des |administrative d[eu'])?\s*$"
    ),
    PlaceLevel.ADMIN2: re.compile(
        r"(?:cercle|cercles|province|provinces|departement|departements|prefecture|arrondissement) (?:de la |de l'|de |d'|du |des )?\s*$"
    ),
    PlaceLevel.COMMUNE: re.compile(r"communes? (?:rurales? |urbaines? )?(?:de la |de l'|de |d'|du |des )?\s*$"),
}
ROAD = re.compile(r"(?:axe|route|troncon|trajet|piste|corridor|routes|axes|nationale \d+|rn ?\d+)[^,.;]{0,25}$")
ABOUT = re.compile(
    r"(?:pres d[eu']|aux? (?:environs|alentours|abords)[\w-]* d[eu']|non loin d[eu']|autour d[eu']|au (?:nord|sud|est|ouest)[\w-]* d[eu']|a hauteur d[eu']|(?:nord|sud|est|ouest) d[eu']|dans (?:la zone|le secteur) d[eu'])\s*(?:la |le |l')?$"
)
