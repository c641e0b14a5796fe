"""kill -9 of a run's whole process tree at random moments costs nothing: the next run ends as if it had not been."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.kills import series
from tests import press as small

KILLS = 5


@pytest.mark.slow
def test_kills_at_random_moments_change_nothing(harness: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(With the tests' own Prefect server, which saves each run five seconds; campaigns/kills.py kills that too.)"""
    from prefect.settings import PREFECT_API_URL

    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
    monkeypatch.setenv("VEILLE_HOST_DELAY", "0")
    monkeypatch.setenv("VEILLE_ALLOW_NETWORKS", "127.0.1.0/24")
    with small.press() as press:
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(press.feeds_toml(), "utf-8")
        outcome = series(feeds, tmp_path, KILLS, seed=3, options=["--now", small.NOW.isoformat()])
    assert outcome.differing == ()
    assert outcome.left == ()
    assert outcome.doctor == 0
    assert outcome.n_killed == KILLS
    assert outcome.rows["articles"] == 8
    assert outcome.rows["events"] == 2
