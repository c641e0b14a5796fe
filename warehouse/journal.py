"""The journal: what cannot be computed again. One JSON object per line, append-only, fsynced.

A run appends its lines before its transaction commits and a "commit" line after it, so that after a crash in between
the lines of a run without commit are known to have come to nothing (`reconcile` writes the missing line where the
database did commit).
"""

from __future__ import annotations

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


def read(path: Path) -> list[Line]:
    """Return every whole line, in order; a torn line (a crash while writing) is passed over, as its run never committed."""
    if not path.exists():
        return []
    lines = []
    for raw in path.read_bytes().split(b"\n"):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if not isinstance(line, dict) or "what" not in line:
            raise Damaged(f"{path}: a line is no journal entry ({raw[:60]!r})", cure="restore the file from a backup")
        lines.append(line)
    return lines


def committed(path: Path) -> list[Line]:
    """Return the lines of runs that committed."""
    lines = read(path)
    done = {line["run_id"] for line in lines if line["what"] == Change.COMMIT}
    return [line for line in lines if line.get("run_id") in done and line["what"] != Change.COMMIT]


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
