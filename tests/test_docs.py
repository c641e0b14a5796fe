"""What the documents say is so: codebook, promised views, links, make targets, the picture of the house."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

#: The columns that other programs rely on.
PROMISED = {
    "articles": "article_id url outlet feed_id title authors published_at published_precision first_seen_at updated_at"
    " language language_confidence summary text word_count is_teaser revision copy_of scope",
    "article_revisions": "article_id revision",
    "rejected": "url feed_id stage reason detail first_at last_at attempts",
    "pending": "url feed_id reason attempts next_attempt_at",
    "events": "event_id event_date event_date_end time_precision country admin1 admin2 location latitude longitude"
    " geo_precision geonameid event_type sub_event_type actor1 actor2 actors fatalities_low fatalities_best"
    " fatalities_high contested n_articles n_outlets n_independent first_reported_at last_reported_at updated_at"
    " headline review rules_version",
    "event_articles": "event_id article_id role confidence sentence",
    "claims": "claim_id event_id article_id revision is_current claimant kind victims outcome low high quote"
    " published_at",
    "event_tolls": "event_id outcome victims low best high claimants",
    "event_history": "event_id at what other_id why author",
    "event_aliases": "old_id event_id",
    "why_linked": "event_id article_id feature detail weight",
    "to_review": "event_id article_id confidence runner_up question",
    "feed_health": "feed_id outlet last_attempt_at last_success_at last_new_item_at next_due_at consecutive_failures"
    " items_7d expected_7d status last_error",
    "runs": "run_id flow started_at ended_at status",
    "warehouse_info": "published_at run_id schema_version rules_version",
}


@cache
def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_codebook", ROOT / "docs" / "make_codebook.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _described() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = _maker().described()
    return found


def test_the_codebook_is_up_to_date() -> None:
    assert (ROOT / "docs" / "codebook.md").read_text("utf-8") == _maker().codebook(), "run python docs/make_codebook.py"


@pytest.mark.parametrize("view", PROMISED)
def test_every_promised_column_is_there(view: str) -> None:
    there = {c["column_name"] for c in _described().get(view, ())}
    assert set(PROMISED[view].split()) - there == set()


def test_every_view_and_column_has_a_comment() -> None:
    bare = [f"{v}.{c['column_name']}" for v, cs in _described().items() for c in cs if not c["comment"]]
    bare += [v for v, cs in _described().items() if not cs[0]["view_comment"]]
    assert bare == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [x for x in links if "://" not in x and not (page.parent / x).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_documents_name_make_targets_that_exist(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M))
    assert named - targets == set()


def test_the_picture_of_the_house_shows_every_room_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    picture = text.split("<!-- the house -->")[1].split("<!-- end -->")[0]
    shown = set(re.findall(r"^ *([a-z_]+)/ ", picture, re.M))
    tops = ("flows", "tasks", "veille", "veille_sahel", "warehouse")
    rooms = {d.name for top in tops for d in (ROOT / top).iterdir() if d.is_dir() and d.name != "__pycache__"}
    assert shown == {*tops, *rooms, "tests", "docs", "benchmarks", "campaigns"}
    named = set(re.findall(r"\b([a-z_]+\.(?:py|sql|csv|json|toml|yaml|md))\b", picture))
    there = {f.name for top in (*tops, "docs") for f in (ROOT / top).rglob("*.*")} | {f.name for f in ROOT.iterdir()}
    assert named - there == set()
    listed = [d for d in (*tops, "veille_sahel/service") if d != "veille"]
    modules = {f.name for d in listed for f in (ROOT / d).glob("*.py") if not f.name.startswith("__")}
    assert modules - named == set()


def test_every_decision_says_what_would_change_our_mind() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [d.name[:4] for d in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for decision in decisions:
        headings = re.findall(r"^## (.+)$", decision.read_text("utf-8"), re.M)
        assert headings == ["Question", "Choice", "Evidence", "What would change our mind"], decision.name
