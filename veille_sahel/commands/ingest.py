"""`veille ingest`: run the ingest flow once, here and now."""

from __future__ import annotations

import argparse
import datetime as dt

from veille_sahel.ingesting import run_ingest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--feed", action="append", metavar="ID", help="poll this feed alone (may be repeated)")
    parser.add_argument(
        "--force", action="store_true", help="poll and retry before the time, never against a Retry-After"
    )
    parser.add_argument(
        "--now", type=_time, metavar="TIME", help="another time for the present (ISO 8601), for replays and tests"
    )


def run(args: argparse.Namespace) -> int:
    """Run the flow; 0 if it ended. Raises WorkFailed: every feed that it tried failed."""
    return run_ingest(args.feed, args.force, args.now)


def _time(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; expected such as 2023-11-25T18:00:00Z") from None
    if not 1990 <= at.year <= 2200:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of the news; expected such as 2023-11-25T18:00:00Z")
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
