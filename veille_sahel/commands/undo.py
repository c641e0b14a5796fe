"""`veille undo`: take back the last merge or split."""

from __future__ import annotations

import argparse

from tasks.correct import undo_correction
from veille import settings as config
from veille.codes import Change
from veille_sahel.terminal import say


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_: argparse.Namespace) -> int:
    """Undo; prints what went back."""
    done = undo_correction(config.load(), say)
    c = done.correction
    print(f"taken back: {c.what} of {c.event_id} and {c.other_id} ({c.why}); {done.n_moved} reports went back")
    is_merge = c.what == Change.MERGED
    print(f"{c.other_id} stands again" if is_merge else f"{c.other_id} is part of {c.event_id} again")
    return 0
