"""Settings from the environment: all optional, strictly read; an unknown `VEILLE_*` is an error."""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from veille.codes import TaskRunner
from veille.errors import SettingError

#: The root of the project: where pyproject.toml stands when it runs from a checkout.
ROOT = Path(__file__).resolve().parent.parent

NAMES = (
    "VEILLE_HOME",
    "VEILLE_FEEDS",
    "VEILLE_WATCHES",
    "VEILLE_CONTACT",
    "VEILLE_HOST_DELAY",
    "VEILLE_ALLOW_NETWORKS",
    "VEILLE_TASK_RUNNER",
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations."""

    home: Path
    feeds: Path
    contact: str = ""
    host_delay_s: float = 2.0
    allow_networks: tuple[Network, ...] = ()
    task_runner: str = TaskRunner.THREADS
    watches: Path = ROOT / "watches.toml"

    @property
    def state_file(self) -> Path:
        return self.home / "state.duckdb"

    @property
    def published_file(self) -> Path:
        return self.home / "sahel.duckdb"

    @property
    def raw_dir(self) -> Path:
        return self.home / "raw"

    @property
    def journal_file(self) -> Path:
        return self.home / "journal.jsonl"

    @property
    def gazetteer_file(self) -> Path:
        return self.home / "gazetteer" / "places.duckdb"


def load(environ: Mapping[str, str] | None = None, home: str | None = None) -> Settings:
    """Read the settings; `home` (from `--home`) goes before `VEILLE_HOME`.

    Raises SettingError: an unknown VEILLE_* name, a value that cannot be read.
    """
    env = os.environ if environ is None else environ
    for name in env:
        if name.startswith("VEILLE_") and name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, 1, 0.0)[0]
            raise SettingError(f"{name}: no such setting; the nearest is {near}")
    return Settings(
        home=_rooted(home or env.get("VEILLE_HOME") or "data"),
        feeds=_rooted(env.get("VEILLE_FEEDS") or "feeds.toml"),
        contact=_contact(env.get("VEILLE_CONTACT", "")),
        host_delay_s=_delay(env.get("VEILLE_HOST_DELAY") or "2"),
        allow_networks=_networks(env.get("VEILLE_ALLOW_NETWORKS", "")),
        watches=_rooted(env.get("VEILLE_WATCHES") or "watches.toml"),
        task_runner=_one_of(
            "VEILLE_TASK_RUNNER",
            env.get("VEILLE_TASK_RUNNER") or TaskRunner.THREADS,
            (TaskRunner.THREADS, TaskRunner.PROCESSES),
        ),
    )


def _rooted(text: str) -> Path:
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise SettingError(f"{text}: there is no such user's home; write the whole path") from None
    return path if path.is_absolute() else ROOT / path


def _contact(text: str) -> str:
    if not text.strip().isprintable():
        raise SettingError(f"VEILLE_CONTACT={text!r}: expected one line, such as redaction@example.org")
    return text.strip()


def _delay(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3600:
        raise SettingError(f"VEILLE_HOST_DELAY={text!r}: expected seconds from 0 to 3600, such as 2")
    return value


def _networks(text: str) -> tuple[Network, ...]:
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise SettingError(
                f"VEILLE_ALLOW_NETWORKS: {part!r} is no network; expected CIDRs such as 127.0.1.0/24"
            ) from None
    return tuple(found)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        near = difflib.get_close_matches(value, allowed, 1, 0.0)[0]
        raise SettingError(f"{name}={value!r}: expected one of {', '.join(allowed)}; the nearest is {near}")
    return value
