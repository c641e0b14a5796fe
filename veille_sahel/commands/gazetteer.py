"""`veille gazetteer update`: the GeoNames dumps of the region, fetched or taken from a folder."""

from __future__ import annotations

import argparse

from tasks.gazetteer import update_gazetteer
from veille import settings as config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=("update",))
    parser.add_argument("--from", dest="folder", metavar="DIR", help="take ML.txt, BF.txt, ... from this folder")


def run(args: argparse.Namespace) -> int:
    """Import the places; prints how many each country brought."""
    counts = update_gazetteer(config.load(), args.folder)
    print(f"{sum(counts.values())} places: " + ", ".join(f"{country} {n}" for country, n in counts.items()))
    return 0
