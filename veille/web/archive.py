"""The raw archive: every body that was fetched, as WARC, one gzip member per record, appended and never edited.

One file per run (VEILLE-TIME-PID.warc.gz), opened at its first record. A record is found again by "FILE:OFFSET". Bodies are
stored decoded, with headers that fit them. A kill leaves at worst half a record at the end of one file: readers notice
(a gzip member has an end and a checksum) and go on with what is whole.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from veille.codes import RecordKind
from veille.errors import Damaged, WorkFailed

SYNC_EVERY = 50  # records
_KIND = "WARC-Veille-Kind"
_ASKED = "WARC-Veille-Asked"  # the address that was asked for, where redirects led elsewhere
_NOTE = "WARC-Veille-Note"  # what its reader wanted remembered with it
_RUN = "WARC-Veille-Run"  # the present of the run that fetched it
_MAGIC = b"\x1f\x8b\x08"
_BLOCK = 1 << 16
#: Headers of the transfer, no longer true of the stored body.
_TRANSFER = ("content-encoding", "content-length", "transfer-encoding", "connection")


@dataclass(frozen=True, slots=True)
class Archived:
    """One record: what was fetched, from where (after redirects) and when.

    `kind` is "page" or "feed", or "extract": what was read of a page, where pruning left no more (`pruning`).
    """

    url: str
    fetched_at: dt.datetime
    kind: RecordKind
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw_ref: str
    asked: str = ""  # the address before redirects
    run_at: dt.datetime | None = None  # the present of the run that fetched it
    note: str = ""

    def header(self, name: str) -> str:
        """Return the first header of that name (lower case), "" if there is none."""
        return next((v for k, v in self.headers if k.lower() == name), "")


class Archive:
    """Appends to `directory`; a context manager, safe to share between threads. `now` dates the file's name."""

    def __init__(self, directory: Path, now: dt.datetime) -> None:
        self._directory, self._now = directory, now
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._name = ""
        self._n_unsynced = 0

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(
        self,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        fetched_at: dt.datetime,
        kind: RecordKind,
        asked: str = "",
        note: str = "",
    ) -> str:
        """Append one response; returns its "FILE:OFFSET". `note` is one ASCII line. WorkFailed if the disk refuses."""
        extra = {_KIND: kind, _RUN: self._now.astimezone(dt.UTC).isoformat()}
        if asked and asked != url:
            extra[_ASKED] = asked
        if note:
            extra[_NOTE] = note
        member = _member(url, status, headers, body, fetched_at, extra)
        with self._lock:
            try:
                file = self._file or self._open()
                offset = file.tell()
                file.write(member)
                self._n_unsynced += 1
                if self._n_unsynced >= SYNC_EVERY:
                    self._sync()
            except OSError as error:
                raise WorkFailed(f"{self._directory}: the raw archive cannot be written: {error}") from error
            return f"{self._name}:{offset}"

    def rewrite(self, record: Archived, body: bytes) -> str:
        """Append a record again with another body; returns its "FILE:OFFSET"."""
        r = record
        return self.write(r.url, r.status, r.headers, body, r.fetched_at, r.kind, r.asked, r.note)

    @property
    def name(self) -> str:
        """Return the name of the file; "" before the first record."""
        return self._name

    def sync(self) -> None:
        """Make all that was written durable: to be called before anything refers to it for good."""
        with self._lock:
            self._sync()

    def close(self) -> None:
        """Sync and close; the next `write` would open a new file."""
        with self._lock:
            self._sync()
            if self._file:
                self._file.close()
            self._file = None

    def _sync(self) -> None:
        if self._file and self._n_unsynced:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._n_unsynced = 0

    def _open(self) -> BinaryIO:
        """A file that nobody has: two runs of one second and one process number do not meet."""
        self._directory.mkdir(parents=True, exist_ok=True)
        stem = f"VEILLE-{self._now.astimezone(dt.UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        for suffix in ("", *(f"-{n}" for n in range(2, 10_000))):
            path = self._directory / f"{stem}{suffix}.warc.gz"
            try:
                self._file = path.open("xb")
            except FileExistsError:
                continue
            self._name = path.name
            _sync_directory(self._directory)
            return self._file
        raise FileExistsError(f"{stem}: no free name")


def read(directory: Path, raw_ref: str) -> Archived:
    """Return the record at "FILE:OFFSET". Damaged: no such file or record, or it was taken down (`erase`)."""
    path, offset = _place(directory, raw_ref)
    try:
        with path.open("rb") as file:
            found = _read_member(file, offset)
    except OSError as error:
        raise Damaged(f"{raw_ref}: cannot be read from the raw archive: {error}") from error
    record = _record(found[0], raw_ref) if found else None
    if record is None:
        raise Damaged(f"{raw_ref}: no whole record there in the raw archive, or it was taken down")
    return record


