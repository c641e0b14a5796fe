"""What of the raw archive may go when it is old: pages give way to what was read of them, feeds to what was new in them.

The rule: the extracted text of every revision stays, with its title, authors and times, so that a rebuild reads and links it
again as before; so does every entry that a feed ever listed, once. What goes is markup, menus and repetition.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from veille.records.articles import Extracted
from veille.web import archive
from veille.web.archive import Archived

PRUNED = "-p.warc.gz"
_OPENING = re.compile(rb"<(item|entry)\b", re.IGNORECASE)
_CLOSING = {name: re.compile(rb"</" + name + rb"\s*>", re.IGNORECASE) for name in (b"item", b"entry")}


def pack(found: Extracted) -> bytes:
    """Return what was read of a page, as the body of a record."""
    values = {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in dataclasses.asdict(found).items()}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def unpack(body: bytes) -> Extracted:
    """Undo `pack`. ValueError, TypeError: the bytes are no pack."""
    values = json.loads(body)
    at = values["published_at"]
    return Extracted(
        **{**values, "authors": tuple(values["authors"]), "published_at": dt.datetime.fromisoformat(at) if at else None}
    )


def with_entries(body: bytes, keeps: Callable[[bytes], bool]) -> bytes:
    """Return a feed with those of its entries that `keeps` holds for, and everything around them.

    >>> with_entries(b"<rss><item>un</item> <item>deux</item></rss>", lambda entry: b"un" not in entry)
    b'<rss> <item>deux</item></rss>'
    """
    parts, end, open_names = [], 0, set(_CLOSING)
    for opening in _OPENING.finditer(body):
        name = opening[1].lower()
        if opening.start() < end or name not in open_names:
            continue
        closing = _CLOSING[name].search(body, opening.end())
        if closing is None:  # nor will any later one be closed: a hostile feed must not cost a search for each
            open_names.discard(name)
            continue
        parts.append(body[end : opening.start()])
        entry = body[opening.start() : closing.end()]
        parts += [entry] if keeps(entry) else []
        end = closing.end()
    return b"".join([*parts, body[end:]])


def without_known(body: bytes, known: set[bytes]) -> bytes:
    """Return a feed without the entries (byte for byte) that were `known`; those that were not are added to it."""

    def is_new(entry: bytes) -> bool:
        digest = hashlib.sha256(entry).digest()[:12]
        if digest in known:
            return False
        known.add(digest)
        return True

    return with_entries(body, is_new)


def target_of(file: Path) -> Path:
    """Return the name of a file of the archive once it is pruned."""
    return file if is_pruned(file) else file.with_name(file.name.removesuffix(".warc.gz") + PRUNED)


def whole_of(file: Path) -> Path:
    """Return the name that a pruned file had before."""
    return file.with_name(file.name.removesuffix(PRUNED) + ".warc.gz") if is_pruned(file) else file


def is_pruned(file: Path) -> bool:
    return file.name.endswith(PRUNED)


def rewrite(file: Path, shrunk: Callable[[Archived], Archived]) -> dict[str, str]:
    """Write a file of the archive again beside the old one, each record as `shrunk` makes it; old references to new ones."""
    target = target_of(file)
    part, moved, offset = target.with_name(f".{target.name}.{os.getpid()}"), {}, 0
    try:
        with part.open("wb") as out:
            for record in archive.records(file):
                moved[record.raw_ref] = f"{target.name}:{offset}"
                offset += out.write(archive.record_bytes(shrunk(record)))
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return moved
