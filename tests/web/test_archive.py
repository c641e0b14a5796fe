"""The raw archive: found again by reference, whole after a kill, blank where an article was taken down."""

from __future__ import annotations

import datetime as dt
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from veille.codes import RecordKind
from veille.errors import Damaged, WorkFailed
from veille.web.archive import Archive, erase, iterate, read

NOW = dt.datetime(2023, 11, 25, 12, 30, 15, 250_000, tzinfo=dt.UTC)
HEADERS = (
    ("Content-Type", "text/html; charset=windows-1252"),
    ("Content-Encoding", "gzip"),
    ("content-length", "3"),
    ("Transfer-Encoding", "chunked"),
    ("ETag", 'W/"v1"'),
)
URLS = [f"http://127.0.1.1:8900/spip.php?article{n}" for n in range(5)]


def body(n: int) -> bytes:
    return b"<p>\xe9t\xe9 \x00 %d</p>\r\n\r\n" % n * 50


def filled(folder: Path) -> list[str]:
    with Archive(folder, NOW) as archive:
        return [archive.write(url, 200, HEADERS, body(n), NOW, RecordKind.PAGE) for n, url in enumerate(URLS)]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    refs = filled(tmp_path)
    assert refs[0].startswith("VEILLE-20231125123015-")
    record = read(tmp_path, refs[3])
    assert (record.url, record.body, record.fetched_at, record.status) == (URLS[3], body(3), NOW, 200)
    assert (record.kind, record.raw_ref) == (RecordKind.PAGE, refs[3])
    kept = {name.lower(): value for name, value in record.headers}
    assert kept == {
        "content-type": "text/html; charset=windows-1252",
        "etag": 'W/"v1"',
        "content-length": str(len(body(3))),
    }
    assert [(r.raw_ref, r.body) for r in iterate(tmp_path)] == [(ref, body(n)) for n, ref in enumerate(refs)]


def test_it_is_plain_warc(tmp_path: Path) -> None:
    filled(tmp_path)
    (path,) = tmp_path.iterdir()
    with path.open("rb") as file:
        records = [(r.rec_type, r.rec_headers.get_header("WARC-Target-URI")) for r in ArchiveIterator(file)]
    assert records == [("response", url) for url in URLS]


def test_no_file_without_a_record_and_a_new_one_for_every_run(tmp_path: Path) -> None:
    with Archive(tmp_path / "raw", NOW):
        pass
    assert list(tmp_path.iterdir()) == []
    first, second = filled(tmp_path), filled(tmp_path)
    assert len(set(first + second)) == 10
    assert len(list(iterate(tmp_path))) == 10


def test_threads_do_not_mix_their_records(tmp_path: Path) -> None:
    with Archive(tmp_path, NOW) as archive, ThreadPoolExecutor(8) as pool:
        refs = list(pool.map(lambda n: archive.write(URLS[0], 200, (), body(n), NOW, RecordKind.FEED), range(200)))
    assert [read(tmp_path, ref).body for ref in refs] == [body(n) for n in range(200)]


def test_a_torn_end_costs_one_record_at_every_cut(tmp_path: Path) -> None:
    refs = filled(tmp_path)
    (path,) = tmp_path.iterdir()
    whole, last = path.read_bytes(), int(refs[-1].split(":")[1])
    for cut in {last, last + 1, last + 5, last + 30, (last + len(whole)) // 2, len(whole) - 9, len(whole) - 1}:
        path.write_bytes(whole[:cut])
        assert [r.raw_ref for r in iterate(tmp_path)] == refs[:-1]
        with pytest.raises(Damaged, match="no whole record"):
            read(tmp_path, refs[-1])


def test_damage_in_the_middle_costs_one_record(tmp_path: Path) -> None:
    refs = filled(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = bytearray(path.read_bytes())
    middle = int(refs[2].split(":")[1])
    whole[middle + 40 : middle + 60] = bytes(20)
    path.write_bytes(whole)
    assert [r.raw_ref for r in iterate(tmp_path)] == [*refs[:2], *refs[3:]]


def test_taken_down_for_good_and_the_others_stay_where_they_are(tmp_path: Path) -> None:
    refs = filled(tmp_path)
    (path,) = tmp_path.iterdir()
    size = path.stat().st_size
    erase(tmp_path, refs[1])
    erase(tmp_path, refs[4])
    assert path.stat().st_size == size
    assert [r.raw_ref for r in iterate(tmp_path)] == [refs[0], refs[2], refs[3]]
    assert read(tmp_path, refs[2]).body == body(2)
    text = gzip.decompress(path.read_bytes())  # still one valid gzip file
    assert [url.encode() + b"\r\n" in text for url in URLS] == [True, False, True, True, False]
    for ref in (refs[1], refs[4]):
        with pytest.raises(Damaged, match="taken down"):
            read(tmp_path, ref)
        with pytest.raises(Damaged):
            erase(tmp_path, ref)


@pytest.mark.parametrize("ref", ["", "x", "x:", ":3", "../x.warc.gz:0", "none.warc.gz:0", "x:-1", "x:0x1"])
def test_references_that_lead_nowhere(tmp_path: Path, ref: str) -> None:
    with pytest.raises(Damaged):
        read(tmp_path, ref)


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    with pytest.raises(WorkFailed, match="raw archive cannot be written"):
        Archive(tmp_path / "raw", NOW).write(URLS[0], 200, (), b"x", NOW, RecordKind.PAGE)


def test_odd_headers_do_not_break_the_record(tmp_path: Path) -> None:
    odd = [("X-A", "\xe9t\xe9"), ("X-B", ""), ("x-c", "a: b; c"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    with Archive(tmp_path, NOW) as archive:
        ref = archive.write(URLS[0], 200, odd, b"", NOW, RecordKind.PAGE)
    record = read(tmp_path, ref)
    assert record.body == b""
    assert [name for name, _ in record.headers] == ["X-A", "X-B", "x-c", "Set-Cookie", "Set-Cookie", "Content-Length"]
