"""The head of an answer, mended as browsers and curl read it: lines that are no header are passed over.

Our HTTP library refuses the whole answer for one such line: a PHP warning, a header's name with a space, an odd byte.
"""

from __future__ import annotations

import re

#: A head that is longer is passed on as it is, for the library to refuse.
MAX_HEAD = 64 * 1024

_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:(.*)", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")


class Head:
    """Takes what a server sent, piece by piece, and gives it back with its head mended; the body passes untouched."""

    def __init__(self) -> None:
        self._held = b""
        self._is_over = False

    def feed(self, piece: bytes) -> bytes:
        """Return what may be passed on now; b"" while the head is not whole. `piece` b"" is the end of what was sent."""
        if self._is_over:
            return piece
        self._held += piece
        out = b""
        while end := _END.search(self._held):
            head, self._held = self._held[: end.start()], self._held[end.end() :]
            out += mended(head) + b"\r\n\r\n"
            if not _INTERIM.match(head):  # after "100 Continue" another head follows
                self._is_over = True
                break
        if self._is_over or not piece or len(self._held) > MAX_HEAD:
            self._is_over = True
            out, self._held = out + self._held, b""
        return out

    @property
    def is_whole(self) -> bool:
        """Whether the head has passed."""
        return self._is_over


def mended(head: bytes) -> bytes:
    """Return the lines of a head, without the blank one at its end, as the library takes them.

    >>> mended(b"HTTP/1.1 200 OK\\nWarning in /x.php\\nContent Type: a\\nServer : b\\r\\nX: c\\x00d")
    b'HTTP/1.1 200 OK\\r\\nServer: b\\r\\nX: cd'
    """
    first, *lines = head.split(b"\n")
    kept = [_CONTROLS.sub(b"", first)]
    is_kept = False
    for line in lines:
        line = line.rstrip(b"\r")
        if line[:1] in b" \t":  # the rest of the line before
            if is_kept and line.strip():
                kept[-1] += b" " + _CONTROLS.sub(b"", line).strip()
            continue
        found = _FIELD.fullmatch(line)
        is_kept = found is not None
        if found:
            kept.append(found[1] + b": " + _CONTROLS.sub(b"", found[2]).strip())
    return b"\r\n".join(kept)
