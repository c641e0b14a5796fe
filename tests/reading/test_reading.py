"""Reading: named cases for every rule that was hard to get right. All sentences are ours, on towns of the overlay."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.codes import ClaimKind, Role, Scope, TimePrecision
from veille.reading.gazetteer import base
from veille.reading.mentions import read
from veille.reading.numbers import cardinal, quantities
from veille.reading.sentences import MAX_CHARS, plain, split
from veille.reading.times import times
from veille.reading.tolls import tolls
from veille.records.articles import Article
from veille.records.readings import Mention, Reading

DAY = dt.datetime(2024, 4, 26, 9, 0, tzinfo=dt.UTC)  # a Friday


def article(title: str, text: str, country: str = "ML", at: dt.datetime = DAY) -> Article:
    return Article(
        article_id="a-1",
        revision=1,
        url="http://a.example/1",
        outlet="Essai",
        country=country,
        feed_id="essai",
        title=title,
        authors=(),
        published_at=at,
        published_precision=TimePrecision.MINUTE,
        first_seen_at=at,
        updated_at=at,
        language="fr",
        language_confidence=1.0,
        summary="",
        text=text,
        is_teaser=False,
        timezone="UTC",
    )


def reading(title: str, text: str, country: str = "ML") -> Reading:
    return read(article(title, text, country), base())


def news(title: str, text: str, country: str = "ML") -> list[Mention]:
    return [m for m in reading(title, text, country).mentions if m.role != Role.BACKGROUND]


def kinds(mention: Mention) -> set[tuple[str, str]]:
    return {(c.claimant, c.kind) for c in mention.claims}


def figures(mention: Mention) -> set[tuple[str, str | None, str | None, int | None, int | None]]:
    return {(c.claimant, c.victims, c.outcome, c.low, c.high) for c in mention.claims if c.kind == ClaimKind.TOLL}


NIAFOUNKE = (
    "Le Jnim dit avoir pris jeudi le camp de Niafounké, dans la région de Tombouctou, et y avoir tué une trentaine de soldats.\n"
    "L'armée malienne affirme pour sa part avoir repoussé les assaillants.\n"
    "Le même jour, des obus sont tombés sur le camp de Goundam, selon un habitant."
)


def test_two_camps_are_two_incidents_with_both_sides_claims() -> None:
    first, second = news("Mali : deux camps attaqués", NIAFOUNKE)
    assert (first.place.name, second.place.name) == ("Niafounké", "Goundam")
    assert first.when.low == second.when.low == dt.date(2024, 4, 25)
    assert {("JNIM", "control"), ("JNIM", "responsibility"), ("MALI_FORCES", "repelled")} <= kinds(first)
    assert ("JNIM", "military", "killed", 30, 30) in figures(first)


def test_every_claim_quotes_its_exact_sentence() -> None:
    found = news("Mali : deux camps attaqués", NIAFOUNKE)
    assert any(m.claims for m in found)
    for mention in found:
        assert all(c.quote in NIAFOUNKE or c.quote == "Mali : deux camps attaqués" for c in mention.claims)
        assert mention.sentence in NIAFOUNKE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Les Étalons passent à l'attaque",
            "Le sélectionneur a aligné trois attaquants. Au stade, le match a tourné à la bataille rangée : deux buts en dix minutes.",
        ),
        (
            "L'explosion du prix du mil à Djibo",
            "Le prix du mil a explosé au marché de Djibo. Les ménagères se battent pour un sac, vendu 40 000 FCFA.",
        ),
        (
            "Accident : douze morts près de Mopti",
            "Douze personnes sont mortes jeudi dans la collision d'un car et d'un camion près de Mopti.",
        ),
        ("Épidémie de rougeole à Ménaka", "La rougeole a tué huit enfants à Ménaka. La riposte vaccinale est lancée."),
        (
            "Fin d'un exercice militaire à Tahoua",
            "Les soldats ont simulé jeudi à Tahoua une attaque de terroristes, pour clore l'exercice conjoint.",
        ),
    ],
)
def test_violent_words_without_an_incident(title: str, text: str) -> None:
    assert news(title, text) == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "RDC : seize civils tués à Beni",
            "Seize civils ont été tués jeudi à Beni, dans le Nord-Kivu, par des rebelles ADF, selon la société civile.",
        ),
        (
            "Soudan : El-Fasher bombardée",
            "Des obus ont tué vingt personnes jeudi à El-Fasher, capitale du Darfour, selon des médecins.",
        ),
    ],
)
def test_violence_elsewhere_is_no_event_here(title: str, text: str) -> None:
    found = reading(title, text, "SN")
    assert [m for m in found.mentions if m.role != Role.BACKGROUND] == []
    assert found.scope == Scope.ELSEWHERE


def test_a_recalled_attack_is_background_with_its_own_date() -> None:
    text = "Des hommes armés ont attaqué jeudi le camp de Dioura et tué cinq soldats.\nEn mars 2019 déjà, une attaque y avait fait vingt-trois morts."
    found = reading("Mali : le camp de Dioura attaqué", text)
    main = [m for m in found.mentions if m.role == Role.PRIMARY]
    recalled = [m for m in found.mentions if m.role == Role.BACKGROUND]
    assert [m.when.low for m in main] == [dt.date(2024, 4, 25)]
    assert figures(main[0]) == {("UNATTRIBUTED", "military", "killed", 5, 5)}
    assert {m.when.low.year for m in recalled} == {2019}


def test_what_a_roundup_sums_up_is_its_news() -> None:
    text = "Un convoi est tombé mardi 16 avril dans une embuscade près de Gossi : sept soldats tués. Mardi 23 avril, le camp de Hombori a été attaqué par des jihadistes, cinq soldats ont péri."
    found = news("Une semaine noire pour l'armée", text.replace(". Mardi", ".\n\nMardi"))
    assert {(m.place.name, m.role != Role.BACKGROUND) for m in found} >= {("Gossi", True), ("Hombori", True)}


def test_told_in_passing_founds_no_event() -> None:
    text = "Les commerçants ont rouvert leurs échoppes. Le bourg, récemment endeuillé par une attaque d'hommes armés qui avait fait deux morts parmi les forains, respire de nouveau."
    (found,) = news("Hombori retrouve son marché", text)
    assert (found.place.name, found.founds) == ("Hombori", False)


def test_a_road_told_by_one_end_in_the_title() -> None:
    text = "Six soldats ont été blessés jeudi quand leur véhicule a sauté sur un engin explosif entre Gossi et Hombori."
    assert [m.place.name for m in news("Six soldats blessés sur la route de Gossi", text)] == ["axe Gossi-Hombori"]


@pytest.mark.parametrize(
    ("sentence", "claimant"),
    [
        ("Deux civils ont été tués, un bilan porté à trois selon le gouverneur.", "OFFICIAL"),
        ("Les victimes civiles, estimées par les Nations unies à 40, sont des déplacés.", "UN"),
        ("L'armée, soutenue par Wagner, annonce avoir tué quarante terroristes.", "MALI_FORCES"),
    ],
)
def test_who_gives_a_figure(sentence: str, claimant: str) -> None:
    (found, *_) = news("Hombori attaqué", f"Des jihadistes ont attaqué Hombori jeudi. {sentence}")
    assert claimant in {c.claimant for c in found.claims if c.kind == ClaimKind.TOLL}


def test_an_attempt_is_no_control() -> None:
    (found, *_) = news(
        "Hombori attaqué", "Des jihadistes ont tenté jeudi, à l'aube, de s'emparer de la ville de Hombori."
    )
    assert "control" not in {c.kind for c in found.claims}


def test_a_landmark_is_not_the_scene() -> None:
    (found,) = news(
        "Burkina : attaque à Solhan",
        "Solhan, à 47 km de Dori, a été attaqué jeudi par des hommes armés. Les blessés ont été évacués à Dori.",
        "BF",
    )
    assert found.place.name == "Solhan"


def test_distance_and_bearing_give_a_point_near() -> None:
    (found,) = news(
        "Niger : accrochage près d'Abala",
        "Une patrouille est tombée jeudi dans une embuscade à 30 km au nord d'Abala. Trois soldats ont été tués.",
        "NE",
    )
    assert found.place.precision == 2
    assert found.place.latitude == pytest.approx(14.93 + 0.27, abs=0.1)


def test_an_unknown_village_keeps_its_name() -> None:
    found = reading(
        "Burkina : un village attaqué dans le Soum",
        "Des hommes armés ont tué jeudi six civils au village de Zourgandé, dans la province du Soum.",
        "BF",
    )
    assert [m.place.name for m in found.mentions] == ["Zourgandé"]
    assert found.unknown_places == ("Zourgandé",)
    assert found.mentions[0].place.precision == 3


def test_a_capital_that_speaks_is_no_place() -> None:
    found = news(
        "Bamako dément toute attaque à Ber",
        "Bamako dément qu'une attaque ait visé jeudi le camp de Ber, où le Jnim dit avoir tué dix soldats.",
    )
    assert {m.place.name for m in found} == {"Ber"}


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("mercredi", "2024-04-24", "2024-04-24"),
        ("ce vendredi", "2024-04-26", "2024-04-26"),
        ("mercredi 24 avril", "2024-04-24", "2024-04-24"),
        ("le 28 décembre", "2023-12-28", "2023-12-28"),
        ("dans la nuit de mardi à mercredi", "2024-04-23", "2024-04-23"),
        ("dans la nuit du 23 au 24 avril", "2024-04-23", "2024-04-23"),
        ("hier soir", "2024-04-25", "2024-04-25"),
        ("il y a trois jours", "2024-04-23", "2024-04-23"),
        ("le week-end dernier", "2024-04-20", "2024-04-21"),
        ("la semaine dernière", "2024-04-15", "2024-04-21"),
        ("en mars 2012", "2012-03-01", "2012-03-31"),
        ("à la mi-avril", "2024-04-10", "2024-04-20"),
        ("du 20 au 22 avril", "2024-04-20", "2024-04-22"),
        ("le 24/04/2024", "2024-04-24", "2024-04-24"),
    ],
)
def test_french_time_expressions(words: str, low: str, high: str) -> None:
    (found,) = times(plain(f"l'attaque a eu lieu {words}."), DAY.date())
    assert (str(found.low), str(found.high)) == (low, high)


def test_a_weekday_that_disagrees_is_resolved_and_flagged() -> None:
    (found,) = times("dimanche 24 mars", dt.date(2024, 4, 26))
    assert (found.low, found.flag) == (dt.date(2024, 3, 24), "")
    (found,) = times("mercredi 24 mars", dt.date(2024, 4, 26))  # the 24 March was a Sunday, the 24 April a Wednesday
    assert (found.low, found.flag) == (dt.date(2024, 4, 24), "weekday-mismatch")


def test_relative_days_count_from_the_day_last_spoken_of() -> None:
    (found,) = times("la veille, un convoi avait saute", DAY.date(), spoken=dt.date(2024, 4, 20))
    assert found.low == dt.date(2024, 4, 19)


def test_relative_days_count_from_an_earlier_day_of_the_sentence() -> None:
    first, second = times("le 24 decembre, deux postes avaient ete vises le meme jour", dt.date(2023, 12, 31))
    assert (first.low, second.low) == (dt.date(2023, 12, 24), dt.date(2023, 12, 24))
    assert times("ce jour-la, le meme jour, des renforts sont tombes", DAY.date()) == []


def test_a_bare_day_of_the_month_needs_a_day_of_these_weeks_before_it() -> None:
    (found,) = times("celui de Ber, le 19, est le plus couteux", DAY.date(), spoken=dt.date(2024, 4, 11))
    assert found.low == dt.date(2024, 4, 19)
    assert times("celui de Ber, le 19, est le plus couteux", DAY.date()) == []


def test_christmas_eve_is_a_day() -> None:
    (found,) = times("les faits remontent a la veille de noel", dt.date(2024, 1, 10))
    assert found.low == dt.date(2023, 12, 24)


def test_a_place_left_or_come_before_is_no_scene() -> None:
    found = news(
        "Nord du Mali : après Ber, Bourem attaqué",
        "Des soldats ont été attaqués jeudi à Bourem. Ils avaient quitté Gao la veille.",
    )
    assert [m.place.name for m in found] == ["Bourem"]


def test_a_pursuit_to_another_place_is_an_incident_of_its_own() -> None:
    found = news(
        "Mali : le marché de Bourem attaqué",
        "Des hommes armés ont ouvert le feu jeudi sur le marché de Bourem, tuant deux civils.\n"
        "Des soldats se sont lancés aux trousses des assaillants, rejoints à 40 kilomètres au nord de la localité.",
    )
    assert [(m.place.name, m.when.low) for m in found] == [
        ("Bourem", dt.date(2024, 4, 25)),
        ("près de Bourem", dt.date(2024, 4, 25)),
    ]


@pytest.mark.parametrize(
    ("title", "text", "event_type", "attackers", "targets"),
    [
        (
            "Burkina : l'armée accusée d'avoir exécuté des civils",
            "Des soldats ont exécuté jeudi au moins 22 villageois à Djibo, affirme une ONG.",
            "Violence against civilians", ("BURKINA_FORCES",), ("CIVILIANS",),
        ),
        ("Niger : sept suspects arrêtés", "Les forces de défense ont arrêté jeudi sept suspects à Djibo.", "Strategic developments", ("BURKINA_FORCES",), ()),
        ("Djibo : des jeunes manifestent", "Des centaines de jeunes ont manifesté jeudi à Djibo contre l'insécurité.", "Protests", ("CIVILIANS",), ()),
        (
            "Burkina : attaque terroriste à Djibo", "Neuf soldats ont été tués jeudi dans l'explosion d'une mine à Djibo.",
            "Explosions/Remote violence", ("UNIDENTIFIED_ARMED_GROUP",), ("BURKINA_FORCES",),
        ),
    ],
)  # fmt: skip
def test_who_did_it_to_whom(
    title: str, text: str, event_type: str, attackers: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    (found,) = news(title, text, "BF")
    assert (found.event_type, found.attackers, found.targets) == (event_type, attackers, targets)


def test_a_title_that_names_the_big_town_nearby_is_no_second_incident() -> None:
    found = news("Mali : cinq enseignants enlevés à Gao", "Cinq enseignants ont été enlevés jeudi à Djebock.")
    assert [m.place.name for m in found] == ["Djebock"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Le Jnim se dit responsable de l'attaque.", ("JNIM", "responsibility")),
        ("Le camp est passé sous le contrôle du Jnim.", ("UNATTRIBUTED", "control")),
        ("Le camp est sous le contrôle de l'armée, assure l'état-major malien.", ("MALI_FORCES", "repelled")),
        ("Le FLA a annoncé la prise du camp.", ("CSP_FLA", "responsibility")),
    ],
)
def test_claims_without_figures(words: str, expected: tuple[str, str]) -> None:
    (found,) = news("Mali : le camp de Ber attaqué", f"Le camp de Ber a été attaqué jeudi. {words}")
    assert expected in kinds(found)


def test_a_convoy_hit_on_its_way_is_on_the_road_between_its_ends() -> None:
    (found,) = news(
        "Nouvelle explosion sur la route du convoi onusien",
        "Un engin explosif a visé le convoi de la Minusma qui a quitté Kidal mardi.\n"
        "Jeudi, sept Casques bleus ont été blessés. La colonne doit rejoindre Gao.",
    )
    assert (found.place.name, found.place.precision) == ("axe Kidal-Gao", 2)


def test_the_first_and_the_second_of_two() -> None:
    found = news(
        "Mali : deux assauts",
        "Jeudi, le Jnim a mené deux opérations. L'une contre Ménaka, l'autre contre Labbezanga.\n"
        "La seconde a tué trente soldats.",
    )
    dead = {m.place.name: figures(m) for m in found}
    assert dead["Labbezanga"]
    assert not dead["Ménaka"]


def test_an_aside_ends_with_its_paragraph() -> None:
    found = news(
        "Mali : l'armée entre dans Ber",
        "L'armée malienne a pris jeudi la ville de Ber, annonce l'état-major.\n"
        "En mars 2012, Bourem avait été attaqué par des rebelles.\n"
        "Le CSP a reconnu la chute de la ville.",
    )
    assert ("CSP_FLA", "control") in kinds(next(m for m in found if m.place.name == "Ber"))


def test_the_capital_is_named_by_its_office() -> None:
    (found,) = news(
        "Burkina : un journaliste enlevé", "Un journaliste a été enlevé jeudi dans la capitale burkinabè.", "BF"
    )
    assert found.place.name == "Ouagadougou"


def test_where_the_dead_are_buried_is_no_scene() -> None:
    found = news(
        "Niger : obsèques", "Les obsèques des soldats tués jeudi à Banibangou ont eu lieu vendredi à Niamey.", "NE"
    )
    assert [m.place.name for m in found] == ["Banibangou"]


def test_who_denies_a_capture_claims_none() -> None:
    (found,) = news("L'armée dément", "L'armée malienne dément formellement la prise du camp de Ber jeudi par le FLA.")
    assert kinds(found) == {("MALI_FORCES", "denial")}


def test_the_roads_that_a_blockade_closes_are_one_measure() -> None:
    found = news(
        "Mali : les rebelles décrètent un blocus",
        "Le CSP a décrété jeudi un blocus total des routes qui mènent de la frontière à Ménaka, Kidal, Gao et Tombouctou.",
    )
    assert len([m for m in found if m.role != Role.BACKGROUND]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("une quinzaine de blesses", [("wounded", "unspecified", 15, 15)]),
        ("aucun soldat n'a ete tue", [("killed", "military", 0, 0)]),
        ("plus de 40 terroristes ont ete neutralises", [("killed", "assailants", 40, None)]),
        ("trois cars et leurs passagers ; dix villageois ont ete enleves", [("abducted", "civilians", 10, 10)]),
        ("des dizaines de soldats ont ete tues ou blesses", []),
        ("depuis janvier, 6 000 civils ont ete tues", []),
        ("deux pick-up et quatre motos ont ete detruits", []),
        ("deux policiers et trois militaires ont ete tues", [("killed", "military", 5, 5)]),
        ("il dit avoir tue la veille, au meme endroit, dix combattants", [("killed", "assailants", 10, 10)]),
        ("le nombre de militaires tues jeudi atteint desormais 58", [("killed", "military", 58, 58)]),
        ("les pertes ennemies, evaluees a plus de 400", [("killed", "assailants", 400, None)]),
        ('plus de 40 " terroristes " ont ete " neutralises "', [("killed", "assailants", 40, None)]),
        ("il n'y a ni mort ni blesse", [("killed", "unspecified", 0, 0), ("wounded", "unspecified", 0, 0)]),
        ("trente soldats au moins ont ete tues", [("killed", "military", 30, None)]),
        ("trente-quatre (34) militaires tues", [("killed", "military", 34, 34)]),
        ("le bilan passe de 12 a 17 morts", [("killed", "unspecified", 17, 17)]),
        ("la mort d'une cinquantaine de soldats", [("killed", "military", 50, 50)]),
        ("la neutralisation d'une dizaine de terroristes", [("killed", "assailants", 10, 10)]),
        ("les corps de dix-huit civils ont ete retrouves", [("killed", "civilians", 18, 18)]),
        ("le maire de la commune a ete assassine", [("killed", "civilians", 1, 1)]),
        ("les jihadistes ont libere les quinze otages", []),
        ("un douanier et deux civils ont ete tues", [("killed", "military", 1, 1), ("killed", "civilians", 2, 2)]),
        ("avoir tue 84 mercenaires russes et 47 militaires maliens", [("killed", "military", 131, 131)]),
        ("douze morts, dont quatre enfants", [("killed", "unspecified", 12, 12)]),
        ("l'attaque n'a pas fait de victimes", [("killed", "unspecified", 0, 0)]),
        (
            "l'armee dit avoir neutralise 14 assaillants et interpelle 31 suspects",
            [("killed", "assailants", 14, 14), ("captured", "assailants", 31, 31)],
        ),
    ],
)
def test_tolls(text: str, expected: list[tuple[str, str, int | None, int | None]]) -> None:
    assert [(t.outcome, t.victims, t.low, t.high) for t in tolls(text)] == expected


@given(st.integers(min_value=0, max_value=999_999))
def test_digits_are_read_back(n: int) -> None:
    assert cardinal(f"{n:,}".replace(",", " ")) == n


@given(st.text(max_size=300))
def test_folding_keeps_offsets(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.text(max_size=80))
def test_any_text_can_be_read(text: str, title: str) -> None:
    found = reading(title, text)
    assert found.scope in (Scope.SAHEL, Scope.ELSEWHERE, Scope.NONE)
    for s in split(title, text):
        assert len(s.plain) == len(s.text)
        quantities(s.plain)


@pytest.mark.parametrize("phrase", ["Gossi, ", "Gossi ", "x", "12 morts, ", "à Gossi, puis "])
def test_no_sentence_is_longer_than_rules_can_bear(phrase: str) -> None:
    found = split("", phrase * 3_000)
    assert max(len(s.text) for s in found) <= MAX_CHARS
    assert "".join(s.text for s in found).replace(" ", "") == (phrase * 3_000).replace(" ", "")


def founded(title: str, text: str) -> list[str]:
    """Places of the events that an article may found."""
    return [m.place.name for m in reading(title, text).mentions if m.founds and m.role != Role.BACKGROUND]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Boxe : Gao fête son champion", "Mardi à Gao, il a attaqué dès le premier round et mis son adversaire au tapis avant de riposter deux fois."),
        ("Le griot de Ménaka est mort", "Le joueur de n'goni, qui a livré la bataille de toute une vie pour son art, s'est éteint mardi à Ménaka."),
        ("Des véhicules pour la Garde nationale", "Le ministre a remis mardi à Gao des véhicules à la Garde nationale. Un exercice de tir a clos la cérémonie."),
        ("Ansongo : des vivres pour les déplacés", "Deux cents familles ont reçu mardi des vivres à Ansongo. La plupart avaient fui leur village après la tuerie."),
    ],
)  # fmt: skip
def test_what_nobody_armed_did_and_nobody_died_of_founds_no_event(title: str, text: str) -> None:
    assert founded(title, text) == []


def test_who_did_it_may_stand_in_the_title_for_all_incidents() -> None:
    lede = "Ansongo et Ménaka : les deux attaques ont été menées mardi."
    assert founded("Mali : deux camps de l'armée attaqués par des jihadistes", lede) == ["Ansongo", "Ménaka"]


@pytest.mark.parametrize("words", ["Le lendemain", "Vendredi 15 mars", "Dans deux jours"])
def test_no_deed_happens_after_it_was_told(words: str) -> None:
    at = dt.datetime(2024, 3, 13, 12, tzinfo=dt.UTC)
    text = f"{words}, des soldats ont été attaqués à Gao et trois ont été tués."
    told = read(article("Gao : un poste attaqué", text, at=at), base())
    assert told.mentions
    assert all(m.when.low <= at.date() for m in told.mentions)
