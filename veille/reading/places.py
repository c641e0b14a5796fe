"""Which places a sentence names, and as what: the scene, a landmark, a container, a capital that speaks.

Rules, longest name first:
- a name of the overlay counts wherever it stands; a name of the dumps needs a place before it ("à", "village de",
  "au nord de"), since "Est", "Fin", "Centre" and half of all family names are villages somewhere;
- "région de", "cercle de", "province du" say the level; "ville de", "village de", "camp de" another;
- "X, à 90 km de Y" gives X, with Y as a landmark; "à 40 km au nord de Y" gives a point 40 km north of Y (precision 2);
- "entre X et Y", "axe X-Y", "route X-Y" give one stretch of road (precision 2), halfway;
- a capital without "à", "dans", "près de" is a government;
- among homonyms the one in the country of the article, in a container named beside it, nearest to its other places;
- a capitalised name after "village de", "localité de" that no gazetteer knows is kept by its name.
"""

from __future__ import annotations

import math
import re
from collections import ChainMap, Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from veille.cleaning import fold
from veille.reading.gazetteer import POINT_LEVELS, REGION, Gazetteer, Span, km, name_spans, spellings
from veille.reading.numbers import _CARDINAL, quantities
from veille.reading.sentences import Sentence
from veille.records import Place

AREA_LEVELS = frozenset({"admin1", "admin2", "commune", "area"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A place named in a sentence; `kind` scene | landmark | area | country | speaker | elsewhere."""

    start: int
    end: int
    place: Place
    kind: str
    rule: str
    strength: float = 1.0


_HEAD_POINT = r"(?:village|localite|ville|bourgade|bourg|hameau|camp|camps|base|garnison|poste|position|caserne|quartier|site|commune rurale|commune urbaine|cite|emprise|campement|marche|aerodrome|aeroport|carriere|mine|forage|detachement|verrou|secteur|zone|foret|commune|bac|pont|barrage|hopital|prison)s?"
_BEFORE_POINT = re.compile(
    r"(?:^|[\s(\"'\[])(?:a|au|aux|dans|vers|pres d[eu']|pres|non loin d[eu']|autour d[eu']|aux? (?:environs|alentours|abords|portes|confins|large|sud|nord|est|ouest|centre|sortie|entree|niveau|coeur|hauteur)[\w-]* d[eu']"
    rf"|a hauteur d[eu']|(?:l'|la |le |les |du |de la |de l'|des |un |une |ce |cette |deux )?(?:nord|sud|est|ouest|nord-est|nord-ouest|sud-est|sud-ouest) (?:du |de la |de l'|de |d'){{1,2}}|jusqu'a|depuis|entre|sur|contre|visant|vise|frappe|attaque|attaquant|quitte|quittant|rejoindre|rallier|reliant|ralliant|investi|pris|repris|occupe|occupant|bombarde|reprise d[eu']|prise d[eu']|chute d[eu']|bataille d[eu']|attaques? (?:de |d'|du |a |contre )|assaut (?:de |d'|sur |contre )|tuerie d[eu']|massacre d[eu']|drame d[eu']|embuscade d[eu']|combats? d[eu']"
    rf"|{_HEAD_POINT}(?: (?:de l'armee|militaires?|malien(?:ne)?s?|burkinabe|nigerien(?:ne)?s?|avancee?|strategique|mixte|frontaliere?|auriferes?|rurale?|peule?|de deplaces|de refugies|vdp|des vdp|fama|des fama))? (?:de la |de l'|de |d'|du |des |dite? )?|(?:vdp|fds|fama|famas|soldats|militaires|gendarmes|policiers|volontaires|dozos|douaniers|forains) (?:de |d'|du )|km (?:de |d'|du )|kilometres (?:de |d'|du )|(?:celles?|celui|ceux) (?:de |d')|(?:axe|route|troncon|trajet|ligne|piste|corridor)s? (?:de |d'|du )?|(?:habitants|populations|residents|ressortissants|maire|prefet|sous-prefet|notables|chef) d[eu']|(?:direction|provenance|partance) d[eu']|basee?s? a|situee?s? a|denommee?s?|appelee?s?|nommee?s?|baptisee?s?|dite?s?)\s*(?:l'|la |le |les )?[\"«]?\s*$"
)
_BEFORE_AREA = {
    "admin1": re.compile(r"(?:region|regions|etat|state|district|gouvernorat) (?:de la |de l'|de |d'|du |des |administrative d[eu'])?\s*$"),
    "admin2": re.compile(r"(?:cercle|cercles|province|provinces|departement|departements|prefecture|arrondissement) (?:de la |de l'|de |d'|du |des )?\s*$"),
    "commune": re.compile(r"communes? (?:rurales? |urbaines? )?(?:de la |de l'|de |d'|du |des )?\s*$"),
}
_COMPASS_ONLY = frozenset({"est", "nord", "sud", "ouest", "centre", "sahel", "centre est", "centre nord", "centre ouest", "centre sud", "sud ouest", "nord ouest", "sud est", "nord est", "plateau", "cascades", "lac", "littoral", "savanes", "centrale", "niger", "benin"})  # fmt: skip
_FUNCTION_WORDS = "de la le les des du au aux a en et sur par dans pres apres contre pour est son sa ses ces ce cet cette un une qui que dont ou ni ne pas plus il elle ils elles on nous vous leur leurs sous entre vers chez avec sans mais donc or car si se"
_NOT_A_NAME = frozenset(_FUNCTION_WORDS.split()) | frozenset({"fama", "famas", "fds", "vdp", "bani", "le", "la", "les", "un", "une", "des", "son", "fin", "an", "ce", "il", "elle", "on", "dans", "pour", "depuis", "selon", "mais", "dix", "sept", "six", "mars", "mai", "dieu", "samedi", "dimanche", "lundi", "source", "urgent", "flash", "mali", "ligne", "ville", "force", "forces", "conseil", "etat", "premier", "ministre", "president", "general", "capitaine", "colonel", "commandant", "alliance", "union", "nation", "nations", "azawad", "afrique", "europe", "ici", "niamey direct", "radio", "armee", "base", "camp", "route", "nouvelle", "kati fm", "mena", "sao", "aigles", "info", "croix rouge"})  # fmt: skip
_UNKNOWN = re.compile(
    r"(?:(?:aux environs|aux alentours|aux abords|a proximite|a hauteur|non loin|pres|dans la zone|dans le secteur|dans les environs)(?: du village| de la localite)? (?:de |d')|(?:village|localite|hameau|bourgade|bourg|campement|position(?:s)? des vdp|vdp|camp|poste|ville|commune|site)s? (?:de |d'|du |dit |nomme |appele |des vdp de ))[\"]?\s*$"
)
_AT = re.compile(r"(?:^|[\s(\"'])(?:a|pres d[e']|vers|entre|et)\s*$")
_DIRECTION = re.compile(
    rf"(?:a|environ|quelque)\s+(?:(?:une?|quelques|plus d[e']|moins d[e']|pres d[e']|environ|quelque|moins d'une|un peu plus de)\s*)*(?P<n>{_CARDINAL}|vingtaine|dizaine|quinzaine|trentaine|quarantaine|cinquantaine|centaine)?(?:ne)?\s*(?:de\s+)?(?:km|kilometres?)\s+(?:(?:a|au|a l')\s*(?:vol d'oiseau\s*)?)?(?:(?:l'|la )?(?P<dir>(?:nord|sud|est|ouest)(?:-(?:est|ouest))?)\s+)?(?:de la |de l'|de |d'|du )\s*$"
)
#: Stands for the place last spoken of, until the incident is known: "au nord de la localité".
HERE = "(ici)"
_FROM_HERE = re.compile(
    rf"(?:a|environ|quelque)\s+(?:(?:une?|plus d[e']|moins d[e']|pres d[e']|environ|quelque)\s*)*(?P<n>{_CARDINAL}|vingtaine|dizaine|quinzaine|trentaine|quarantaine|cinquantaine|centaine)\s*(?:de\s+)?(?:km|kilometres?)\s+(?:(?:a|au|a l')\s*(?:vol d'oiseau\s*)?)?(?:(?:l'|la )?(?P<dir>(?:nord|sud|est|ouest)(?:-(?:est|ouest))?)\s+)(?:de la (?:localite|ville|commune)|du (?:village|bourg|marche|camp|site)|de (?:celle-ci|celui-ci|cette localite|ce village|cette ville))"
)
_BEARING = {"nord": 0, "nord-est": 45, "est": 90, "sud-est": 135, "sud": 180, "sud-ouest": 225, "ouest": 270, "nord-ouest": 315}
_APPOSED = re.compile(r"(?:^|[,(;-]\s*|situee?s? |sise? |localisee? |distante? |se trouve )[^,;]{0,40}$")
_ABOUT = re.compile(r"(?:pres d[eu']|aux? (?:environs|alentours|abords)[\w-]* d[eu']|non loin d[eu']|autour d[eu']|au (?:nord|sud|est|ouest)[\w-]* d[eu']|a hauteur d[eu']|(?:nord|sud|est|ouest) d[eu']|dans (?:la zone|le secteur) d[eu'])\s*(?:la |le |l')?$")
_ROAD = re.compile(r"(?:axe|route|troncon|trajet|piste|corridor|routes|axes|nationale \d+|rn ?\d+)[^,.;]{0,25}$")
_CAPITALS = frozenset({"bamako", "ouagadougou", "ouaga", "niamey", "n djamena", "ndjamena", "nouakchott", "dakar", "abidjan", "yamoussoukro", "cotonou", "porto novo", "lome", "abuja", "conakry", "accra", "koulouba", "kati", "kosyam"})  # fmt: skip
_IN_CAPITAL = re.compile(r"(?:^|[\s(\"])(?:a|dans (?:la ville|les rues|le centre|un quartier) de|pres d[e']|aux? (?:environs|abords|portes|sortie|entree|centre) d[e']|quartier d[e']|au coeur d[e']|(?:aeroport|base aerienne|camp) (?:de |d'|du )[\w' -]{0,20})\s*$")
_SPEECH_NEAR = re.compile(r"declar|annonc|affirm|indiqu|publi|diffus|communiqu|conference|reuni|recu|evacu|transfer|soign|rencontr|arriv")
#: Where somebody goes, comes from or is cared for is not where it happened.
_AWAY = re.compile(
    r"(?:evacu|transport|transfer|soign|conduit|achemin|ramen|repli|refug|fui|partis?|parti(?:e|es)?|rejoin|rallier|arriv|atteint|gagn|rentr|retourn|reflu|recueill|bas[eo]|stationn|cantonn|venu|hospitalis|admis|inhum|enterr|accueill|depech|se rend|rendu|quitt|destination|provenance|direction|hopital|centre de sante|clinique|base)\w*(?: (?!attaqu|tue|embusc)[\w'-]+){0,3} (?:a|vers|de|d'|sur|pour|depuis|du|jusqu'a|en direction de|l'hopital de|par)\s*$"
)
_OFFICE = re.compile(r"(?:parquet|tribunal|procureur|cour d'appel|prison|gouverneur|gouvernorat|maire|mairie|hopital|prefet|haut-commissaire|juridiction|justice|depute|imam|eveque|diocese|marche central|joints?|jointe|contactee?s?|interrogee?s?|base|basee?s?|correspondant|originaires?|venue?s?|natifs?|chercheur|gare) (?:central |regional |pres |militaire )?(?:a |de |d'|du |depuis |au )$")
_DATELINE = re.compile(r"^\W*([A-ZÀ-ÖØ-Þ][\w'’/ \-]{2,40}?)(?:\s*\(([^)]{2,30})\))?\s*(?:,\s*(?:le\s+)?\d{1,2}\s+[\w.]+(?:\s+\d{4})?)?\s*(?:\([^)]{2,40}\)\s*)?[-–—:]\s")


def dateline_end(sentence: Sentence) -> int:
    """How much of a body's first sentence is its dateline: "BAMAKO - ", "Ouagadougou, 13 nov. – "; 0 for none."""
    m = _DATELINE.match(sentence.text)
    if not m or sentence.is_title:
        return 0
    is_caps = m[1].isupper() and len(m[1]) > 2
    return m.end() if is_caps or re.search(r"\d{1,2}\s+\w+\.?\s*(?:\d{4})?\s*[-–—:]\s$", m.group()) else 0


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole article says of where it is: countries by weight, and places already settled."""

    countries: Counter[str]
    settled: tuple[Place, ...] = ()

    @property
    def country(self) -> str:
        return max(self.countries.items(), key=lambda kv: (kv[1], kv[0]))[0] if self.countries else ""


_DEMONYM = {
    "ML": r"\bmali\b|malien", "BF": r"burkina|\bfaso\b", "NE": r"\bniger\b|nigerien", "TD": r"\btchad|tchadien", "MR": r"mauritanie", "BJ": r"\bbenin|beninois",
    "TG": r"\btogo\b|togolais", "NG": r"nigeria|borno\b", "CI": r"cote d'ivoire|ivoirien", "SN": r"senegal", "GN": r"\bguinee\b|guineen", "GH": r"\bghana",
    "CD": r"\brdc\b|congo|\bm23\b|\badf\b|kivu|ituri", "SD": r"soudan|darfour|\bfsr\b|khartoum", "SO": r"somali|chebab|shebab|shabaab", "CM": r"cameroun", "CF": r"centrafri|\brca\b",
    "UA": r"ukrain", "RU": r"\brussie\b", "PS": r"\bgaza\b|palestin|hamas|israel", "ML2": r"azawad", "PK": r"pakistan", "AF": r"afghan", "MZ": r"mozambi|cabo delgado",
    "HT": r"haiti", "LY": r"\blibye|libyen", "ET": r"ethiopi", "KE": r"\bkenya|kenyan", "UG": r"ouganda", "SY": r"\bsyrie", "YE": r"yemen", "IQ": r"\birak", "FR": r"\bparis\b|hexagone", "PH": r"philippin",
    "SS": r"soudan du sud", "BI": r"burundi", "RW": r"rwanda", "NG-S": r"\bbenue\b|\bjos\b", "DZ": r"algerie", "CO": r"colombi", "MX": r"mexi", "IR": r"\biran\b", "LB": r"\bliban",
}  # fmt: skip
_DEMONYMS = {cc: re.compile(p) for cc, p in _DEMONYM.items()}


def context(sentences: Sequence[Sentence], gazetteer: Gazetteer, outlet_country: str) -> Context:
    """Weigh the countries of an article: title and lede count more, the outlet's own a little."""
    weights: Counter[str] = Counter({outlet_country: 1} if outlet_country in REGION else {})
    settled: list[Place] = []
    for s in sentences:
        weight = 3 if s.index <= 1 else 2 if s.index <= 3 else 1
        for cc, pattern in _DEMONYMS.items():
            if n := len(pattern.findall(s.plain)):
                weights["ML" if cc == "ML2" else cc] += weight * min(n, 2)
        for span in _longest(name_spans(s.text), gazetteer):
            ours = gazetteer.overlay.get(span.folded, ())
            if span.folded in gazetteer.elsewhere:
                weights[gazetteer.elsewhere[span.folded]] += weight
            elif len({p.country for p in ours}) == 1 and span.folded not in _COMPASS_ONLY:
                weights[ours[0].country] += weight
                settled.extend(p for p in ours[:1] if p.level in POINT_LEVELS)
    return Context(weights, tuple(dict.fromkeys(settled))[:12])


def _longest(spans: Iterable[Span], gazetteer: Gazetteer) -> list[Span]:
    kept: list[Span] = []
    known = [s for s in spans if s.folded not in _NOT_A_NAME and (s.folded in gazetteer.elsewhere or gazetteer.overlay.get(s.folded) or s.folded in gazetteer.dumps)]
    for span in sorted(known, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


_UNKNOWN_AT = re.compile(r"(?:^|[\s(])(?:a|\\bvillage de|localite de|hameau de|village d'|localite d')\s*$")


def with_unknown(sentences: Sequence[Sentence], gazetteer: Gazetteer, ctx: Context) -> Gazetteer:
    """The gazetteer with the names that this article alone shows to be places ("à X", "le village de X"): they then count
    wherever the article names them."""
    extra: dict[str, tuple[Place, ...]] = {}
    for s in sentences:
        if s.text.isupper():
            continue
        for m in _NAME.finditer(s.text):
            name = re.split(r"\s(?:de|du)$", m.group())[0]
            folded = fold(name)
            if len(name) < 5 or folded in _NOT_A_NAME or folded in gazetteer.overlay or folded in gazetteer.dumps or folded in gazetteer.elsewhere or name.isupper():
                continue
            if _UNKNOWN_AT.search(s.plain[: m.start()]) and not _near_spelling(folded, ctx.country):
                extra[folded] = (Place(name, ctx.country, level="village", source="text", precision=3),)
    return replace(gazetteer, overlay=ChainMap(extra, gazetteer.overlay)) if extra else gazetteer  # type: ignore[arg-type]


def find(sentence: Sentence, gazetteer: Gazetteer, ctx: Context, is_lede: bool = False, taken: Sequence[tuple[int, int]] = ()) -> list[Hit]:
    """Every place named in a sentence, in order; `taken` are stretches that name an actor."""
    skip = dateline_end(sentence) if is_lede else 0
    hits: list[Hit] = []
    spans = [s for s in _longest(name_spans(sentence.text), gazetteer) if s.start >= skip and all(s.end <= a or s.start >= b for a, b in taken)]
    containers = _containers(spans, sentence, gazetteer)
    for span in spans:
        if hit := _judge(span, sentence, gazetteer, ctx, containers, spans):
            hits.append(hit)
    hits += _unknown(sentence, hits, skip, gazetteer, ctx)
    for m in _FROM_HERE.finditer(sentence.plain):
        hits.append(Hit(m.start(), m.end(), _moved(Place(HERE, "", latitude=0.0, longitude=0.0, level="site"), m, ""), "scene", "distance from the place last spoken of", 0.8))
    return _roads(sentence, _apposed(sentence, sorted(hits, key=lambda h: h.start)))


def _containers(spans: Sequence[Span], sentence: Sentence, gazetteer: Gazetteer) -> list[Place]:
    found = []
    for span in spans:
        before = sentence.plain[: span.start]
        for level, pattern in _BEFORE_AREA.items():
            if pattern.search(before):
                found += [p for p in gazetteer.find(span.folded) if p.level == level]
    return found


def _judge(span: Span, sentence: Sentence, gazetteer: Gazetteer, ctx: Context, containers: Sequence[Place], spans: Sequence[Span]) -> Hit | None:
    before, text = sentence.plain[: span.start], sentence.text
    if span.folded in _NOT_A_NAME:
        return None
    candidates = gazetteer.find(span.folded)
    outside = gazetteer.elsewhere.get(span.folded)
    if outside and not (candidates and ctx.country in {p.country for p in candidates}):
        return Hit(span.start, span.end, Place(text[span.start : span.end], outside), "elsewhere", "name elsewhere")
    if not candidates:
        return None
    for level, pattern in _BEFORE_AREA.items():
        if pattern.search(before):
            of_level = [p for p in candidates if p.level == level] or ([p for p in candidates if p.level in AREA_LEVELS] if level != "commune" else list(candidates))
            if of_level:
                place = _choose(of_level, ctx, containers)
                kind = "scene" if place.level in POINT_LEVELS else "area"
                return Hit(span.start, span.end, place, kind, f"{level} by its head noun", 0.9 if kind == "area" else 0.5)
    is_ours = span.folded in gazetteer.overlay
    pointed = bool(_BEFORE_POINT.search(before))
    starts_title = sentence.is_title and (span.start == 0 or before.rstrip().endswith((":", ",", "-", "et", ".", '"')))
    if any(p.level == "country" for p in candidates) and not pointed:
        return Hit(span.start, span.end, next(p for p in candidates if p.level == "country"), "country", "country name", 0.2)
    if any(p.level == "country" for p in candidates):
        candidates = tuple(p for p in candidates if p.level == "country" or p.level in POINT_LEVELS)
        if not re.search(r"(?:ville|village|localite) d[eu']\s*$", before):
            return Hit(span.start, span.end, next(p for p in candidates if p.level == "country"), "country", "country name", 0.2)
    if span.folded in _CAPITALS:
        return _capital(span, sentence, candidates[0])
    if span.folded in _COMPASS_ONLY:
        return _compass(span, sentence, candidates, ctx, containers)
    listed = _is_listed(span, sentence, spans)
    if not is_ours and (not (pointed or starts_title or listed) or _is_person(span, sentence)):
        return None
    if is_ours and _is_person(span, sentence) and not pointed:
        return None
    points = [p for p in candidates if p.level in POINT_LEVELS]
    in_ctx = [p for p in candidates if not ctx.countries or ctx.countries.get(p.country, 0) > 0]
    if not is_ours and not in_ctx:
        return None
    pool = points or list(candidates)
    area_only = re.search(r"(?:dans (?:le|la|l'|les)|du|au|en|province du|zone du|du cote du)\s*$", before) and any(p.level in AREA_LEVELS for p in candidates)
    if area_only and not pointed:
        pool = [p for p in candidates if p.level in AREA_LEVELS]
    place = _choose(pool, ctx, containers)
    kind = "scene" if place.level in POINT_LEVELS else "area"
    if kind == "scene" and re.search(r"(?:route|axe|piste) (?:de |d'|du )$", before):
        place = replace(place, precision=2)
    if kind == "scene" and (away := _AWAY.search(before[-60:])) and not re.search(r"abords|environs|alentours|attaqu|tu[ee]|embusc", away.group()):
        return Hit(span.start, span.end, place, "landmark", "where they went or came from", 0.3)
    if kind == "scene" and _OFFICE.search(before):
        return Hit(span.start, span.end, place, "landmark", "seat of an office, or of who speaks", 0.3)
    return Hit(span.start, span.end, place, kind, "overlay" if place.source == "overlay" else "gazetteer with a place before it", 1.0 if pointed or starts_title else 0.7)


def _is_listed(span: Span, sentence: Sentence, spans: Sequence[Span]) -> bool:
    """Part of an enumeration of places: "à Ménaka, Labbezanga et Gossi", "Bourzanga-Kongoussi"."""
    before = sentence.plain[: span.start].rstrip()
    for other in spans:
        if other.end <= span.start:
            between = sentence.plain[other.end : span.start]
            if re.fullmatch(r"\s*(?:,|et|ou|-|/|, puis|puis|, et|, a|et a|et d'|et de|ainsi que|vers)\s*", between):
                return True
    return before.endswith("(")


def _is_person(span: Span, sentence: Sentence) -> bool:
    """A capitalised word stands right before or after without a preposition: "Simon Gnanou", "Traoré Ibrahim"."""
    before = re.search(r"([A-ZÀ-ÖØ-Þ][\w'’-]+)\s$", sentence.text[: span.start])
    if before and before[1].upper() != before[1] and not before[1].lower() in ("à", "a", "près", "dans", "village", "camp", "ville"):
        at = before.start(1)
        if at > 0 or before[1].lower() not in ("à", "de", "vers", "près", "entre"):
            return True
    after = re.match(r"\s([A-ZÀ-ÖØ-Þ][a-zà-ÿ]+)", sentence.text[span.end :])
    return bool(after) and not sentence.text[: span.start].strip() == "" or bool(re.search(r"\b(?:m|mme|dr|general|colonel|capitaine|commandant|lieutenant|president|ministre|procureur|porte-parole|imam)\.?\s$", sentence.plain[: span.start]))


def _capital(span: Span, sentence: Sentence, place: Place) -> Hit:
    before, after = sentence.plain[: span.start], sentence.plain[span.end : span.end + 30]
    if _IN_CAPITAL.search(before) and not _SPEECH_NEAR.search(before[-40:]) and not re.match(r"\s*(?:,? (?:dement|accuse|affirme|dit|assure|denonce))", after):
        return Hit(span.start, span.end, place, "scene", "capital with a preposition", 0.5)
    return Hit(span.start, span.end, place, "speaker", "capital as a government", 0.1)


def _compass(span: Span, sentence: Sentence, candidates: Sequence[Place], ctx: Context, containers: Sequence[Place]) -> Hit | None:
    """"Est", "Nord", "Sahel", "Centre-Nord": a region only where a Burkinabè or other article means one."""
    areas = [p for p in candidates if p.level in AREA_LEVELS]
    before = sentence.plain[: span.start]
    if not areas or not re.search(r"(?:dans (?:le|l'|la|les)|au|du|de l'|region (?:de |de l'|du |des )?|^)\s*$", before):
        return None
    place = _choose(areas, ctx, containers)
    if ctx.countries.get(place.country, 0) < 2 or (ctx.country and place.country != ctx.country):
        return None
    return Hit(span.start, span.end, place, "area", "region named by the compass", 0.5)


def _choose(pool: Sequence[Place], ctx: Context, containers: Sequence[Place]) -> Place:
    """The likeliest homonym: inside a container named beside it, in the article's country, near its other places."""
    if len(pool) == 1:
        return pool[0]

    def score(p: Place) -> tuple[float, float, float, float, int]:
        inside = any(c.country == p.country and (c.admin1 == p.admin1 or km(c, p) < 80) for c in containers)
        weight = ctx.countries.get(p.country, 0)
        distance = min((km(p, s) for s in ctx.settled if km(p, s) > 0.5), default=500.0)
        return float(inside), math.log1p(weight), float(p.source == "overlay"), -distance, p.population

    return max(pool, key=score)


def _apposed(sentence: Sentence, hits: list[Hit]) -> list[Hit]:
    """Distances: a landmark where the place itself stands before, else a point at that distance and bearing."""
    out: list[Hit] = []
    for hit in hits:
        before = sentence.plain[: hit.start]
        m = _DIRECTION.search(before)
        if hit.kind in ("scene", "area", "speaker") and m:
            earlier = [h for h in out if h.kind == "scene" and h.end <= m.start()]
            if earlier and m.start() - earlier[-1].end < 80 and _APPOSED.search(sentence.plain[earlier[-1].end : m.start()]):
                out.append(replace(hit, kind="landmark", rule="distance in an apposition"))
                continue
            out.append(replace(hit, kind="scene", place=_moved(hit.place, m, before), rule="distance and bearing", strength=0.8))
            continue
        if hit.kind == "scene" and re.search(r"(?:axe|route|piste) (?:de |d'|du |menant a |reliant )$", before) and any(h.kind == "scene" and hit.start - h.end < 70 for h in out):
            out.append(replace(hit, kind="landmark", rule="the road it lies on"))
            continue
        if hit.kind == "scene" and _ABOUT.search(before):
            earlier = [h for h in out if h.kind == "scene" and hit.start - h.end < 30 and re.fullmatch(r"\s*,?\s*(?:une? (?:localite|village|ville)[\w ]*)?\s*(?:situee? )?(?:pres|au \w+(?:-\w+)?|aux \w+|non loin|a hauteur)[\w' ]*", sentence.plain[h.end : hit.start])]
            if earlier:
                out.append(replace(hit, kind="landmark", rule="near, in an apposition"))
                continue
            out.append(replace(hit, place=replace(hit.place, precision=2), rule="near it", strength=min(hit.strength, 0.8)))
            continue
        out.append(hit)
    return out


def _moved(place: Place, m: re.Match[str], before: str) -> Place:
    if place.latitude is None or place.longitude is None or not m["n"]:
        return replace(place, precision=2)
    number = quantities("une " + m["n"] if m["n"].endswith("aine") else m["n"])
    distance = number[0].low or number[0].high or 0 if number else 0
    if not m["dir"] or distance > 120:
        return replace(place, precision=2)
    angle = math.radians(_BEARING[m["dir"]])
    lat = place.latitude + distance * math.cos(angle) / 111.2
    lon = place.longitude + distance * math.sin(angle) / (111.2 * math.cos(math.radians(place.latitude)))
    name = HERE if place.name == HERE else f"{distance} km au {m['dir']} de {place.name}"
    return replace(place, name=name, latitude=round(lat, 4), longitude=round(lon, 4), precision=2, geonameid=None)


def shifted(place: Place, step: Place) -> Place:
    """`place` moved by `step`, a HERE place whose coordinates are a displacement from the equator."""
    if place.latitude is None or place.longitude is None or step.latitude is None or step.longitude is None:
        return replace(place, precision=2)
    lon = place.longitude + step.longitude / math.cos(math.radians(place.latitude))
    return replace(place, name=f"près de {place.name}", latitude=round(place.latitude + step.latitude, 4), longitude=round(lon, 4), precision=2, geonameid=None)


def _roads(sentence: Sentence, hits: list[Hit]) -> list[Hit]:
    """"entre X et Y", "l'axe X-Y", "de X à Y" under a road: one stretch, halfway between."""
    out: list[Hit] = []
    i = 0
    while i < len(hits):
        a = hits[i]
        b = hits[i + 1] if i + 1 < len(hits) else None
        if b and a.kind in ("scene", "speaker", "landmark") and b.kind in ("scene", "speaker", "landmark") and _is_road(sentence.plain, a, b) and 5 < km(a.place, b.place) < 450:
            told_where = re.search(r"(?:situee?s?|localisee?s?|se trouve|implantee?)[^,;]{0,40}$", sentence.plain[: a.start])
            kind = "landmark" if told_where and any(h.kind == "scene" for h in out) or (told_where and not out) else "scene"
            out.append(Hit(a.start, b.end, _halfway(a.place, b.place), kind, "stretch of road", 0.9))
            i += 2
            continue
        out.append(a)
        i += 1
    return out


def _is_road(text: str, a: Hit, b: Hit) -> bool:
    between = text[a.end : b.start]
    if re.fullmatch(r"\s*[-/]\s*", between):
        return True
    if re.search(r"\bentre\s*(?:les localites d[e']\s*|les villages d[e']\s*)?$", text[: a.start]) and re.fullmatch(r"\s*et\s*", between):
        return True
    if re.search(r"\b(?:de|d'|depuis)\s*$", text[: a.start]) and re.fullmatch(r"\s*(?:vers|en direction de|a destination de|et (?:se dirigeai\w+|allai\w+) vers)\s*", between):
        return True
    return bool(_ROAD.search(text[: a.start])) and bool(re.fullmatch(r"\s*(?:-|a|et|vers|reliant|/)\s*", between))


def _halfway(a: Place, b: Place) -> Place:
    assert a.latitude is not None and b.latitude is not None and a.longitude is not None and b.longitude is not None
    return replace(
        a, name=f"axe {a.name}-{b.name}", latitude=round((a.latitude + b.latitude) / 2, 4), longitude=round((a.longitude + b.longitude) / 2, 4),
        precision=2, geonameid=None, level="site",
    )  # fmt: skip


_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’]+(?:[- ](?:[A-ZÀ-ÖØ-Þ][\w'’]+|Ag|de|du))*")


def _unknown(sentence: Sentence, hits: Sequence[Hit], skip: int, gazetteer: Gazetteer, ctx: Context) -> list[Hit]:
    """Names that no gazetteer knows: a near spelling of a known town, or a name after a head noun, kept as it is."""
    found: list[Hit] = []
    if sentence.text.isupper():
        return []
    for m in _NAME.finditer(sentence.text):
        if m.start() < skip or any(h.start < m.end() and m.start() < h.end for h in (*hits, *found)):
            continue
        before = sentence.plain[: m.start()]
        name = re.split(r"\s(?:de|du)$", m.group())[0]
        folded = fold(name)
        listed = any(re.fullmatch(r"\s*(?:,|et|, et|ou)\s*(?:(?:a|de|d') ?)?", sentence.plain[h.end : m.start()]) for h in (*hits, *found) if h.end <= m.start() and h.kind == "scene")
        pointed = listed or bool(_BEFORE_POINT.search(before) or _UNKNOWN.search(before)) or (sentence.is_title and m.start() == 0)
        if pointed and len(folded) >= 6 and (place := _near_spelling(folded, ctx.country)):
            found.append(Hit(m.start(), m.start() + len(name), place, "scene", f"near spelling of {place.name}", 0.8))
        elif _UNKNOWN.search(before) and len(name) > 3 and folded not in _NOT_A_NAME:
            found.append(Hit(m.start(), m.start() + len(name), Place(name, "", level="village", source="text"), "scene", "unknown name after a head noun", 0.7))
        elif found and re.fullmatch(r"\s*(?:et|,)\s*(?:d[e']\s*)?", sentence.plain[found[-1].end : m.start()]) and found[-1].place.source == "text":
            found.append(Hit(m.start(), m.start() + len(name), Place(name, "", level="village", source="text"), "landmark", "unknown name in an enumeration", 0.5))
    return found


def _near_spelling(folded: str, country: str) -> Place | None:
    """The one town of the overlay, in the article's country, that is spelled almost so.

    One slip in six letters, two in nine; the first letter stands.
    """
    allowed = 1 if len(folded) < 8 else 2
    near = {}
    for name, place in spellings(country):
        if name[0] == folded[0] and abs(len(name) - len(folded)) <= allowed and _distance(name, folded, allowed) <= allowed:
            near[place.name] = place
    return next(iter(near.values())) if len(near) == 1 else None


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with transpositions, given up past `limit`."""
    previous2: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, previous2[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        previous2, previous = previous, row
    return previous[-1]
