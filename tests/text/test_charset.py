"""The characters of a page: header, then meta, then bytes; one bad byte turns nothing."""

from __future__ import annotations

import pytest

from veille.text.charset import decoded

TEXT = "L'armée a repoussé l'assaut à l'aube, déjà la troisième attaque à Ménaka, où les commerçants ont fui."


def page(meta: str = "", text: str = TEXT) -> str:
    return f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("codec", "declares"),
    [(c, d) for c in ("utf-8", "cp1252", "iso-8859-15", "utf-16") for d in ("header", "meta", "nothing")]
    + [("utf-8", "lies")],  # which alone can be told from its bytes whatever is declared
)
def test_french_is_read_however_it_is_declared(codec: str, declares: str) -> None:
    named = "iso-8859-1" if declares == "lies" else codec
    body = page(f'<meta charset="{named}">' if declares in ("meta", "lies") else "").encode(codec)
    header = f"text/html; charset={named}" if declares in ("header", "lies") else "text/html"
    assert TEXT in decoded(body, header)


@pytest.mark.parametrize("bad", [b"\x92", b"\xe9", b"\xff", b"\xc3"])
def test_one_bad_byte_turns_no_other(bad: bytes) -> None:
    assert TEXT in decoded(page().encode() + b"<p>" + bad + b" fin</p>", "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["utf-7", "idna", "zip", "rot13", "nonsense", "utf-8"])
def test_a_charset_that_is_none_is_passed_over(name: str) -> None:
    assert TEXT in decoded(page().encode("cp1252"), f"text/html; charset={name}")
