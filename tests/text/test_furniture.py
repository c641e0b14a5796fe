"""What stands beside an article is no part of it: comments, links to other articles; hidden paragraphs are."""

from __future__ import annotations

import time

import pytest
from trafilatura.utils import load_html

from tests.text.test_extraction import LEAD, MORE, page, text_of
from veille.text.furniture import clear
from veille.text.metadata import page_metadata

RUMOUR = "Vos chiffres sont faux, mon cousin a compté quarante morts et le chef du village en est."
ELSEWHERE = "Burkina : onze militaires tués dimanche dans une embuscade près de Djibo"


@pytest.mark.parametrize(
    "after",
    [
        f"<div class='forum'><h2>Vos commentaires</h2><div class='forum-texte'><p>{RUMOUR}</p></div></div>",
        f"<ol class='commentlist'><li id='comment-12'><p>{RUMOUR}</p></li></ol>",
        f"<div id='comments' class='comments-area'><p>{RUMOUR}</p></div>",
        f"<h3>3 commentaires</h3><div><b>Moussa</b><p>{RUMOUR}</p></div><div><p>{RUMOUR}</p></div>",
        f"<div><h4>Réagir à cet article</h4></div><div class='x'><p>{RUMOUR}</p></div>",
        f"<section class='post-comments'><p>{RUMOUR}</p></section>",
        f"<div><p>Laissez d'abord ceci de côté.</p></div><h3>Vos réactions</h3><ul><li>{RUMOUR}</li></ul>",
    ],
)
@pytest.mark.parametrize("paragraphs", [(LEAD,), (LEAD, *MORE)])
def test_what_readers_write_is_not_the_articles(after: str, paragraphs: tuple[str, ...]) -> None:
    text = "\n".join(text_of(page(*paragraphs, after=after), title="Un poste attaqué"))
    assert LEAD in text
    assert "cousin" not in text


def test_an_article_that_may_be_commented_stays() -> None:
    raw = page(LEAD, *MORE).replace(b"<article>", b"<article class='post comments-open'>")
    raw = raw.replace(b"<p>", b"<div class='entry comments-closed no-comments has-comments'><p>").replace(
        b"</p>", b"</p></div>"
    )
    assert [LEAD, *MORE] == text_of(raw, title="Un poste attaqué")


@pytest.mark.parametrize(
    "line",
    [
        f"<p><a href='/x'>{ELSEWHERE}</a></p>",
        f"<p><strong>» <a href='/x'>{ELSEWHERE}</a></strong></p>",
        f"<p>À lire aussi : <a href='/x'>{ELSEWHERE}</a></p>",
        f"<p>Sur le même sujet <a href='/x'>{ELSEWHERE}</a></p>",
        f"<ul><li>12 mars 2024 – <a href='/x'>{ELSEWHERE}</a></li><li><a href='/y'>{ELSEWHERE}</a></li></ul>",
        f"<h4><a href='/x'>{ELSEWHERE}</a></h4>",
        f"<div class='card'><a href='/x'><span>{ELSEWHERE}</span></a></div>",
        f"<p><a href='/x'>{ELSEWHERE}</a> <br> <a href='/y'>{ELSEWHERE}</a></p>",
    ],
)
def test_a_line_that_only_links_is_not_the_articles(line: str) -> None:
    raw = page(LEAD, MORE[0], head="").replace(
        MORE[0].encode() + b"</p>", MORE[0].encode() + b"</p>" + line.encode() + f"<p>{MORE[1]}</p>".encode()
    )
    assert text_of(raw, title="Un poste attaqué") == [LEAD, MORE[0], MORE[1]]


def test_a_sentence_with_a_link_stays() -> None:
    linked = f"Selon <a href='/x'>{ELSEWHERE[:30]}</a>, l'attaque a fait deux morts dans le village et trois blessés."
    assert len(text_of(page(LEAD, linked, *MORE), title="Un poste attaqué")) == 2 + len(MORE)


def test_link_lines_of_a_feeds_own_text_go_too() -> None:
    content = f"<p>{LEAD}</p><p><a href='/x'>{ELSEWHERE}</a></p>" + "".join(f"<p>{m}</p>" for m in MORE)
    assert text_of(page("Suite sur l'application du journal."), content=content) == [LEAD, *MORE]


@pytest.mark.parametrize("how", ["aria-hidden='true'", "hidden", "style='display: none'"])
def test_hidden_paragraphs_among_others_are_read(how: str) -> None:
    body = page(LEAD, *MORE).replace(f"<p>{MORE[1]}".encode(), f"<p {how}>{MORE[1]}".encode())
    assert text_of(body, title="Un poste attaqué") == [LEAD, *MORE]


def test_a_box_that_waits_to_pop_up_is_not() -> None:
    box = (
        "<div hidden><div><p>Recevez chaque matin notre lettre avec toutes les nouvelles de la région.</p></div></div>"
    )
    raw = page(LEAD, *MORE).replace(b"<footer>", box.encode() + b"<footer>")
    assert text_of(raw, title="Un poste attaqué") == [LEAD, *MORE]


def test_a_page_of_links_costs_what_it_is_long() -> None:
    def seconds(n: int) -> float:
        tree = load_html(page(LEAD, "<a href='/x'>un deux trois quatre</a> mot " * n, *[f"<a href='/{n}'>x</a>"] * n))
        begun = time.process_time()
        page_metadata(tree)
        clear(tree)
        return time.process_time() - begun

    few, many = min(seconds(2_000) for _ in range(3)), seconds(16_000)
    assert many < 24 * few
