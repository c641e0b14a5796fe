"""`veille restore FILE`: put a backup into an empty home."""

from __future__ import annotations

import argparse
from pathlib import Path

from veille import settings as config
from veille_sahel.terminal import say
from warehouse.backup import read_backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Restore; prints how much."""
    settings = config.load()
    n_files = read_backup(settings, Path(args.file).expanduser(), say)
    print(f"{settings.home}: {n_files} files restored; `veille doctor` looks them over")
    return 0
