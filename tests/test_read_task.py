"""One article that the rules stumble over costs itself, never the run."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from flows.report import counts_table
from tasks import read as task
from tests.test_reading import article
from veille.reading.gazetteer import base


def test_a_defect_of_the_rules_is_named_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    run = SimpleNamespace(counts=Counter())
    broken = article("Mali : deux camps attaqués", "Le camp de Ber a été attaqué jeudi.")
    monkeypatch.setattr(task, "read", lambda *_: 1 // 0)
    reading = task._read(run, broken, base())  # type: ignore[arg-type]
    assert (reading.scope, reading.mentions) == ("none", ())
    assert "ZeroDivisionError" in reading.trace[0]
    assert "unread (see the log)" in counts_table(run.counts, [], 1.0)
    assert "unread" not in counts_table({}, [], 1.0)
