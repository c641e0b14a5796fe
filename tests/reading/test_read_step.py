"""Reading many articles: one that the rules stumble over costs itself alone, and several processes read the same."""

from __future__ import annotations

import logging

import pytest

from flows.report import Report, counts_table
from tasks.read import _log_defects, in_batches
from tests.reading.test_reading import article
from veille.codes import Scope
from veille.reading import batch
from veille.reading.batch import read_batch
from veille.records.readings import Reading
from veille.sandbox import Sandbox

BER = article("Mali : deux camps attaqués", "Le camp de Ber a été attaqué jeudi. Trois soldats ont été tués.")


def test_a_defect_of_the_rules_is_named_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(batch, "read", lambda *_: 1 // 0)
    (reading,) = read_batch([BER], {})
    assert (reading.scope, reading.mentions) == (Scope.NONE, ())
    assert "ZeroDivisionError" in reading.defect
    with caplog.at_level(logging.ERROR, logger="veille"):
        _log_defects([BER], [reading])
    assert [BER.url in r.getMessage() and "ZeroDivisionError" in r.getMessage() for r in caplog.records] == [True]


def test_the_table_of_a_run_shows_defects_only_where_there_are_some() -> None:
    assert "unread (see the log)" in counts_table(Report({"articles_unread": 1}, [], [], 1.0))
    assert "unread" not in counts_table(Report({"articles_unread": 0}, [], [], 1.0))


def readings(sandbox: Sandbox, n: int, size: int) -> list[Reading]:
    return [r for part in in_batches([BER] * n, {}, sandbox, size) for r in part]


def test_processes_read_as_threads_do() -> None:
    with Sandbox(2) as sandbox:
        found = readings(sandbox, 5, 2)
    assert found == read_batch([BER] * 5, {})
    assert found[0].mentions[0].place.name == "Ber"


def test_a_batch_that_is_too_much_for_a_worker_is_read_here() -> None:
    with Sandbox(2, timeout_s=0.0) as sandbox:
        found = readings(sandbox, 2, 1)
    assert found == read_batch([BER, BER], {})
