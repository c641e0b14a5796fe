"""A page that was answered with 200 and is no article: a consent page, a check for robots, a login, a "not found".

Told by what such pages say of themselves in their title or first lines, and only where the page does not carry the title
that its feed gave: an article about cookies names them too.
"""

from __future__ import annotations

import re
import urllib.parse

from veille.cleaning import fold, words
from veille.codes import Reason

_WALL = re.compile(
    r"avant de continuer|vous (?:n )?etes (?:pas )?un (?:robot|humain)|just a moment|checking (?:if the site|your browser)"
    r"|verif\w+ (?:que vous|de votre navigateur|you are human)|making sure you|attention required|are you a (?:robot|human)"
    r"|access denied|acces (?:refuse|interdit|bloque)|(?:activ|enable)\w* javascript|(?:activ|enable)\w* (?:les )?cookies"
    r"|(?:tout accepter|accept all)|nos partenaires utilisons|we and our partners|nous respectons votre vie privee"
    r"|before you continue|security check|controle de securite|ddos protection|(?:connectez vous|se connecter|log in|sign in) (?:pour|to) (?:continu|lire|read|view)"
    r"|unusual traffic|trafic inhabituel|captcha"
)
_NOT_FOUND = re.compile(
    r"\b404\b|page (?:introuvable|non trouvee|not found|inexistante)|(?:page|article|contenu) (?:demandee?|que vous (?:cherchez|recherchez)) (?:n existe|est introuvable|a ete supprim)"
    r"|n a pas ete trouvee?|oups ?! |nothing (?:was )?found|aucun resultat"
)
_MOVING = re.compile(
    r"(?:allez|va|vas) etre redirig|redirection (?:en cours|automatique)|you (?:are being|will be) redirected|redirecting (?:to|you)"
)
_REFRESH = re.compile(rb"<meta[^>]{0,80}http-equiv\s*=\s*[\"']?refresh[^>]{0,200}url\s*=", re.IGNORECASE)
#: An article is longer than what a wall says; a page this long is read as one.
MAX_WORDS = 160


def no_article(page: bytes, title: str, listed: str, text: str) -> Reason | None:
    """Return why a page is no article (WALL, SOFT_404, REDIRECTED); None where it may be one.

    `title` is what the page calls itself, `listed` what the feed called the article, `text` what was read of it.
    """
    n_words = len(words(text))
    if n_words > MAX_WORDS or _carries(text + " " + title, listed):
        return None
    head = fold(f"{title} {text[:600]}")
    if _NOT_FOUND.search(fold(title)) or (n_words < 60 and _NOT_FOUND.search(head)):
        return Reason.SOFT_404
    if _WALL.search(head):
        return Reason.WALL
    is_moving = _REFRESH.search(page[:8192]) or _MOVING.search(head)
    return Reason.REDIRECTED if n_words < 60 and is_moving else None


def is_unannounced(text: str, listed: str) -> bool:
    """Tell whether a short text has nothing in common with the title that its feed gave, not even a name.

    An article in another language names the same towns.
    """
    return bool(words(listed)) and len(words(text)) <= MAX_WORDS and not _carries(text, listed, 0.01)


def leads_to_front(asked: str, final: str) -> bool:
    """Tell whether an article's address led to a front page.

    >>> leads_to_front("https://a.example/2024/x", "https://www.a.example/"), leads_to_front("https://a.example/", "https://a.example/")
    (True, False)
    """
    one, other = urllib.parse.urlsplit(asked), urllib.parse.urlsplit(final)
    is_front = other.path.strip("/") in ("", "fr", "index.php", "index.html", "accueil") and not other.query
    return is_front and (one.path.strip("/") != other.path.strip("/") or bool(one.query))


def _carries(text: str, listed: str, share: float = 0.5) -> bool:
    """Whether a page speaks of what its feed announced: half of the long words of the title."""
    wanted = {w for w in words(listed) if len(w) > 3}
    return bool(wanted) and len(wanted & set(words(text))) >= share * len(wanted)
