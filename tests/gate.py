"""The quality gate: the pipeline over the gold corpus and the exams that were opened, as a user runs it, against pinned floors.

    python -m tests.gate [--json]

Serves the corpus with its press on loopback, imports the places, ingests once, scores all batches and each, prints the
table and exits 1 where a figure is worse than its floor in `tests/floors.toml`. A floor names the corpus it was measured
on by its hash: another corpus needs floors of its own, and an update cannot lower a floor without a change to that file.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FLOORS = ROOT / "tests" / "floors.toml"
#: Figures where less is better.
ERRORS = frozenset({"false_alarms", "stray_articles", "pending", "repeats", "strays"})
CORPUS = SHARED / "corpus"
Figures = dict[str, dict[str, Any]]


def is_available() -> bool:
    """Whether the gold corpus, its press and its scorer stand beside the project."""
    return (SHARED / "press" / "press.py").exists() and (SHARED / "corpus").is_dir()


def exams() -> list[str]:
    """The exams that were opened, by name: those with floors."""
    return sorted(tomllib.loads(FLOORS.read_text("utf-8"))["exams"])


def corpus_hash(folder: Path = CORPUS) -> str:
    """What tells one corpus from another."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.jsonl")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def measure(folder: Path = CORPUS) -> Figures:
    """Figures of all batches ("all") and of each."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        port = _free_port()
        command = [
            str(SHARED / "press" / "press.py"),
            str(folder),
            "--port",
            str(port),
            "--feed-length",
            "0",
        ]
        feeds = ["--feeds-out", str(home / "feeds.toml")]
        with subprocess.Popen([sys.executable, *command, *feeds], stdout=subprocess.PIPE, text=True) as press:
            try:
                assert press.stdout is not None
                press.stdout.readline()
                _veille(home, "gazetteer", "update", "--from", str(SHARED / "geo" / "dumps"))
                _veille(home, "ingest", "--force")
            finally:
                press.kill()
        batches = sorted(f.name.split(".")[0] for f in folder.glob("*.articles.jsonl"))
        warehouse = home / "home" / "sahel.duckdb"
        return {name: _score(warehouse, folder, "" if name == "all" else name) for name in ["all", *batches]}


def _veille(home: Path, *args: str) -> None:
    env = {
        **os.environ, "VEILLE_HOME": str(home / "home"), "VEILLE_FEEDS": str(home / "feeds.toml"), "VEILLE_HOST_DELAY": "0",
        "VEILLE_ALLOW_NETWORKS": "127.0.1.0/24",
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "veille_sahel", *args], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
    )


def _score(warehouse: Path, folder: Path, batch: str) -> dict[str, Any]:
    command = [sys.executable, str(SHARED / "press" / "score.py"), str(warehouse), str(folder), "--json"]
    done = subprocess.run(
        [*command, *(["--batch", batch] if batch else [])], capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def worse(figures: Figures, exam: str = "") -> list[str]:
    """Every figure that is worse than its floor, or the one line that says the floors are of another corpus."""
    pinned = tomllib.loads(FLOORS.read_text("utf-8"))
    if exam:
        pinned = pinned["exams"][exam]
    here = corpus_hash(SHARED / "exams" / exam) if exam else corpus_hash()
    if pinned["corpus"] != here:
        return [f"the floors are of another corpus ({pinned['corpus']}, not {here}): measure and pin new ones"]
    found = []
    for batch, limits in pinned["floors"].items():
        for name, floor in limits.items():
            value = figures[batch][name]
            if (value > floor) if name in ERRORS else (value < floor):
                found.append(f"{batch} {name}: {value:.3f}, floor {floor}")
    return found


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures side by side."""
    names = [n for n, v in figures["all"].items() if isinstance(v, float)]
    lines = [" " * 22 + "".join(f"{b:>9}" for b in figures)]
    lines += [f"{n:22}" + "".join(f"{figures[b][n]:9.3f}" for b in figures) for n in names]
    return "\n".join(lines)


def main() -> int:
    if not is_available():
        print("gate: skipped, the gold corpus is not beside the project")
        return 0
    begun = time.monotonic()
    bad = []
    for exam in ["", *exams()]:
        figures = measure(SHARED / "exams" / exam if exam else CORPUS)
        print(exam or "corpus", json.dumps(figures, indent=1) if "--json" in sys.argv else table(figures), sep="\n")
        bad += [f"{exam or 'corpus'} {line}" for line in worse(figures, exam)]
    print(*(f"below its floor: {line}" for line in bad), sep="\n")
    print(f"gate: {'failed' if bad else 'passed'} in {time.monotonic() - begun:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
