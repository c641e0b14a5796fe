"""Care of the data: backup and restore, retry, and forgetting an article for good."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import duckdb
import pytest

from tests import press as small
from tests.helpers import Loaded, ask, command
from veille import settings as config
from veille.codes import RecordKind
from veille.errors import Damaged, WorkFailed
from veille.web import archive, pruning
from warehouse.session import translated_errors

EVENTS = "SELECT * EXCLUDE (updated_at) FROM events ORDER BY event_id"


def test_a_backup_restores_into_an_empty_home(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "b.tar", tmp_path / "other"
    before = ask(home, EVENTS)
    assert command("backup", str(file)) == 0
    assert command("restore", "--home", str(other), str(file)) == 0
    assert ask(other, EVENTS) == before
    assert command("doctor", "--home", str(other)) == 0
    assert command("rebuild", "--home", str(other)) == 0
    assert ask(other, EVENTS) == before
    assert command("restore", "--home", str(other), str(file)) == 1
    assert "not empty" in capsys.readouterr().err


def _with(file: Path, name: str, content: bytes) -> None:
    with tarfile.open(file, "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize("kind", ["cut", "changed", "stranger", "path", "missing"])
def test_what_is_no_whole_backup_restores_nothing(
    kind: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "b.tar", tmp_path / "other"
    assert command("backup", str(file)) == 0
    raw = file.read_bytes()
    if kind == "cut":
        file.write_bytes(raw[: len(raw) // 2])
    elif kind == "changed":
        at = raw.index(b'"created"')
        file.write_bytes(raw[:at] + b'"CREATED"' + raw[at + 9 :])
    elif kind == "stranger":
        _with(file, "state.duckdb", b"x")
    elif kind == "path":
        _with(file, "../out", b"x")
    else:
        file.unlink()
    assert command("restore", "--home", str(other), str(file)) == 1
    assert "nothing was restored" in capsys.readouterr().err
    assert not (other / "state.duckdb").exists()
    assert not (tmp_path / "out").exists()


def test_pruning_keeps_what_was_read_and_all_that_a_rebuild_needs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = "SELECT article_id, revision, title, text, authors, published_at, published_precision, language, word_count, is_teaser FROM articles ORDER BY ALL"
    before = ask(home, EVENTS), ask(home, texts)
    whole = {r.asked: len(r.body) for r in archive.iterate(home / "raw")}
    assert command("prune", "--older-than", "14") == 0
    kinds = {r.kind for r in archive.iterate(home / "raw")}
    assert kinds == {"feed", "extract"}
    assert not any(b"<nav>" in r.body for r in archive.iterate(home / "raw"))
    assert {r.asked for r in archive.iterate(home / "raw")} == set(whole)
    assert command("prune") == 0
    assert "0 files" in capsys.readouterr().out
    assert command("doctor") == 0
    assert command("rebuild") == 0
    assert (ask(home, EVENTS), ask(home, texts)) == before
    assert command("doctor") == 0


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_pruning_that_was_killed_loses_no_entry(home: Path, tmp_path: Path, is_committed: bool) -> None:
    before, (whole,) = ask(home, EVENTS), archive.files(home / "raw")
    saved, state = tmp_path / "whole", tmp_path / "state"
    shutil.copy(whole, saved)
    shutil.copy(home / "state.duckdb", state)
    assert command("prune", "--older-than", "14") == 0
    (pruned,) = archive.files(home / "raw")
    shutil.copy(saved, whole)
    if not is_committed:
        shutil.copy(state, home / "state.duckdb")
    assert command("prune", "--older-than", "14") == 0
    assert archive.files(home / "raw") == [pruned]
    assert (
        sum(
            r.body.count(b"<item") + r.body.count(b"<entry")
            for r in archive.records(pruned)
            if r.kind == RecordKind.FEED
        )
        > 10
    )
    assert command("rebuild") == 0
    assert ask(home, EVENTS) == before


def test_pruning_leaves_the_young_alone(home: Path) -> None:
    assert command("prune", "--older-than", "13") == 2
    assert command("prune", "--older-than", "36500") == 0
    assert {r.kind for r in archive.iterate(home / "raw")} == {"feed", "page"}


def test_an_entry_of_a_feed_stays_once() -> None:
    known: set[bytes] = set()
    one, two = b"<item><title>un</title></item>", b"<item><title>deux</title></item>"
    first = pruning.without_known(b"<rss>" + one + b"</rss>", known)
    second = pruning.without_known(b"<rss>" + two + one + b"</rss>", known)
    assert (first, second) == (b"<rss>" + one + b"</rss>", b"<rss>" + two + b"</rss>")


def test_a_feed_of_entries_that_never_end_costs_one_search() -> None:
    hostile = b"<rss>" + b"<item>" * 1_000_000 + b"</entry>"
    asked: list[bytes] = []

    def keeps(entry: bytes) -> bool:
        asked.append(entry)
        return True

    assert pruning.with_entries(hostile, keeps) == hostile
    assert asked == []


def _damaged_by(words: str) -> Damaged:
    """A file that DuckDB could not read for a reason of the system's."""
    damaged = Damaged("state.duckdb: cannot be read")
    damaged.__cause__ = duckdb.IOException(f"Could not write file: {words}")
    return damaged


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (
            duckdb.IOException("Could not write file: No space left on device"),
            WorkFailed,
            "the disk is full; make room",
        ),
        (_damaged_by("No space left on device"), WorkFailed, "the disk is full; make room"),
        (OSError(28, "No space left on device"), WorkFailed, "No space left on device"),
        (duckdb.IOException("Checksum mismatch"), Damaged, "run `veille doctor`"),
        (Damaged("state.duckdb: newer than this code"), Damaged, "newer than this code"),
    ],
)
def test_what_the_disk_does_to_a_run_is_said(
    tmp_path: Path, error: Exception, kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told), translated_errors(config.load({}, str(tmp_path))):
        raise error


