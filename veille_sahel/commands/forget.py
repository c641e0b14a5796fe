"""`veille forget URL`: take an article down for good, from the raw archive too."""

from __future__ import annotations

import argparse

from tasks.forget import forget_article
from veille import settings as config
from veille_sahel.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")


def run(args: argparse.Namespace) -> int:
    """Forget; prints what was taken down."""
    done = forget_article(config.load(), args.url, args.why, say)
    what = f"{done.n_records} records of the raw archive blanked or rewritten, {done.n_events} events made again"
    print(f"{done.url}: taken down; {what}")
    if done.copies:
        print("copies of the same text stay; decide about each:")
        for url in done.copies:
            print(f"  {url}")
    return 0
