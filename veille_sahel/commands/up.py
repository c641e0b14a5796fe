"""`veille up`: one machine, one command."""

from __future__ import annotations

import argparse

from veille.errors import SettingError
from veille_sahel.service.supervisor import run_up

PORTS = range(1024, 65536)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, default=4200)


def run(args: argparse.Namespace) -> int:
    """Run until a signal; 0 after a clean stop."""
    if args.port not in PORTS:
        raise SettingError(f"up: --port {args.port}: expected a port from {PORTS[0]} to {PORTS[-1]}, such as 4200")
    return run_up(args.port)
