"""HTML where plain text belongs: tags, entities, rubbish; and nothing that costs more than its length."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.web.plain import clean, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>var a = 1 < 2;</script>Bonjour<style>p{}</style>", "Bonjour"),
        ("20<sup>e</sup> jour<br>fin", "20e jour fin"),
        ("avant<!-- <p>caché</p> -->après", "avant après"),
        ("avant<!-- sans fin", "avant"),
        ("a <b c", "a <b c"),
        ("x &lt; y &amp;&amp; z", "x < y && z"),
        ("\ud83d\ude00 \ud800\x00fin", "😀 fin"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text())
def test_plain_is_clean_and_short(text: str) -> None:
    once = plain(text * 3)
    assert clean(once) == once
    assert "\n" not in once
    once.encode()


@pytest.mark.parametrize("piece", ["<", "<a", "<a ", "<!--", "<script>", "&", "<a href='", "</"])
def test_plain_is_linear(piece: str) -> None:
    started = dt.datetime.now(dt.UTC)
    plain(piece * 100_000)
    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 1
