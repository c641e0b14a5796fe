"""The command `veille`: every way in from a terminal. Errors are one line; exits are 0 done, 1 failed, 2 wrong call."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import difflib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from veille import settings as config
from veille.errors import SettingError, VeilleError

Handler = Callable[[argparse.Namespace], int]


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
    try:
        args = _parser().parse_args(argv)
        if args.home:
            os.environ["VEILLE_HOME"] = args.home
        config.load()
        handler: Handler = args.handler
        return handler(args)
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


def _parser() -> _Parser:
    parser = _Parser(
        prog="veille", description="French-language news of the war in the Sahel: articles in, events out."
    )
    parser.add_argument("--home", default=None, help="folder of the warehouse (default: VEILLE_HOME, else data/)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, handler: Handler, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--home", default=argparse.SUPPRESS, help="folder of the warehouse (default: VEILLE_HOME, else data/)"
        )
        command.set_defaults(handler=handler)
        return command

    command = add("ingest", _ingest, "run the ingest flow once, here and now")
    command.add_argument("--feed", action="append", metavar="ID", help="poll this feed alone (may be repeated)")
    command.add_argument(
        "--force", action="store_true", help="poll and retry before the time, never against a Retry-After"
    )
    command.add_argument(
        "--now", type=_time, metavar="TIME", help="another time for the present (ISO 8601), for replays and tests"
    )
    command = add("demo", _demo, "the whole pipeline over a small press that ships with the project")
    command = add("sql", _sql, "query the published warehouse, read-only")
    command.add_argument("query", nargs="?", help="the query; read from standard input if left out")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    command = add("gazetteer", _gazetteer, "places: fetch the GeoNames dumps of the region, or take them from a folder")
    command.add_argument("action", choices=("update",))
    command.add_argument("--from", dest="folder", metavar="DIR", help="take ML.txt, BF.txt, ... from this folder")
    command = add(
        "explain",
        _explain,
        "why articles are one event; or what was read in an article, from which words, by which rule",
    )
    command.add_argument("event", nargs="?", metavar="EVENT_ID")
    command.add_argument("--article", metavar="URL_OR_ID")
    command = add("relink", _relink, "judge again which reports are one event, over a window")
    command.add_argument(
        "--since", type=_day, metavar="DATE", help="first day of publication to look at (default: two weeks back)"
    )
    add(
        "rebuild",
        _rebuild,
        "make everything right of the raw archive again, from raw and journal, and say what changed",
    )
    command = add("merge", _merge, "two events are one: the reports of the second go into the first")
    command.add_argument("into", metavar="A")
    command.add_argument("other", metavar="B")
    command.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")
    command = add("split", _split, "an event is two: the named articles' reports leave it")
    command.add_argument("event", metavar="EVENT_ID")
    command.add_argument("articles", nargs="+", metavar="ARTICLE_ID")
    command.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")
    add("undo", _undo, "take back the last merge or split")
    command = add("link", _link, "linking alone: coded reports in, report and event ids out, a JSON object a line")
    command.add_argument("reports", metavar="REPORTS.jsonl", help='a file of JSON lines, or "-" for standard input')
    command = add("retry", _retry, "try rejected items again")
    command.add_argument("--reason", metavar="CODE", help="those rejected for this reason alone")
    command.add_argument("--url", metavar="URL", help="this item alone")
    command = add("forget", _forget, "take an article down for good, from the raw archive too")
    command.add_argument("url", metavar="URL")
    command.add_argument("--why", required=True, metavar="TEXT", help="the reason, which is kept")
    command = add("prune", _prune, "shrink the old part of the raw archive to what a rebuild needs")
    command.add_argument("--older-than", type=int, default=90, metavar="DAYS", help="at least 14 (default: 90)")
    command = add("backup", _backup, "everything that cannot be fetched again, in one file, while it runs")
    command.add_argument("file", metavar="FILE")
    command = add("restore", _restore, "put a backup into an empty home")
    command.add_argument("file", metavar="FILE")
    command = add("up", _up, "one machine: Prefect server, deployments and worker; stops cleanly on Ctrl-C")
    command.add_argument("--port", type=int, default=4200)
    add("doctor", _doctor, "check settings, feeds, files and ledger, and say what to do")
    return parser


def _time(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; expected such as 2023-11-25T18:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; expected such as 2023-11-25") from None


def _ingest(args: argparse.Namespace) -> int:
    from flows.terminal import run_ingest

    return run_ingest(args.feed, args.force, args.now)


def _demo(_: argparse.Namespace) -> int:
    from flows.demo.show import run_demo

    return run_demo()


def _sql(args: argparse.Namespace) -> int:
    from flows.ask import run_query

    return run_query(args.query if args.query is not None else sys.stdin.read(), args.format)


def _gazetteer(args: argparse.Namespace) -> int:
    from flows.gazetteer import run_update

    return run_update(args.folder)


def _explain(args: argparse.Namespace) -> int:
    from flows.explain import run_explain

    return run_explain(args.event, args.article)


def _relink(args: argparse.Namespace) -> int:
    from flows.relink import run_relink

    return run_relink(args.since)


def _rebuild(_: argparse.Namespace) -> int:
    from flows.rebuild import run_rebuild

    return run_rebuild()


def _merge(args: argparse.Namespace) -> int:
    from flows.correct import run_merge

    return run_merge(args.into, args.other, args.why)


def _split(args: argparse.Namespace) -> int:
    from flows.correct import run_split

    return run_split(args.event, args.articles, args.why)


def _undo(_: argparse.Namespace) -> int:
    from flows.correct import run_undo

    return run_undo()


def _link(args: argparse.Namespace) -> int:
    from flows.coded import run_link

    return run_link(args.reports)


def _retry(args: argparse.Namespace) -> int:
    from flows.care import run_retry

    return run_retry(args.reason, args.url)


def _forget(args: argparse.Namespace) -> int:
    from flows.care import run_forget

    return run_forget(args.url, args.why)


def _prune(args: argparse.Namespace) -> int:
    from flows.prune import run_prune

    return run_prune(args.older_than)


def _backup(args: argparse.Namespace) -> int:
    from flows.backup import run_backup

    return run_backup(args.file)


def _restore(args: argparse.Namespace) -> int:
    from flows.backup import run_restore

    return run_restore(args.file)


def _up(args: argparse.Namespace) -> int:
    from flows.up import run_up

    return run_up(args.port)


def _doctor(_: argparse.Namespace) -> int:
    from flows.doctor import run_doctor

    return run_doctor()


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that is most like `word`."""
    return difflib.get_close_matches(word, known, 1, 0.0)[0]


if __name__ == "__main__":
    logging.captureWarnings(True)
    sys.exit(main())
