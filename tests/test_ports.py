"""`veille up` leaves alone what answers on its port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loopback import free_port, serving
from veille import settings as config
from veille.errors import Busy
from veille.web.local import listens, why_unreachable
from veille_sahel.service.supervisor import Up


def test_a_port_on_which_somebody_listens_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    settings = config.load({"VEILLE_HOME": str(tmp_path)})
    with serving("127.0.0.1") as (site,):
        with pytest.raises(Busy, match=f"port {site.port} is taken"):
            Up(settings, site.port, tmp_path, "mark").start()
        assert site.paths() == []
    assert list(tmp_path.iterdir()) == []


def test_what_answers_and_what_does_not() -> None:
    with serving("127.0.0.1") as (site,):
        assert listens(site.port)
    port = free_port()
    assert not listens(port)
    assert why_unreachable(f"http://127.0.0.1:{port}/health", 2) != ""
    assert why_unreachable("file:///etc/hostname") == "no http address"
