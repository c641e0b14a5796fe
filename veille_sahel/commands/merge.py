"""`veille merge A B`: two events are one."""

from __future__ import annotations

import argparse

from tasks.correct import merge_events
from veille import settings as config
from veille_sahel.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("into", metavar="A")
    parser.add_argument("other", metavar="B")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")


def run(args: argparse.Namespace) -> int:
    """Merge; prints what moved."""
    done = merge_events(config.load(), args.into, args.other, args.why, say)
    c = done.correction
    print(f"{c.other_id} is part of {c.event_id} now: {done.n_moved} reports moved; `veille undo` takes it back")
    return 0
