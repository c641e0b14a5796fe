"""A good answer that is no article is no article; an article about such things is one."""

from __future__ import annotations

import pytest

from tests.text.test_extraction import LEAD, MORE, page
from veille.codes import Reason
from veille.text.extraction import Hints, extract
from veille.text.walls import leads_to_front

LISTED = "Douze soldats tués dans une attaque près de Téra"


def answer(title: str, *paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html lang='fr'><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>".encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (answer("Avant de poursuivre", "Nous respectons votre vie privée. Avec votre accord, nos partenaires utilisent des traceurs.", "Tout accepter ou personnaliser vos choix à tout moment depuis le pied de page."), Reason.WALL),
        (answer("Just a moment...", "Checking your browser before accessing the site. This may take a few seconds."), Reason.WALL),
        (answer("Contrôle", "Confirmez que vous n'êtes pas un robot pour poursuivre votre lecture sur notre site."), Reason.WALL),
        (answer("Connexion", "Connectez-vous pour continuer la lecture. Pas encore de compte ? Créez-le en une minute."), Reason.WALL),
        (answer("Page introuvable", "La page que vous cherchez n'existe plus ou a changé d'adresse. Retour à l'accueil."), Reason.SOFT_404),
        (answer("Erreur 404 - Le Site", "Oups, il n'y a rien ici. Essayez la recherche ou revenez à la page d'accueil du site."), Reason.SOFT_404),
        (answer("Redirection", "Cette page a changé d'adresse, patientez quelques instants pendant le transfert.", head="<meta http-equiv='refresh' content='0; url=/autre'>"), Reason.REDIRECTED),
    ],
)  # fmt: skip
def test_a_good_answer_that_is_no_article(body: bytes, reason: str) -> None:
    found, _ = extract(
        body, Hints(title=LISTED, summary="Douze soldats ont été tués samedi près de Téra, selon l'armée.")
    )
    assert (found.ok, found.reason) == (False, reason)


def test_an_article_about_such_things_is_one() -> None:
    title = "Pourquoi les sites demandent si vous êtes un robot"
    found, _ = extract(answer(title, "Depuis un an, les sites de presse demandent aux lecteurs s'ils sont un robot, et le captcha agace."), Hints(title=title))  # fmt: skip
    assert found.ok
    assert extract(page(LEAD, *MORE), Hints(title="Un poste attaqué"))[0].ok


@pytest.mark.parametrize(
    ("asked", "final", "is_front"),
    [
        ("https://a.example/2024/x", "https://a.example/", True),
        ("https://a.example/spip.php?article3", "https://www.a.example", True),
        ("https://a.example/x", "https://a.example/accueil/", True),
        ("https://a.example/x", "https://a.example/y", False),
        ("https://a.example/?p=12", "https://a.example/?p=12", False),
        ("https://a.example/", "https://a.example/", False),
    ],
)
def test_a_redirect_to_the_front_page(asked: str, final: str, is_front: bool) -> None:
    assert leads_to_front(asked, final) == is_front
