"""Put the real output of the demo, and of a first question, into README.md: `.venv/bin/python docs/paste_demo.py`."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VEILLE = ".venv/bin/veille"
QUESTION = "SELECT claimant, kind, outcome, victims, low, high, quote FROM claims JOIN events USING (event_id)"


def main() -> None:
    """Run the demo in a home of its own, and replace what stands between the marks in README.md."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    with tempfile.TemporaryDirectory() as home:
        shown = _run(home, "demo")
        asked = next(line for line in shown.splitlines() if QUESTION in line)
        query = asked.split(' sql "', 1)[1].rstrip('"')
        answer = _run(f"{home}/demo", "sql", query)
        text = _between(text, "demo", shown.replace(home, "data"))
        text = _between(text, "question", f"$ {asked.strip().replace(home, 'data')}\n{answer}")
    readme.write_text(text, "utf-8")


def _run(home: str, *args: str) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VEILLE_", "PREFECT_"))}
    command = [VEILLE, "--home", home, *args]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def _between(text: str, mark: str, output: str) -> str:
    pattern = rf"(<!-- {mark} -->\n```\n).*?(```\n<!-- end -->)"
    return re.sub(pattern, lambda m: m[1] + output.rstrip() + "\n" + m[2], text, count=1, flags=re.S)


if __name__ == "__main__":
    main()
