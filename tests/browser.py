"""Prefect's UI as an operator uses it, in Chromium."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest


def chromium() -> str:
    """Where Chromium is; the test that asks is skipped where it, or the library that drives it, is missing."""
    pytest.importorskip("playwright", reason="playwright is not installed (requirements-browser.txt)")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium")
    return found


@contextlib.contextmanager
def page(url: str) -> Iterator[Any]:
    """A page of a fresh browser, at `url`."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=flags)
        try:
            it = browser.new_page(viewport={"width": 1400, "height": 1100})
            it.set_default_timeout(30_000)
            it.goto(url)
            yield it
        finally:
            browser.close()


def submit_run(it: Any, feeds: list[str]) -> None:
    """On the run form of `ingest/manual`: choose feeds from the list, switch `force` on, submit."""
    it.get_by_role("button", name="list", exact=True).click()
    it.get_by_role("button", name="No items selected").press("ArrowDown")
    for feed in feeds:
        it.get_by_role("option", name=feed, exact=True).click()
    it.get_by_text("Parameters", exact=True).click()  # which closes the list
    it.get_by_role("switch").first.click()
    it.get_by_role("button", name="Submit").click()


def run_to_its_end(it: Any, url: str) -> str:
    """The page of a run; what stands there once it is completed."""
    it.goto(url)
    it.locator(".state-badge", has_text=re.compile("Completed")).first.wait_for(timeout=90_000)
    it.get_by_text("poll").first.wait_for()
    return str(it.inner_text("body"))
