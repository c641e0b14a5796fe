"""`veille prune`: shrink the old part of the raw archive to what a rebuild needs."""

from __future__ import annotations

import argparse

from tasks.prune import prune_archive
from veille import settings as config
from veille.errors import SettingError
from veille_sahel.terminal import say

#: Pages are looked at again for three days; younger ones are left alone.
LEAST_DAYS = 14
USUAL_DAYS = 90


MOST_DAYS = 36_500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    told = f"at least {LEAST_DAYS} (default: {USUAL_DAYS})"
    parser.add_argument("--older-than", type=int, default=USUAL_DAYS, metavar="DAYS", help=told)


def run(args: argparse.Namespace) -> int:
    """Prune; prints how much room that made."""
    days = args.older_than
    if not LEAST_DAYS <= days <= MOST_DAYS:
        told = f"expected {LEAST_DAYS} to {MOST_DAYS} days, such as {USUAL_DAYS}"
        raise SettingError(f"prune: --older-than {days}: {told}")
    done = prune_archive(config.load(), days, say)
    print(
        f"{done.n_files} files of the raw archive pruned, {done.n_bytes_before / 1e6:.1f} MB before,"
        f" {done.n_bytes_after / 1e6:.1f} MB after; {done.n_kept} pages kept whole, because what is read of them now is"
        " not what is stored"
    )
    return 0
