#!/usr/bin/env python3
"""One core or two: the same runs with VEILLE_TASK_RUNNER=threads and =processes; the same warehouse, and how much sooner?

    python -m campaigns.cores FEEDS.toml [--sizes 1,3,8,17]

FEEDS.toml declares the feeds of a replayed press that is being served; each size is a run over its first so many feeds. The
seconds are the run's own, without Prefect's start; the two kinds take turns.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path

from campaigns.kills import contents
from campaigns.stage import ask, feeds_toml, veille


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--sizes", default="1,3,8,17")
    args = parser.parse_args()
    declared = {f["id"]: f["url"] for f in tomllib.loads(args.feeds.read_text("utf-8"))["feeds"]}
    is_same = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "feeds.toml").write_text(feeds_toml(dict([*declared.items()][:1])), "utf-8")
        veille("ingest", "--force", home=folder / "warm", feeds=folder / "feeds.toml")  # makes Prefect's database
        for size in map(int, args.sizes.split(",")):
            (folder / "feeds.toml").write_text(feeds_toml(dict([*declared.items()][:size])), "utf-8")
            took, found = {}, []
            for kind in ("threads", "processes"):
                home = folder / f"{kind}-{size}"
                veille("ingest", "--force", home=home, feeds=folder / "feeds.toml", VEILLE_TASK_RUNNER=kind)
                took[kind] = float(ask(home, "SELECT seconds FROM runs")[0][0])
                found.append(contents(home))
            is_same &= found[0] == found[1]
            n = len(found[0]["articles"])
            print(
                f"{n:>5} articles: threads {took['threads']:.1f} s, processes {took['processes']:.1f} s, ratio {took['threads'] / took['processes']:.2f}",
                flush=True,
            )
    print("the same warehouse" if is_same else "DIFFERENT warehouses")
    return int(not is_same)


if __name__ == "__main__":
    sys.exit(main())
