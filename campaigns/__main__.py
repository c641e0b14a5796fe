"""Every campaign that needs nothing but the project, one after the other; exit 1 if one of them found something.

python -m campaigns [NAME]...
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from veille.settings import ROOT

#: Module and arguments, the quick ones first. `cores` and a longer `kills` want a replayed press: see their help.
ALL = {
    "readers": (),
    "bombs": (),
    "faults": (),
    "lives": (),
    "damage": (),
    "parts": (),
    "foreign": (),
    "days": (),
    "kills": ("--kills", "200", "--server"),
}


def main() -> int:
    failed = []
    for name in sys.argv[1:] or ALL:
        if name == "foreign" and not (ROOT.parent / "shared" / "foreign").is_dir():
            print("== foreign: left out, there are no foreign files beside the project", flush=True)
            continue
        print(f"== {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"campaigns.{name}", *ALL.get(name, ())], cwd=Path(ROOT), check=False
        )
        print(f"== {name}: exit {done.returncode} after {(time.monotonic() - started) / 60:.0f} minutes", flush=True)
        failed += [name] if done.returncode else []
    print(f"failed: {', '.join(failed)}" if failed else "every campaign passed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
