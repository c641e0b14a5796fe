"""Which texts are French: the share of stop words decides, the detector only names the others."""

from __future__ import annotations

import pytest

from veille.text.language import detect

FRENCH = (
    "Les habitants du village ont fui vers la ville voisine après l'attaque, selon des sources locales jointes hier."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH, "fr"),
        (FRENCH.upper(), "fr"),
        ("Le Jnim revendique.", "fr"),
        (
            "The residents of the village have fled to the next town after the attack, local sources said on Tuesday.",
            "en",
        ),
        (
            "Os moradores da aldeia fugiram para a cidade vizinha depois do ataque, segundo fontes locais ouvidas ontem.",
            "pt",
        ),
        ("Mazauna kauyen sun gudu zuwa garin da ke makwabtaka bayan harin, in ji majiyoyi na cikin gida a jiya.", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    found, confidence = detect(text)
    assert found == language if language else found != "fr"
    assert 0 < confidence <= 1


def test_a_dateline_in_capitals_does_not_mislead() -> None:
    assert detect("BAMAKO (AGENCE) - " + FRENCH * 6)[0] == "fr"


@pytest.mark.parametrize("text", ["", "   ", "1234 5678", "…"])
def test_nothing_to_say_is_said(text: str) -> None:
    assert detect(text)[0] != "fr"


def test_headlines_without_stop_words_are_french_where_the_page_says_so() -> None:
    listed = (
        "Lundi – Gossi : neuf soldats tués, bétail emporté. Mardi – Boni : marché incendié, trois blessés. "
        "Jeudi – Léré : deux gendarmes tués, quatre disparus. Samedi – Bourem : embuscade, véhicules brûlés."
    )
    assert detect(listed)[0] == "und"
    assert detect(listed, declared="fr")[0] == "fr"
    english = "The residents of the village have fled to the next town after the attack, local sources said."
    assert detect(english, declared="fr")[0] == "en"
