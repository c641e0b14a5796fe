"""From a page to its text, rule by rule: what is kept, what is cut, what is refused."""

from __future__ import annotations

import pytest

from veille.codes import Reason
from veille.text.extraction import MAX_TAGS, Hints, extract, strip_html

LEAD = "Au moins douze soldats ont été tués mardi dans l'attaque d'un poste militaire, selon une source sécuritaire."
MORE = (
    "Les assaillants, arrivés à moto peu avant l'aube, ont visé l'entrée du camp avant de se retirer vers le sud.",
    "L'état-major n'a pas donné de bilan et indique que des recherches se poursuivent dans le secteur avec l'aviation.",
    "Un habitant joint par téléphone raconte que les tirs ont duré deux heures et que le marché est resté fermé.",
    "C'est la troisième attaque dans cette zone depuis le début du mois, rappelle un élu de la commune voisine.",
    "Les blessés ont été conduits à l'hôpital régional, où les soignants manquent de poches de sang et de lits.",
)


def page(*paragraphs: str, head: str = "", before: str = "", after: str = "") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html lang='fr'><head><title>Un poste attaqué - Le Site</title>{head}</head><body>"
        f"<nav><a href='/'>Accueil</a></nav><main><article><h1>Un poste attaqué</h1>{before}{body}{after}</article></main>"
        "<footer><p>Tous droits réservés</p></footer></body></html>"
    ).encode()


def text_of(raw: bytes, **hints: str) -> list[str]:
    found, _ = extract(raw, Hints(**hints))  # type: ignore[arg-type]
    assert found.ok, found.reason
    return found.text.split("\n")


def test_the_article_alone_without_menu_and_footer() -> None:
    assert text_of(page(LEAD, *MORE), title="Un poste attaqué") == [LEAD, *MORE]


def test_title_byline_and_date_above_the_text_are_cut() -> None:
    before = "<p>Par Awa Traoré</p><p>Publié le 12 mars 2024 à 10h15</p>"
    assert text_of(page(LEAD, *MORE, before=before), title="Un poste attaqué") == [LEAD, *MORE]


@pytest.mark.parametrize("line", ["Lire aussi : la semaine en images", "Partager", "Abonnez-vous à notre lettre"])
def test_lines_of_the_site_below_the_text_are_cut(line: str) -> None:
    assert text_of(page(LEAD, *MORE, after=f"<p>{line}</p>"), title="Un poste attaqué") == [LEAD, *MORE]


def test_a_sentence_that_begins_like_a_line_of_the_site_stays() -> None:
    own = (
        "Partager l'eau du puits est devenu la première cause de dispute entre les deux villages, dit le chef."
        + " Oui." * 30
    )
    assert own in text_of(page(LEAD, *MORE, own), title="Un poste attaqué")


def test_a_brief_of_a_page_gives_way_to_the_full_text_of_its_feed() -> None:
    full = "".join(f"<p>{p}</p>" for p in (LEAD, *MORE))
    assert text_of(page("Lisez la suite sur notre application."), title="Un poste attaqué", content=full) == [
        LEAD,
        *MORE,
    ]


def test_a_line_that_asks_for_a_subscription_makes_a_teaser() -> None:
    last = "Le reste de cet article est réservé aux abonnés."
    found, _ = extract(page(LEAD, *MORE, last), Hints(title="Un poste attaqué"))
    assert (found.ok, found.is_teaser) == (True, True)
    whole, _ = extract(page(LEAD, *MORE), Hints(title="Un poste attaqué"))
    assert not whole.is_teaser


def test_the_title_of_the_feed_goes_before_that_of_the_page() -> None:
    assert extract(page(LEAD, *MORE), Hints(title="Gourma : un poste attaqué"))[0].title == "Gourma : un poste attaqué"
    assert extract(page(LEAD, *MORE), Hints())[0].title == "Un poste attaqué"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(range(256)) * 32, Reason.NOT_HTML),
        (b"<html><body></body></html>", Reason.NO_TEXT),
        (b"<html><body>" + b"<a>x</a>" * MAX_TAGS + b"</body></html>", Reason.TOO_MANY_TAGS),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(content: bytes, reason: Reason) -> None:
    found, _ = extract(content, Hints())
    assert (found.ok, found.reason) == (False, reason)


def test_blocks_of_html_are_lines() -> None:
    assert strip_html("<div>Un<br>deux</div><ul><li>trois &amp; quatre</li></ul>") == "Un\ndeux\ntrois & quatre"
