"""A body as it comes off the wire, decoded within a bound.

Only gzip is asked for (1.6 kB of brotli became 1 GiB in one piece elsewhere); deflate is understood because some
servers send it unasked. zlib's `max_length` keeps each step within what is still allowed.
"""

from __future__ import annotations

import zlib

from veille.codes import Reason

_RATIO_FROM = 1 << 20
#: Encodings that were not asked for and would have to be unpacked; a token that names none ("utf-8", "none") is no encoding.
_CODECS = frozenset(("gzip", "x-gzip", "deflate"))
_PACKED = frozenset(("br", "compress", "x-compress", "zstd", "dcb", "dcz", "bzip2", "lzma", "xz"))


class BadBody(Exception):
    """A body that is refused: `outcome` is "too_large", "truncated" or "bad_encoding"."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome, self.detail = outcome, detail


class Decoder:
    """Takes pieces as they were received, holds at most `max_bytes` decoded and as many received.

    `encoding` is the Content-Encoding header. BadBody("bad_encoding") for one that was not asked for.
    """

    def __init__(self, encoding: str, max_bytes: int, max_ratio: float) -> None:
        self._encoding = encoding.strip().lower()
        tokens = {t.strip() for t in self._encoding.split(",")}
        if tokens & _PACKED or len([t for t in self._encoding.split(",") if t.strip() in _CODECS]) > 1:
            raise BadBody(Reason.BAD_ENCODING, f"Content-Encoding {encoding[:60]!r} was not asked for")
        self._max_bytes, self._max_ratio = max_bytes, max_ratio
        self._head = b""
        self._is_open = False
        self._is_over = False
        self._inflate: zlib._Decompress | None = None
        self._received = 0
        self.body = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take one more piece. BadBody: more than the bound ("too_large"), no valid stream ("bad_encoding")."""
        self._received += len(piece)
        if self._received > self._max_bytes:
            raise BadBody(Reason.TOO_LARGE, f"more than {self._max_bytes} bytes")
        if not self._is_open:
            self._head += piece
            if len(self._head) < 2:
                return
            piece = self._open()
        self._take(piece)

    def finish(self) -> bytes:
        """Return the whole body. BadBody("truncated") if the compressed stream stops short."""
        if not self._is_open:
            self._take(self._open())
        if self._inflate and self._received and not self._is_over:
            raise BadBody(Reason.TRUNCATED, "the compressed body stops short")
        return bytes(self.body)

    def _open(self) -> bytes:
        """Choose the codec by the first two bytes: some servers declare gzip and send plain text."""
        head, self._head, self._is_open = self._head, b"", True
        if self._encoding != "deflate" and head[:2] == b"\x1f\x8b":  # announced or not
            self._inflate = zlib.decompressobj(31)
        elif self._encoding == "deflate" and len(head) > 1:
            has_header = head[0] & 15 == 8 and (head[0] << 8 | head[1]) % 31 == 0
            self._inflate = zlib.decompressobj(15 if has_header else -15)
        return head

    def _take(self, piece: bytes) -> None:
        while piece and not self._is_over:
            if self._inflate is None:
                self._keep(piece)
                return
            try:
                self._keep(self._inflate.decompress(piece, self._max_bytes - len(self.body) + 1))
            except zlib.error as error:
                raise BadBody(Reason.BAD_ENCODING, f"broken compressed body: {error}") from error
            piece = self._next_piece(self._inflate)

    def _next_piece(self, inflate: zlib._Decompress) -> bytes:
        """What is left to decode; a gzip body may hold several members, and junk after the last."""
        if not inflate.eof:
            return inflate.unconsumed_tail
        if inflate.unused_data[:2] == b"\x1f\x8b" and self._encoding != "deflate":
            self._inflate = zlib.decompressobj(31)
            return inflate.unused_data
        self._is_over = True
        return b""

    def _keep(self, text: bytes) -> None:
        self.body += text
        if len(self.body) > self._max_bytes:
            raise BadBody(Reason.TOO_LARGE, f"more than {self._max_bytes} bytes")
        if len(self.body) > _RATIO_FROM and len(self.body) > self._max_ratio * self._received:
            raise BadBody(Reason.TOO_LARGE, f"{self._received} bytes became more than {len(self.body)}")
