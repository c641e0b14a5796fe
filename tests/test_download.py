"""One host's pages within a budget: what is over it waits for the next run."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.download import Progress, download
from tests.test_ownership import item
from veille.codes import Reason
from veille.limits import PAGES_PER_HOST
from veille.records.feeds import Response


class Pages:
    """A client that answers by a table of outcomes, and counts what it is asked."""

    def __init__(self, clock: list[float], seconds: float, outcome: str) -> None:
        self.clock, self.seconds, self.outcome, self.asked = clock, seconds, outcome, 0

    def get(self, url: str) -> Response:
        self.asked += 1
        self.clock[0] += self.seconds
        return Response(url, self.outcome, final_url=url)


@pytest.mark.parametrize(
    ("seconds", "outcome", "asked"),
    [
        (30.0, Reason.TIMEOUT, 2),
        (30.0, Reason.OK, 40),
        (0.1, Reason.OK, PAGES_PER_HOST),
        (0.1, Reason.ROBOTS, PAGES_PER_HOST),
    ],
)
def test_a_host_has_a_budget(seconds: float, outcome: str, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("tasks.download.time.monotonic", lambda: clock[0])
    client: Any = Pages(clock, seconds, outcome)
    items = [item(f"https://alpha.example/{n}") for n in range(700)]
    fetched = download(client, items, Progress(len(items), lambda _: None))
    assert (client.asked, len(fetched)) == (asked, asked)
