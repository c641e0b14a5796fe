"""feeds.toml: read strictly, and every mistake answered in one line that names the place and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from veille.codes import OutletKind
from veille.errors import SettingError
from veille.feedlist import load_feeds, select
from veille.records.feeds import Feed

MINIMAL = '[[feeds]]\nid = "a"\noutlet = "A"\nurl = "https://a.example/feed"\ncountry = "ML"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "feeds.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_least_and_the_most_that_a_table_may_say(tmp_path: Path) -> None:
    full = (
        '[[feeds]]\nid = "b-2"\noutlet = "Bé"\nurl = "http://127.0.1.1:8900/feed"\ncountry = "NE"\nlanguage = "fr"\n'
        'timezone = "Africa/Niamey"\npoll_minutes = 15\nkind = "un_ngo"\nexpect_per_week = [5, 40]\nenabled = false\n'
        'note = "RSS sans dates"\n'
    )
    first, second = load_feeds(write(tmp_path, MINIMAL + full))
    assert first == Feed("a", "A", "https://a.example/feed", "ML")
    assert second == Feed(
        "b-2", "Bé", "http://127.0.1.1:8900/feed", "NE", "fr", "Africa/Niamey", 15, OutletKind.UN_NGO, (5, 40), False,
        "RSS sans dates",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MINIMAL + 'poll_minute = 5\n', ["table 1", "'a'", "unknown key 'poll_minute'", "'poll_minutes'"]),
        (MINIMAL.replace('outlet = "A"\n', ""), ["table 1", "'outlet' is missing"]),
        (MINIMAL.replace('"A"', "7"), ["outlet = 7", "string"]),
        (MINIMAL.replace('"A"', '" "'), ["outlet", "empty"]),
        (MINIMAL.replace('"a"', '"Studio Tamani"'), ["id", "lower-case"]),
        (MINIMAL.replace('"a"', '3'), ["id = 3", "string"]),
        (MINIMAL.replace("https:", "ftp:"), ["url", "https://example.org/feed"]),
        (MINIMAL.replace("https://", "https://u:p@"), ["url"]),
        (MINIMAL.replace("a.example", "a.example:99999"), ["url"]),
        (MINIMAL.replace("https://a.example/feed", "https://["), ["url"]),
        (MINIMAL.replace('"ML"', '"ml"'), ["country", "'ML'"]),
        (MINIMAL.replace('"ML"', '"INT"'), ["country"]),
        (MINIMAL + 'timezone = "Africa/Niamy"\n', ["timezone", "Africa/Niamey"]),
        (MINIMAL + 'language = "français"\n', ["language"]),
        (MINIMAL + "poll_minutes = 0\n", ["poll_minutes = 0", "10080"]),
        (MINIMAL + "poll_minutes = true\n", ["poll_minutes"]),
        (MINIMAL + "poll_minutes = 1.5\n", ["poll_minutes"]),
        (MINIMAL + 'kind = "states"\n', ["kind", "nearest is 'state'"]),
        (MINIMAL + "expect_per_week = [9, 3]\n", ["expect_per_week"]),
        (MINIMAL + "expect_per_week = 3\n", ["expect_per_week"]),
        (MINIMAL + 'enabled = "no"\n', ["enabled", "true or false"]),
        (MINIMAL + "note = 1\n", ["note"]),
        (MINIMAL + MINIMAL.replace("/feed", "/feed2"), ["tables 1 and 2", "same id 'a'"]),
        (MINIMAL + MINIMAL.replace('"a"', '"b"').replace("a.ex", "A.ex"), ["tables 1 and 2", "same url"]),
        ("feed = 1\n", ["unknown key 'feed'"]),
        ("feeds = 1\n", ["declares no feed"]),
        ("feeds = [1]\n", ["declares no feed"]),
        ("", ["declares no feed"]),
        ("[[feeds]\n", ["not TOML", "line 1"]),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_the_cure(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        load_feeds(write(tmp_path, text))
    message = str(caught.value)
    assert "\n" not in message
    assert [w for w in ["feeds.toml", *words] if w not in message] == []


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no such file.*VEILLE_FEEDS"):
        load_feeds(tmp_path / "none.toml")
    with pytest.raises(SettingError, match="cannot be read"):
        load_feeds(tmp_path)
    (tmp_path / "latin.toml").write_bytes(MINIMAL.replace('"A"', '"é"').encode("latin-1"))
    with pytest.raises(SettingError, match="cannot be read"):
        load_feeds(tmp_path / "latin.toml")


def test_select_names_the_nearest_id() -> None:
    feeds = tuple(Feed(i, i, f"https://{i}.example/", "ML") for i in ("studio-tamani", "lefaso", "rfi"))
    assert select(feeds, []) == feeds
    assert [f.id for f in select(feeds, ["rfi", "lefaso"])] == ["lefaso", "rfi"]
    with pytest.raises(SettingError, match="'lefasso'; the nearest is 'lefaso'"):
        select(feeds, ["lefasso"])
    with pytest.raises(SettingError, match="no feed has the id 'x'"):
        select((), ["x"])
