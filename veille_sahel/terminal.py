"""What a command prints while it works: one line of progress, what must be seen; and Prefect kept quiet meanwhile."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tasks.context import Reporter
from veille import settings as config
from veille.errors import WorkFailed
from veille.web.local import why_unreachable

WIDTH = 78


def say(text: str) -> None:
    """Print a line that must be seen, terminal or not."""
    clear()
    print(f"veille: {text}", file=sys.stderr)


def read_stdin() -> bytes:
    """Return all bytes of standard input."""
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read() if stream is not None else sys.stdin.read().encode()


def clear() -> None:
    """Wipe the line of progress."""
    progress("")
    if sys.stderr.isatty():
        sys.stderr.write("\r")


def progress(text: str) -> None:
    """Write one line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text[:WIDTH]:<{WIDTH}}")
        sys.stderr.flush()


#: Reports to the terminal.
TERMINAL = Reporter(progress, say)


def quiet_prefect() -> None:
    """Run flows without a server set up by hand: Prefect's files under VEILLE_HOME, its log only where something is wrong.

    To be called before anything imports Prefect. SIGTERM then ends a run as Ctrl-C does.
    """
    home = config.load().home / "prefect"
    with contextlib.suppress(OSError):  # Prefect makes no parent folders; a home that cannot be written is told later
        home.mkdir(parents=True, exist_ok=True)
    if url := os.environ.get("PREFECT_API_URL"):
        _reach(url)
    else:
        os.environ["PREFECT_HOME"] = str(home)  # where a profile of another project's could send our runs elsewhere
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")
    warnings.simplefilter("ignore")
    logging.getLogger("veille").setLevel(logging.ERROR)


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Stand in our own folder: Prefect reads .env, prefect.toml and pyproject.toml of wherever one stands."""
    before, home = Path.cwd(), config.load().home / "prefect"
    with contextlib.suppress(OSError):
        os.chdir(home)
    try:
        yield
    finally:
        os.chdir(before)


def _reach(url: str) -> None:
    """WorkFailed: the Prefect server that the user named does not answer."""
    if why := why_unreachable(f"{url.rstrip('/')}/health"):
        hint = "start that server, or unset PREFECT_API_URL: no server is needed"
        raise WorkFailed(f"PREFECT_API_URL={url}: no answer ({why}); {hint}")


def end_cleanly() -> None:
    """Let SIGTERM end a run as Ctrl-C does; what Prefect's own server has to say goes to a file.

    Ctrl-C reaches every process of a terminal, and the server answers it with a traceback: it is started with the
    signal held back, and ended by Prefect when the run ends.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if os.environ.get("PREFECT_API_URL"):
        return
    from prefect.server.api import server

    def popen(**options: Any) -> subprocess.Popen[bytes]:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited by what is started now
        try:
            with (Path(os.environ["PREFECT_HOME"]) / "server.log").open("ab") as noise:
                started: subprocess.Popen[bytes] = subprocess.Popen(**options, stdout=noise, stderr=noise)
                return started
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    server.__dict__["subprocess"] = SimpleNamespace(**{**vars(subprocess), "Popen": popen})
