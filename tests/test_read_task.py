"""Reading many articles: one that the rules stumble over costs itself alone, and several processes read the same."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from flows.report import counts_table
from tasks import read as task
from tests.test_reading import article
from veille.codes import Scope
from veille.reading import batch
from veille.reading.batch import read_batch
from veille.sandbox import Sandbox

BER = article("Mali : deux camps attaqués", "Le camp de Ber a été attaqué jeudi. Trois soldats ont été tués.")


def test_a_defect_of_the_rules_is_named_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "read", lambda *_: 1 // 0)
    (reading,) = read_batch([BER], {})
    assert (reading.scope, reading.mentions) == (Scope.NONE, ())
    assert "ZeroDivisionError" in reading.defect
    run: Any = SimpleNamespace(counts=Counter(), articles=[BER], readings=[reading])
    task._tell_defects(run)
    assert "unread (see the log)" in counts_table(run.counts, [], 1.0)
    assert "unread" not in counts_table({}, [], 1.0)


def test_processes_read_as_threads_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "READ_AT_ONCE", 2)
    with Sandbox(2) as sandbox:
        run: Any = SimpleNamespace(articles=[BER] * 5, sandbox=sandbox)
        found = [r for part in task._readings(run, {}) for r in part]
    assert found == read_batch([BER] * 5, {})
    assert found[0].mentions[0].place.name == "Ber"


def test_a_batch_that_is_too_much_for_a_worker_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "READ_AT_ONCE", 1)
    with Sandbox(2, timeout_s=0.0) as sandbox:
        run: Any = SimpleNamespace(articles=[BER, BER], sandbox=sandbox)
        found = [r for part in task._readings(run, {}) for r in part]
    assert found == read_batch([BER, BER], {})
