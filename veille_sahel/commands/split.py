"""`veille split EVENT ARTICLE...`: an event is two."""

from __future__ import annotations

import argparse

from tasks.correct import split_event
from veille import settings as config
from veille_sahel.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("event", metavar="EVENT_ID")
    parser.add_argument("articles", nargs="+", metavar="ARTICLE_ID")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")


def run(args: argparse.Namespace) -> int:
    """Split; prints what moved."""
    done = split_event(config.load(), args.event, args.articles, args.why, say)
    c = done.correction
    print(f"{done.n_moved} reports left {c.event_id} for {c.other_id}; `veille undo` takes it back")
    return 0
