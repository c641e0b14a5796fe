"""One pass over a sentence says which patterns can match in it: it forgets none, and changes nothing that they find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import press
from veille.reading import expressions, times
from veille.reading.actors import _names
from veille.reading.lexicon import lexicon
from veille.reading.scan import Guarded, Patterns, first_of, guarded, loosened
from veille.reading.sentences import plain
from veille.reference.countries import name_patterns


def every() -> list[Patterns]:
    lex = lexicon()
    found = [lex.general, *lex.sources.values()]
    return [
        _names()[0],
        times._patterns(),
        found[0].among,
        found[1].among,
        Patterns([pattern for _, pattern in name_patterns()]),
    ]


WORDS = [
    "l'armee",
    "des",
    "soldats",
    "attaque",
    "embuscade",
    "tues",
    "vendredi",
    "24",
    "novembre",
    "jnim",
    "etat",
    "islamique",
    "au",
    "sahel",
    "selon",
    "une",
    "source",
    "mali",
    "burkina",
    "faso",
    "niger",
    "dans",
    "la",
    "nuit",
    "du",
    "3",
    "au",
    "4",
    "terroristes",
    "neutralises",
    "hommes",
    "armes",
    "a",
    "moto",
    "camp",
    "drone",
    "frappe",
    "village",
    "de",
    "d'",
    "-",
    ",",
    '"',
    "é",
    "œ",
]

STORIES = (press.GOSSI, press.MARCHE, press.COPIE, press.DJIBO, press.ACCENTS)


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_pattern_that_matches_is_passed_over(text: str) -> None:
    for patterns in every():
        matching = {n for n, p in enumerate(patterns.compiled) if p.search(text)}
        assert matching <= patterns.possible(text)


def test_it_holds_for_sentences_of_news() -> None:
    sentences = [plain(p) for story in STORIES for p in (story.title, *story.paragraphs)]
    assert len(sentences) > 10
    for patterns in every():
        for text in sentences:
            assert {n for n, p in enumerate(patterns.compiled) if p.search(text)} <= patterns.possible(text)


def test_most_patterns_are_passed_over() -> None:
    names = _names()[0]
    assert len(names.possible("le marche de la ville a rouvert mercredi apres deux mois de travaux")) < 3
    assert len(names.possible("des soldats maliens ont ete tues par le jnim")) < 10


@pytest.mark.parametrize(
    ("pattern", "loose"),
    [
        (r"\bmines?\b(?= (?:a|b[)]))x", "mines?x"),
        (r"(?<![\w-])a(?!\w)", "a"),
        (r"[^(]\(", r"[^(]\("),
        (r"\W\.", r".\."),
    ],
)
def test_what_re2_does_not_know_is_left_out(pattern: str, loose: str) -> None:
    assert loosened(pattern) == loose


def test_a_pattern_that_re2_refuses_is_an_error() -> None:
    with pytest.raises(re.error, match="RE2"):
        Patterns([r"(a)\1"])


ALTERNATIVES = ("ab", "abc", "b", "ca", "c")


@given(st.text("abc ", max_size=20), st.permutations(ALTERNATIVES))
def test_alternatives_one_by_one_find_what_they_find_together(text: str, order: list[str]) -> None:
    together = [m.span() for m in re.finditer("|".join(order), text)]
    assert [m.span() for m in first_of([re.compile(p) for p in order], text)] == together


def test_a_guarded_pattern_is_used_as_any_other() -> None:
    one, other = guarded(["ga+o", "kidal"])
    assert isinstance(one, Guarded)
    assert [m.group() for m in one.finditer("gao, gaao")] == ["gao", "gaao"]
    assert list(other.finditer("gao")) == []
    assert other.search("gao") is None
    assert expressions.RULES
