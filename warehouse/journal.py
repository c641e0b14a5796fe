"""The journal: what cannot be computed again. One JSON object per line, append-only, fsynced.

A run appends its lines before its transaction commits and a "commit" line after it, so that after a crash in between
the lines of a run without commit are known to have come to nothing (`reconcile` writes the missing line where the
database did commit).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from veille.codes import Change
from veille.errors import Damaged
from veille.records.linking import BY_RULES, Decision, Reassignment
from veille.records.readings import Mention

Line = dict[str, Any]


def append(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Append lines and flush them to the disk; a torn last line of an earlier crash is closed off first."""
    payload = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    if not payload:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if file.tell() and not _ends_with_newline(path):
            payload = "\n" + payload
        file.write(payload.encode())
        file.flush()
        os.fsync(file.fileno())


#: What a line must hold besides run_id and at, as text.
_IDS = ("event_id", "mention_id")
_HOLDS = {
    Change.CREATED: _IDS,
    Change.LINKED: _IDS,
    **dict.fromkeys((Change.MERGED, Change.SPLIT, Change.MOVED), (*_IDS, "other_id", "why")),
    Change.CORRECTED: ("correction_id", "event_id", "other_id", "why", "author", "kind"),
    Change.UNDONE: ("correction_id", "author"),
    Change.FORGOTTEN: ("url", "feed_id", "why"),
}


def read(path: Path) -> list[Line]:
    """Return every whole line, in order; a torn line (a crash while writing) is passed over, as its run never committed.

    Damaged: a line that is whole and no entry, with its number.
    """
    return [line for _, line in _numbered(path)]


def _numbered(path: Path) -> list[tuple[int, Line]]:
    if not path.exists():
        return []
    lines = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if (
            not isinstance(line, dict)
            or line.get("what") not in list(Change)
            or not isinstance(line.get("run_id"), str)
        ):
            raise _damaged(path, number, "it does not say what happened in which run")
        lines.append((number, line))
    return lines


def _damaged(path: Path, number: int, why: str) -> Damaged:
    cure = "restore the file from a backup, or take the line out"
    return Damaged(f"{path}: line {number} is no journal entry: {why}", cure)


def _fault(line: Line) -> str:
    """What a line of a run that committed lacks, "" for nothing."""
    what = Change(line["what"])
    if what == Change.COMMIT:
        return "" if isinstance(line.get("raw", ""), str) else "raw is no name"
    missing = [n for n in ("at", *_HOLDS[what]) if not isinstance(line.get(n), str)]
    if missing:
        return f"no {', '.join(missing)}"
    if what == Change.CORRECTED and not all(_are_pairs(line.get(n)) for n in ("moved", "kept")):
        return "no pairs of mention and article in moved, kept"
    if what == Change.CORRECTED and line["kind"] not in list(Change):
        return f"kind {line['kind'][:20]!r}"
    try:
        at = dt.datetime.fromisoformat(line["at"])
    except ValueError:
        return f"at {line['at'][:40]!r} is no time"
    return "" if at.tzinfo else f"at {line['at']!r} has no zone"


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(p, list) and len(p) == 2 and all(isinstance(x, str) for x in p) for p in value
    )


def committed(path: Path) -> list[Line]:
    """Return the lines of runs that committed. Damaged: one lacks what it must hold."""
    lines = _numbered(path)
    done = {line["run_id"] for _, line in lines if line["what"] == Change.COMMIT}
    whole = [(number, line) for number, line in lines if line["run_id"] in done]
    for number, line in whole:
        if why := _fault(line):
            raise _damaged(path, number, why)
    return [line for _, line in whole if line["what"] != Change.COMMIT]


def founding(d: Decision, m: Mention | None) -> Line:
    """Return the values of a new event's line.

    Its id, and the mention that founded it, told so that better rules can find it again.
    """
    known = {"article_id": m.article_id, "place": m.place.name, "date": m.when.low.isoformat()} if m else {}
    return {"event_id": d.event_id, "mention_id": d.mention_id, **known}


def reassigning(m: Reassignment) -> Line:
    """Return the values of the line of a mention that was given another event."""
    ids = {"event_id": m.to_id, "other_id": m.from_id, "mention_id": m.mention_id, "confidence": m.confidence}
    return {**ids, "why": m.why, "author": BY_RULES}


def mark(run_id: str, raw: str = "") -> Line:
    """Return the line that says a run's transaction committed; `raw` is the file of the raw archive that it wrote."""
    return {"what": Change.COMMIT, "run_id": run_id, **({"raw": raw} if raw else {})}


def order(path: Path) -> dict[str, int]:
    """Return when things happened: the place of each committed run, by its id and by the name of its raw file."""
    places: dict[str, int] = {}
    for n, line in enumerate(read(path)):
        if line["what"] == Change.COMMIT:
            places |= {name: n for name in (line["run_id"], line.get("raw")) if name}
    return places


def reconcile(path: Path, run_ids: set[str]) -> None:
    """Write the "commit" lines that a crash swallowed: of runs that the database knows as committed."""
    lines = read(path)
    done = {line["run_id"] for line in lines if line["what"] == Change.COMMIT}
    begun = {line["run_id"] for line in lines if line["what"] != Change.COMMIT and "run_id" in line}
    append(path, (mark(run_id) for run_id in sorted((begun - done) & run_ids)))


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