def test_a_backup_needs_a_file_name(home: Path, tmp_path: Path) -> None:
    assert command("backup", str(tmp_path)) == 2
    assert command("backup", str(tmp_path / "no" / "b.tar")) == 2


def test_forgetting_takes_an_article_down_everywhere(
    home: Path, first: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    url = first.press.url("fleuve", small.GOSSI)
    n_articles = ask(home, "SELECT count(*) FROM articles")[0][0]
    words = small.GOSSI.paragraphs[0][:40].encode()

    def holding() -> tuple[int, int, int]:
        """Records of the page, feeds that list it, records of the outlet with its words."""
        records = list(archive.iterate(home / "raw"))
        return (
            sum(url in (r.url, r.asked) for r in records),
            sum(r.kind == RecordKind.FEED and url.encode() in r.body for r in records),
            sum(url.split("/")[2] in r.url and words in r.body for r in records),
        )

    assert min(holding()[:2]) >= 1
    assert command("forget", url, "--why", "withdrawn by the outlet") == 0
    assert ask(home, f"SELECT stage, reason, detail FROM rejected WHERE url = '{url}'") == [
        ("forget", "forgotten", "withdrawn by the outlet")
    ]
    assert ask(home, f"SELECT count(*) FROM article_revisions WHERE url = '{url}'") == [(0,)]
    assert holding() == (0, 0, 0)
    copy = ask(home, "SELECT copy_of FROM articles WHERE feed_id = 'plateau' AND title LIKE '%Gossi%'")
    assert copy in ([(None,)], [])
    assert command("rebuild") == 0
    assert ask(home, "SELECT count(*) FROM articles") == [(n_articles - 1,)]
    assert ask(home, f"SELECT reason FROM rejected WHERE url = '{url}'") == [("forgotten",)]
    assert command("doctor") == 0
    assert command("forget", "http://nowhere.example/", "--why", "x") == 2
    assert "nothing is known" in capsys.readouterr().err


def test_rejected_items_are_tried_again(home: Path, first: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    (url, reason) = ask(home, "SELECT url, reason FROM rejected WHERE reason <> 'language' ORDER BY url LIMIT 1")[0]
    assert command("retry", "--url", url) == 0
    assert "1 rejected items are tried again" in capsys.readouterr().out
    assert ask(
        home,
        f"SELECT reason FROM rejected WHERE url = '{url}' UNION ALL SELECT reason FROM pending WHERE url = '{url}'",
    ) == [(reason,)]
    assert command("retry", "--reason", "nonsense") == 2
    assert command("retry", "--url", "http://nowhere.example/") == 2
