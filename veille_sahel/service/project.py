"""Where a worker runs a flow: the pull step of prefect.yaml."""

import os

from veille.settings import ROOT


def enter() -> dict[str, str]:
    """Make the project's folder the working directory; a process worker would stand in a temporary one."""
    os.chdir(ROOT)
    return {"directory": str(ROOT)}
