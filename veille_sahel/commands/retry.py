"""`veille retry`: rejected items become pending, and an ingest run tries them at once."""

from __future__ import annotations

import argparse

from veille import settings as config
from veille.codes import FlowName
from veille.errors import SettingError
from veille_sahel.ingesting import run_ingest
from veille_sahel.terminal import say
from warehouse.queue import rejected_reasons, retry_rejected
from warehouse.session import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--reason", metavar="CODE", help="those rejected for this reason alone")
    parser.add_argument("--url", metavar="URL", help="this item alone")


def run(args: argparse.Namespace) -> int:
    """Try again. SettingError: nothing was rejected for this reason, or at this address."""
    with write(config.load(), FlowName.RETRY, say) as session:
        known = rejected_reasons(session.tx.con)
        if args.reason is not None and args.reason not in known:
            told = ", ".join(f"{k} ({n})" for k, n in known.items()) or "none"
            raise SettingError(f"retry: no item was rejected for {args.reason!r}; reasons there are: {told}")
        found = retry_rejected(session.tx, args.reason, args.url)
        if args.url is not None and not found:
            raise SettingError(f'retry: {args.url} is no rejected item; see `veille sql "FROM rejected"`')
    print(f"{found} rejected items are tried again")
    return run_ingest(None, False, None) if found else 0
