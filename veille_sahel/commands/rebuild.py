"""`veille rebuild`: everything right of the raw archive again, from raw and journal, under the same ids."""

from __future__ import annotations

import argparse

from tasks.rebuild import in_words, rebuild_warehouse
from veille import settings as config
from veille_sahel.terminal import TERMINAL, clear


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_: argparse.Namespace) -> int:
    """Rebuild; prints what changed."""
    made = rebuild_warehouse(config.load(), TERMINAL)
    clear()
    print(in_words(made))
    return 0
