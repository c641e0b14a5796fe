"""The command line `veille`: every way in from a terminal. Errors are one line; exits are 0 done, 1 failed, 2 wrong call."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from veille import settings as config
from veille.errors import SettingError, VeilleError

#: Every command with its help, as `veille --help` lists them. A command is a module of `veille_sahel.commands`.
COMMANDS = {
    "ingest": "run the ingest flow once, here and now",
    "demo": "the whole pipeline over a small press that ships with the project",
    "sql": "query the published warehouse, read-only",
    "gazetteer": "places: fetch the GeoNames dumps of the region, or take them from a folder",
    "explain": "why articles are one event; or what was read in an article, from which words, by which rule",
    "relink": "judge again which reports are one event, over a window",
    "rebuild": "make everything right of the raw archive again, from raw and journal, and say what changed",
    "merge": "two events are one: the reports of the second go into the first",
    "split": "an event is two: the named articles' reports leave it",
    "undo": "take back the last merge or split",
    "link": "linking alone: coded reports in, report and event ids out, a JSON object per line",
    "retry": "try rejected items again",
    "forget": "take an article down for good, from the raw archive too",
    "prune": "shrink the old part of the raw archive to what a rebuild needs",
    "backup": "everything that cannot be fetched again, in one file, while it runs",
    "restore": "put a backup into an empty home",
    "up": "one machine: Prefect server, deployments and worker; stops cleanly on Ctrl-C",
    "doctor": "check settings, feeds, files and ledger, and say what to do",
}
_HOME = "folder of the warehouse (default: VEILLE_HOME, else data/)"


class _Parser(argparse.ArgumentParser):
    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(c) for c in action.choices]
            name = action.metavar or (action.option_strings or [action.dest])[0]
            near = nearest(str(value), known)
            raise SettingError(
                f"{self.where}{name} {value!r}: expected one of {', '.join(known)}; the nearest is {near}"
            )

    @property
    def where(self) -> str:
        command = self.prog.removeprefix("veille").strip()
        return f"{command}: " if command else ""

    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{self.where}{message}; see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _parser(given).parse_args(given)
        if args.home:
            os.environ["VEILLE_HOME"] = args.home
        config.load()
        code: int = args.run(args)
        return code
    except VeilleError as error:
        print(f"veille: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("veille: interrupted; what was not finished is done by the next run", file=sys.stderr)
        return 1


def _parser(argv: Sequence[str]) -> _Parser:
    """The parser, with the arguments of those commands alone that the words of the call name: others stay unimported."""
    about = "French-language news of the war in the Sahel: articles in, events out."
    parser = _Parser(prog="veille", description=about)
    parser.add_argument("--home", default=None, help=_HOME)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--home", default=argparse.SUPPRESS, help=_HOME)
        if name in argv:
            module = importlib.import_module(f"veille_sahel.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is most like `word`."""
    return difflib.get_close_matches(word, known, 1, 0.0)[0]