def iterate(directory: Path) -> Iterator[Archived]:
    """Return every whole record, file by file in the order of their names; what is torn or damaged is passed over."""
    for path in files(directory):
        yield from records(path)


def files(directory: Path) -> list[Path]:
    """Return the files of the archive, oldest first: one per run."""
    return sorted(directory.glob("*.warc.gz"))


def records(path: Path) -> Iterator[Archived]:
    """Return every whole record of one file."""
    with path.open("rb") as file:
        offset: int | None = 0
        while offset is not None:
            found = _read_member(file, offset)
            if found and (record := _record(found[0], f"{path.name}:{offset}")):
                yield record
            offset = found[1] if found else _next_magic(file, offset + 1)


def erase(directory: Path, raw_ref: str) -> None:
    """Take a record down for good: an empty gzip member of the same length stands in its place.

    Every other "FILE:OFFSET" stays true, and the file stays valid. Damaged if there is no record at `raw_ref`.
    """
    path, offset = _place(directory, raw_ref)
    read(directory, raw_ref)
    with path.open("r+b") as file:
        found = _read_member(file, offset)
        assert found is not None
        file.seek(offset)
        file.write(_blank(found[1] - offset))
        file.flush()
        os.fsync(file.fileno())


def _place(directory: Path, raw_ref: str) -> tuple[Path, int]:
    name, _, offset = raw_ref.rpartition(":")
    if not name or "/" in name or not offset.isdecimal():
        raise Damaged(f"{raw_ref!r}: no reference to the raw archive (FILE:OFFSET)")
    return directory / name, int(offset)


def _member(
    url: str,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    fetched_at: dt.datetime,
    extra: Mapping[str, str],
) -> bytes:
    """One gzip member with one WARC response record."""
    kept = [(k, v) for k, v in headers if k.lower() not in _TRANSFER]
    http = StatusAndHeaders(f"{status} -", [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    date = fetched_at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": date, **extra},
    )
    writer.write_record(record)
    return out.getvalue()


def record_bytes(a: Archived) -> bytes:
    """Return a record as the archive stores it."""
    extra = {_KIND: a.kind, _ASKED: a.asked, _NOTE: a.note, _RUN: a.run_at.isoformat() if a.run_at else ""}
    return _member(a.url, a.status, a.headers, a.body, a.fetched_at, {k: v for k, v in extra.items() if v})


def _read_member(file: BinaryIO, offset: int) -> tuple[bytes, int] | None:
    """The decompressed gzip member at `offset` and where the next one begins; None if there is no whole one."""
    file.seek(offset)
    inflate, parts, position = zlib.decompressobj(31), [], offset
    while not inflate.eof:
        block = file.read(_BLOCK)
        if not block:
            return None
        try:
            parts.append(inflate.decompress(block))
        except zlib.error:
            return None
        position += len(block)
    return b"".join(parts), position - len(inflate.unused_data)


def _record(member: bytes, raw_ref: str) -> Archived | None:
    """A response record; None for records of other kinds, and for the blank that `erase` leaves."""
    for record in ArchiveIterator(io.BytesIO(member)) if member else ():
        if record.rec_type != "response" or record.http_headers is None:
            return None
        body = record.content_stream().read()
        warc, http = record.rec_headers, record.http_headers
        run_at = warc.get_header(_RUN)
        return Archived(
            url=warc.get_header("WARC-Target-URI"),
            fetched_at=dt.datetime.fromisoformat(warc.get_header("WARC-Date")),
            kind=RecordKind(warc.get_header(_KIND) or RecordKind.PAGE),
            status=int(http.get_statuscode()),
            headers=tuple((str(k), str(v)) for k, v in http.headers),
            body=body,
            raw_ref=raw_ref,
            asked=warc.get_header(_ASKED) or warc.get_header("WARC-Target-URI"),
            run_at=dt.datetime.fromisoformat(run_at) if run_at else None,
            note=warc.get_header(_NOTE) or "",
        )
    return None


def _next_magic(file: BinaryIO, offset: int) -> int | None:
    """Where the next gzip member may begin."""
    overlap = len(_MAGIC) - 1
    file.seek(offset)
    before = b""
    while block := file.read(_BLOCK):
        found = (before + block).find(_MAGIC)
        if found >= 0:
            return offset - len(before) + found
        offset += len(block)
        before = block[-overlap:]
    return None


def _blank(length: int) -> bytes:
    """A gzip member of exactly `length` bytes (at least 21) that holds nothing: a comment fills it."""
    head = _MAGIC + b"\x10" + bytes(4) + b"\x00\xff"  # flag: a comment follows
    tail = b"\x03\x00" + bytes(8)  # an empty deflate stream, its checksum and length
    return head + b" " * (length - len(head) - len(tail) - 1) + b"\x00" + tail


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
