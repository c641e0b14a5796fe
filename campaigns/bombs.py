#!/usr/bin/env python3
"""What swells when it is opened, through the whole flow: how much more memory than the same run without?

python -m campaigns.bombs
"""

from __future__ import annotations

import sys

from campaigns.faults import play

BOMBS = ("bomb", "endless", "laughs", "nested", "robots-big", "many-items", "page-bomb", "page-zip-in-zip", "page-endless", "page-deep", "page-links", "page-title", "big-header")  # fmt: skip
#: MiB that a run with bombs may take above one without.
ALLOWED = 300


def main() -> int:
    idle = play(()).ran
    ran = play(BOMBS).ran
    more = ran.peak_mib - idle.peak_mib
    print(
        f"{len(BOMBS)} bombs: exit {ran.code}, {ran.seconds:.0f} s, peak {ran.peak_mib:.0f} MiB, {more:.0f} above the {idle.peak_mib:.0f} without"
    )
    if "-v" in sys.argv:
        for name in BOMBS:
            print(f"  {name:<16}{play((name,)).ran.peak_mib - idle.peak_mib:>6.0f} MiB", flush=True)
    return int(ran.code or idle.code or more > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
