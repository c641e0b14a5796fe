"""`veille relink`: judge again which reports are one event, over a window."""

from __future__ import annotations

import argparse
import datetime as dt

from tasks.relink import in_words, relink_events
from veille import settings as config
from veille_sahel.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--since", type=_day, metavar="DATE", help="first day of publication to look at (default: two weeks back)"
    )


def run(args: argparse.Namespace) -> int:
    """Relink; prints what changed."""
    print(f"relink: {in_words(relink_events(config.load(), args.since, say))}")
    return 0


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
        if not 1990 <= day.year <= 2200:
            raise ValueError(text)
        return day
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; expected such as 2023-11-25") from None
