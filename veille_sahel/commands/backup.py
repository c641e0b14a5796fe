"""`veille backup FILE`: everything that cannot be fetched again, in one file, while it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from veille import settings as config
from veille_sahel.terminal import say
from warehouse.backup import write_backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Write a backup; prints how much."""
    path = Path(args.file).expanduser()
    n_files, n_bytes = write_backup(config.load(), path, say)
    print(f"{path}: {n_files} files, {n_bytes / 1e6:.1f} MB; `veille restore {path}` puts them into an empty home")
    return 0
