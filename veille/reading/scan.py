"""Which of many patterns can match a sentence at all: one pass of an automaton over it, for all of them together.

Reading asks each sentence for hundreds of patterns, and nearly all are in vain. RE2 (linear in the length of the text, whatever
the text) tells first which may match: each pattern stands in its set in a looser form, without what RE2 does not know
(looking ahead and behind, edges of words). What it names is then matched by Python, as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

#: Letters, digits and blanks beyond ASCII are such for Python; for RE2 every character that is not ASCII might be one.
_BEYOND = r"\x{80}-\x{10ffff}"
_WIDER = {"w": rf"\w{_BEYOND}", "d": rf"\d{_BEYOND}", "s": rf"\s\x{{1c}}-\x{{1f}}{_BEYOND}"}
_MEMORY = 1 << 27


class Patterns:
    """Patterns that are asked for together; each is known by its place."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.compiled = tuple(re.compile(p) for p in patterns)
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        for pattern in patterns:
            try:
                self._set.Add(loosened(pattern))
            except re2.error as error:
                raise re.error(f"not understood by RE2: {error}", pattern) from None
        self._set.Compile()
        self._possible = lru_cache(maxsize=256)(self._match)

    def possible(self, text: str) -> frozenset[int]:
        """Return the places of the patterns that may match somewhere in a text; no other does."""
        return self._possible(text)

    def _match(self, text: str) -> frozenset[int]:
        return frozenset(self._set.Match(text) or ())

    def matches(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield every match of every pattern, with the pattern's place: pattern by pattern."""
        for number in sorted(self.possible(text)):
            for match in self.compiled[number].finditer(text):
                yield number, match


@dataclass(frozen=True, slots=True)
class Guarded:
    """One of `Patterns`, to be used as any compiled pattern: it is only tried where it can match."""

    among: Patterns
    number: int

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self.among.compiled[self.number].search(text) if self.number in self.among.possible(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match in a text."""
        yield from self.among.compiled[self.number].finditer(text) if self.number in self.among.possible(text) else ()


def guarded(patterns: Sequence[str]) -> list[Guarded]:
    """Return patterns that are asked for together, each guarded by one pass for them all."""
    among = Patterns(patterns)
    return [Guarded(among, number) for number in range(len(patterns))]


def first_of(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the alternatives in a text as one pattern of them all would find them: leftmost, then first listed."""
    waiting = {n: m for n, p in enumerate(patterns) if (m := p.search(text))}
    while waiting:
        number = min(waiting, key=lambda n: (waiting[n].start(), n))
        match = waiting[number]
        yield match
        end = max(match.end(), match.start() + 1)
        passed = [n for n, m in waiting.items() if m.start() < end]
        waiting = {n: m for n, m in waiting.items() if n not in passed}
        waiting |= {n: m for n in passed if (m := patterns[n].search(text, end))}


def loosened(pattern: str) -> str:
    """Return a pattern for RE2 that matches wherever this one does, and maybe elsewhere.

    >>> loosened(r"(?<![\\w-])\\bmines?\\b(?= (?:artisanale|anti))")
    'mines?'
    """
    out: list[str] = []
    at, is_class = 0, False
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            escaped = pattern[at + 1]
            at += 2
            if escaped in "bB":
                continue
            if escaped in _WIDER:
                out.append(_WIDER[escaped] if is_class else f"[{_WIDER[escaped]}]")
            elif escaped in "WDS":
                out.append(f"\\{escaped}" if is_class else ".")
            else:
                out.append("\\" + escaped)
        elif is_class:
            is_class = c != "]"
            out.append(c)
            at += 1
        elif c == "[":
            is_class = True
            out.append(c)
            at += 1
        elif pattern.startswith(("(?=", "(?!", "(?<=", "(?<!"), at):
            at = _end_of_group(pattern, at)
        else:
            out.append(c)
            at += 1
    return "".join(out)


def _end_of_group(pattern: str, at: int) -> int:
    """The place after the group that opens at a place."""
    depth, is_class = 0, False
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            at += 1
        elif is_class:
            is_class = c != "]"
        elif c == "[":
            is_class = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise re.error("a group that is never closed", pattern)
