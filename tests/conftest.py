"""Fixtures: a fresh writer's file, and a home that holds the first run over the press of `press.py`."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests import press as small
from tests.helpers import Loaded, run, use
from warehouse import store
from warehouse.store import Transaction


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A fresh writer's file."""
    con = store.open_state(tmp_path / "state.duckdb")
    yield con
    con.close()


@pytest.fixture
def tx(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Transaction:
    """A transaction on it, of a run called "r"."""
    return Transaction(con, tmp_path, "r", small.NOW)


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """A Prefect of the tests' own."""
    importlib.import_module("flows")  # first: Prefect reads its settings when it is imported
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture(scope="session")
def first(harness: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """One run over the press."""
    folder = tmp_path_factory.mktemp("flow")
    with small.press() as press, pytest.MonkeyPatch.context() as patch:
        feeds = folder / "feeds.toml"
        feeds.write_text(press.feeds_toml(), "utf-8")
        loaded = Loaded(press, folder / "home", feeds)
        use(patch, loaded.home, feeds)
        run(small.NOW)
        yield loaded


@pytest.fixture
def home(first: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the loaded home, to be changed."""
    copy = tmp_path / "home"
    shutil.copytree(first.home, copy)
    use(monkeypatch, copy, first.feeds)
    return copy
