"""Is this French? langdetect, seeded, never trusted alone.

langdetect calls Hausa Indonesian and "Mali" Swahili, and raises on an empty string, so the share of French stop words
decides first; the detector only names the language of what is turned away, or breaks ties.
"""

from __future__ import annotations

from langdetect import DetectorFactory, LangDetectException, detect_langs

from veille.cleaning import words

DetectorFactory.seed = 0

STOP_WORDS = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "au",
        "aux",
        "et",
        "ou",
        "à",
        "en",
        "dans",
        "sur",
        "par",
        "pour",
        "avec",
        "sans",
        "sous",
        "entre",
        "vers",
        "chez",
        "que",
        "qui",
        "qu",
        "dont",
        "où",
        "ce",
        "cet",
        "cette",
        "ces",
        "son",
        "sa",
        "ses",
        "leur",
        "leurs",
        "il",
        "elle",
        "ils",
        "elles",
        "on",
        "nous",
        "se",
        "s",
        "ne",
        "pas",
        "plus",
        "n",
        "est",
        "sont",
        "a",
        "ont",
        "été",
        "être",
        "avoir",
        "était",
        "selon",
        "après",
        "avant",
        "depuis",
        "lors",
        "contre",
        "mais",
        "comme",
        "aussi",
        "y",
        "fait",
        "deux",
    ]
)
#: Under this share of stop words a text is not French, over SURE it is.
LOW, SURE = 0.20, 0.33
#: A guess of the detector's that may be believed where the page says the same.
SURE_GUESS = 0.95
#: Function words that French shares with its neighbours say nothing against them.
_PORTUGUESE_SPANISH = frozenset(
    [
        "o",
        "os",
        "um",
        "uma",
        "do",
        "da",
        "dos",
        "das",
        "em",
        "no",
        "na",
        "e",
        "ao",
        "el",
        "los",
        "las",
        "y",
        "del",
        "con",
        "por",
        "para",
        "una",
        "que",
        "não",
        "muy",
    ]
)
SAMPLE_CHARS = 500


def detect(text: str, title: str = "", declared: str = "") -> tuple[str, float]:
    """Return language (ISO 639-1, "und" if nothing can be said) and confidence 0 to 1 of an article.

    `declared` is what the page says of itself: where that and the detector both say French, a list of headlines with hardly
    any stop word is French too.

    >>> detect("L'armée malienne a repoussé une attaque contre le camp de Niafounké, dans la région de Tombouctou.")[0]
    'fr'
    >>> detect("The army repelled an attack on the camp, officials said on Friday in a statement.")[0]
    'en'
    >>> detect("")
    ('und', 0.0)
    """
    sample = _middle(text) or title
    tokens = words(sample.replace("’", "'"))
    if not tokens:
        return "und", 0.0
    share = sum(t in STOP_WORDS for t in tokens) / len(tokens)
    rival = sum(t in _PORTUGUESE_SPANISH for t in tokens) / len(tokens)
    guess, confidence = _langdetect(sample)
    if guess == "fr":
        is_french = share >= LOW or len(tokens) < 8 or (declared == "fr" and confidence >= SURE_GUESS)
        return ("fr", confidence) if is_french else ("und", 1 - confidence)
    if share >= SURE and share > rival + 0.1:
        return "fr", round(share, 3)
    return guess, confidence


def _middle(text: str) -> str:
    """At most 500 characters, from after the first line where there is enough: datelines and tags mislead."""
    text = text.replace("\n", " ")
    start = min(200, max(0, len(text) - SAMPLE_CHARS))
    return text[start : start + SAMPLE_CHARS]


def _langdetect(sample: str) -> tuple[str, float]:
    try:
        best = detect_langs(sample)[0]
    except LangDetectException:
        return "und", 0.0
    return str(best.lang)[:2], round(float(best.prob), 3)
