"""`veille link`: linking alone, on coded reports of anybody's."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from veille.errors import SettingError
from veille.events.coded import BadReport, link
from veille_sahel.terminal import read_stdin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("reports", metavar="REPORTS.jsonl", help='a file of JSON lines, or "-" for standard input')


def run(args: argparse.Namespace) -> int:
    """Link; prints a JSON object per report, in the order in which they came."""
    source = args.reports
    coded = _read(source)
    try:
        found = link(coded)
    except BadReport as error:
        raise SettingError(f"link: {source}: {error}") from None
    for report in coded:
        ident = str(report["report_id"])
        print(json.dumps({"report_id": report["report_id"], "event_id": found[ident]}, ensure_ascii=False))
    return 0


def _read(source: str) -> list[dict[str, Any]]:
    try:
        raw = read_stdin() if source == "-" else Path(source).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8"
        raise SettingError(f"link: {source}: cannot be read ({reason}); expected a file of JSON lines") from None
    coded = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            report = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SettingError(
                f"link: {source}, line {number}: no JSON ({error}); expected an object per line"
            ) from None
        if not isinstance(report, dict):
            raise SettingError(f'link: {source}, line {number}: expected an object such as {{"report_id": ...}}')
        coded.append(report)
    return coded
