"""All of a home that cannot be fetched again, in one tar file with checksums.

The lock is held only while sizes are taken and the small files are copied: the raw archive is append-only, so its first so
many bytes are what they were then, whatever a run adds meanwhile; what changes it (pruning, forgetting) waits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from veille.errors import Damaged, SettingError, WorkFailed
from veille.limits import LOCK_WAIT_S
from veille.settings import Settings
from warehouse import lock
from warehouse.publish import publish
from warehouse.session import Say, exclusive, scratch_folder, translated_errors, wal_of
from warehouse.store import connect

MANIFEST = "manifest.json"
_SMALL = ("state.duckdb", "journal.jsonl")
_BLOCK = 1 << 20


#: What a backup holds, and nothing else.
_OURS = re.compile(
    r"manifest\.json|state\.duckdb(?:\.wal)?|journal\.jsonl|raw/[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.warc\.gz"
)


def write_backup(settings: Settings, path: Path, say: Say) -> tuple[int, int]:
    """Write a backup whole or not at all; how many files, and their bytes.

    Raises SettingError: no name of a file. WorkFailed: there is nothing to back up, or the disk refuses.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise SettingError(f"backup: {path}: expected the name of a file in a folder that exists")
    if not settings.state_file.exists():
        raise WorkFailed(f"{settings.state_file}: nothing to back up yet; run `veille ingest`")
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with translated_errors(settings):
        try:
            with (
                lock.archive(settings.home, to_change=False, wait_s=LOCK_WAIT_S, say=say),
                scratch_folder(settings) as scratch,
            ):
                written = _write(settings, scratch, part, say)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    return written


def _write(settings: Settings, scratch: Path, part: Path, say: Say) -> tuple[int, int]:
    with lock.writer(settings.home, LOCK_WAIT_S, say):
        for name in _SMALL:
            if (settings.home / name).exists():
                shutil.copyfile(settings.home / name, scratch / name)
        wal = wal_of(settings.state_file)
        if wal.exists():
            shutil.copyfile(wal, scratch / wal.name)
        sizes = {f: f.stat().st_size for f in sorted(settings.raw_dir.glob("*.warc.gz"))}
    sizes = {**{f: f.stat().st_size for f in sorted(scratch.iterdir())}, **sizes}
    sums: dict[str, str] = {}
    with part.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for source, size in sizes.items():
            name = source.name if source.parent == scratch else f"raw/{source.name}"
            info = tarfile.TarInfo(name)
            info.size, info.mtime = size, int(source.stat().st_mtime)
            with source.open("rb") as body:
                counted = _Counted(body, size)
                tar.addfile(info, counted)
            sums[name] = counted.digest.hexdigest()
        content = json.dumps({"made_at": dt.datetime.now(dt.UTC).isoformat(), "sha256": sums}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
        tar.close()
        file.flush()
        os.fsync(file.fileno())
    return len(sizes), sum(sizes.values())


class _Counted:
    """The first bytes of a file, hashed as they are read."""

    def __init__(self, body: IO[bytes], size: int) -> None:
        self._body, self._left = body, size
        self.digest = hashlib.sha256()

    def read(self, n: int = _BLOCK) -> bytes:
        block = self._body.read(min(n, self._left))
        self._left -= len(block)
        self.digest.update(block)
        return block


def read_backup(settings: Settings, path: Path, say: Say) -> int:
    """Check every file of a backup against its checksum, put them into an empty home, and publish; how many files.

    Raises WorkFailed: the home is not empty. Damaged: it is no whole backup; nothing was restored.
    """
    taken = [p for p in (settings.state_file, settings.journal_file, settings.raw_dir) if p.exists()]
    if taken:
        raise WorkFailed(f"{taken[0]}: the home is not empty; move it away, or restore with --home into another folder")
    with exclusive(settings, say):
        fresh = Path(tempfile.mkdtemp(prefix=".load-", dir=settings.home))
        try:
            n_files = _unpack(path, fresh)
            connect(fresh / "state.duckdb").close()
            for entry in sorted(fresh.iterdir()):
                os.replace(entry, settings.home / entry.name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        publish(settings.state_file, settings.published_file)
    return n_files


def _unpack(path: Path, into: Path) -> int:
    try:
        with tarfile.open(path, "r:") as tar:  # written uncompressed: what is packed is none of ours
            sums = {}
            for member in _plain(tar, path):
                target = into / member.name
                target.parent.mkdir(exist_ok=True)
                body = tar.extractfile(member)
                assert body is not None
                digest = hashlib.sha256()
                with target.open("wb") as out:
                    while block := body.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
                sums[member.name] = digest.hexdigest()
    except (tarfile.TarError, EOFError, FileNotFoundError, IsADirectoryError, zlib.error, lzma.LZMAError) as error:
        told = " ".join(str(error).split())[:200]
        raise Damaged(f"{path}: no backup of veille ({told}); nothing was restored") from None
    manifest = into / MANIFEST
    if not manifest.exists():
        raise Damaged(f"{path}: has no {MANIFEST}, so it was cut short or is no backup; nothing was restored")
    wanted = _wanted(manifest.read_bytes())
    if wanted is None or "state.duckdb" not in wanted:
        raise Damaged(f"{path}: its {MANIFEST} lists no files of ours; nothing was restored")
    manifest.unlink()
    sums.pop(MANIFEST)
    if bad := sorted(n for n in wanted.keys() | sums.keys() if wanted.get(n) != sums.get(n)):
        raise Damaged(f"{path}: {bad[0]} is not what was backed up; nothing was restored, take an older backup")
    return len(sums)


def _wanted(raw: bytes) -> dict[str, str] | None:
    """The checksums by file of a manifest; None where it is none."""
    try:
        found = json.loads(raw)["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    is_table = isinstance(found, dict) and all(isinstance(x, str) for pair in found.items() for x in pair)
    return found if is_table else None


def _plain(tar: tarfile.TarFile, path: Path) -> Iterator[tarfile.TarInfo]:
    """The members, if they are what a backup holds: plain files of our names, each once."""
    seen: set[str] = set()
    for member in tar:
        if not member.isfile() or not _OURS.fullmatch(member.name) or member.name in seen:
            raise Damaged(f"{path}: holds {member.name[:80]!r}, which no backup does; nothing was restored")
        seen.add(member.name)
        yield member
