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

from veille.records import Extracted
from veille.web import archive
from veille.web.archive import Archived

PRUNED = "-p.warc.gz"
_ENTRY = re.compile(rb"<(item|entry)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def pack(found: Extracted) -> bytes:
    """What was read of a page, as the body of a record."""
    values = {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in dataclasses.asdict(found).items()}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def unpack(body: bytes) -> Extracted:
    """The other way round. ValueError, TypeError: it is none."""
    values = json.loads(body)
    at = values["published_at"]
    return Extracted(
        **{**values, "authors": tuple(values["authors"]), "published_at": dt.datetime.fromisoformat(at) if at else None}
    )


def without_known(body: bytes, known: set[bytes]) -> bytes:
    """A feed without the entries (byte for byte) that were `known`; those that were not are added to it."""

    def kept(match: re.Match[bytes]) -> bytes:
        entry = hashlib.sha256(match.group()).digest()[:12]
        if entry in known:
            return b""
        known.add(entry)
        return match.group()

    return _ENTRY.sub(kept, body)


def target_of(file: Path) -> Path:
    """The name of a file of the archive once it is pruned."""
    return file if is_pruned(file) else file.with_name(file.name.removesuffix(".warc.gz") + PRUNED)


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
