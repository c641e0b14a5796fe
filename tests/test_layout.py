"""The house stands as docs/architecture.md draws it: imports go down, each fact has one place, the wheel holds all."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("flows", "tasks", "veille", "veille_sahel", "warehouse")
ROOMS = ("web", "text", "reading", "events")
MODULES = sorted(f for floor in FLOORS for f in (ROOT / floor).rglob("*.py"))
#: Who may open a socket besides the room that fetches: the press of the demo.
SOCKETS = {"socket", "ssl", "http", "httpcore", "httpx", "requests", "urllib3", "aiohttp"}
#: Steps that speak to Prefect; all others, and so the commands that call them, do without.
PREFECT_STEPS = {"tasks.step", "tasks.watch"}


@cache
def _imports(file: Path) -> frozenset[str]:
    """Full names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _offences(files: list[Path], *forbidden: str) -> list[str]:
    assert files, "no file to look at"

    def hits(name: str) -> bool:
        return any(f"{name}.".startswith(f"{x}.") for x in forbidden)

    return [f"{_name(f)} imports {i}" for f in files for i in sorted(_imports(f)) if hits(i)]


def _under(*folders: str) -> list[Path]:
    return [f for f in MODULES if any(f.is_relative_to(ROOT / folder) for folder in folders)]


def test_imports_go_down_only() -> None:
    """commands → service and flows → tasks → veille and warehouse; warehouse may import veille's plain functions."""
    assert _offences(MODULES, "veille_sahel.commands") == []  # the command line imports them by name, when called
    assert _offences(_under("flows"), "veille_sahel") == []
    assert _offences(_under("veille_sahel/service"), "flows", "tasks") == []
    assert _offences(_under("tasks"), "flows", "veille_sahel") == []
    assert _offences(_under("warehouse"), "flows", "tasks", "veille_sahel", "prefect") == []
    assert _offences(_under("warehouse"), "veille.web", "veille.reading") == []
    assert _offences(_under("veille"), "flows", "tasks", "veille_sahel", "warehouse", "prefect", "duckdb") == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_do_not_know_each_other(room: str) -> None:
    others = [f"veille.{other}" for other in ROOMS if other != room]
    assert _offences(_under(f"veille/{room}"), *others) == []


def test_records_codes_reference_and_settings_know_no_room() -> None:
    plain = [ROOT / "veille" / f"{name}.py" for name in ("codes", "settings", "errors", "cleaning", "dates", "limits")]
    plain += _under("veille/records", "veille/reference")
    assert _offences(plain, *(f"veille.{room}" for room in ROOMS)) == []


def test_no_module_imports_itself_over_others() -> None:
    """The imports between modules are a graph without a cycle."""
    names = {_name(f): f for f in MODULES}
    graph = {n: {i for i in _imports(f) if i in names and i != n} for n, f in names.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join((*path[path.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())
    assert len(done) == len(MODULES) > 100


def test_only_the_web_room_opens_sockets() -> None:
    others = [f for f in MODULES if f not in _under("veille/web") and _name(f) != "veille_sahel.demo.server"]
    assert _offences(others, *SOCKETS, "urllib.request") == []


def test_prefect_is_imported_by_flows_and_service_alone() -> None:
    """So that commands answer at once, and Prefect is told to be quiet before anything imports it."""
    others = [f for f in _under("tasks", "veille_sahel") if _name(f) not in PREFECT_STEPS]
    others = [f for f in others if not f.is_relative_to(ROOT / "veille_sahel" / "service")]
    lazily = {
        "veille_sahel.terminal imports prefect.server.api",
        "veille_sahel.terminal imports prefect.server.api.server",
    }
    assert set(_offences(others, "prefect")) == lazily
    users = [f for f in MODULES if f not in _under("flows")]
    assert _offences(users, *PREFECT_STEPS) == []
    assert _offences([ROOT / "flows" / "__init__.py"], "prefect") == []


def test_sql_stands_in_the_warehouse_alone() -> None:
    others = _under("flows", "tasks", "veille_sahel")
    assert _offences(others, "duckdb", "warehouse.store.rows", "warehouse.store.sql", "warehouse.store.run") == []
    statement = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\b [\w*(]")
    run = [
        f"{_name(f)}: {m[0]}"
        for f in others
        for m in re.finditer(r"\.(?:execute|rows|ask)\(\s*f?[\"']", f.read_text("utf-8"))
    ]
    assert run == []
    shown = {_name(f) for f in others if statement.search(f.read_text("utf-8"))}
    assert shown == {"veille_sahel.commands.demo", "veille_sahel.commands.sql"}  # printed for the reader, never run


def test_sql_can_be_read() -> None:
    """Under 120 columns, but for migrations that were released before: those are never edited."""
    released = {f"{n:04}" for n in range(1, 5)}
    files = [f for f in (ROOT / "warehouse").rglob("*.sql") if f.name[:4] not in released]
    assert len(files) > 50
    wide = [
        f"{f.name}:{n}" for f in files for n, line in enumerate(f.read_text("utf-8").splitlines(), 1) if len(line) > 120
    ]
    assert wide == []


def test_every_staged_table_is_declared_and_used() -> None:
    staged = set(re.findall(r"TEMP TABLE (\w+)", (ROOT / "warehouse" / "staging.sql").read_text("utf-8")))
    code = "\n".join(f.read_text("utf-8") for f in MODULES)
    used = set(re.findall(r"\.stage\(\s*\"(\w+)\"", code))
    assert staged == used
    assert len(staged) >= 15


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_files_say_what_they_are_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), "no docstring"


def test_no_file_is_called_utils() -> None:
    assert [f for f in MODULES if f.stem in ("utils", "util", "helpers", "common", "misc")] == []


@pytest.mark.slow
def test_the_wheel_holds_every_package_and_data_file(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, source / floor, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q", "-w", str(out), str(source)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options], check=True, capture_output=True, timeout=120)
    (wheel,) = out.glob("veille_sahel-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".py", ".sql", ".csv", ".toml", ".json", ".jsonl", ".html"}
    wanted = {str(f.relative_to(ROOT)) for floor in FLOORS for f in (ROOT / floor).rglob("*") if f.suffix in kinds}
    assert wanted - held == set()
    assert {Path(name).suffix for name in wanted} >= {".py", ".sql", ".csv", ".toml", ".jsonl", ".html"}
