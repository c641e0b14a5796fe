"""Sequences of what happens to a warehouse over years: articles, edits, corrections, relinks, articles taken down, rebuilds.

Over the plain functions that flows and commands call: no Prefect, no sockets. After every step each id that was ever
published must resolve; a rebuild must give what was there.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tasks.commit import commit
from tasks.context import Context, Reporter
from tasks.correct import merge_events, split_event, undo_correction
from tasks.forget import forget_article
from tasks.poll import note_of
from tasks.rebuild import rebuild_warehouse
from tasks.relink import relink_events
from tasks.replay import played
from veille import settings as config
from veille.codes import FlowName, RecordKind
from veille.errors import SettingError
from veille.feedlist import load_feeds
from veille.web.archive import Archive
from warehouse import store
from warehouse.session import write

HOST = "https://fleuve.example"
QUIET = Reporter(progress=lambda _: None, say=lambda _: None)
START = dt.datetime(2024, 3, 13, 10, tzinfo=dt.UTC)
FEED = f'[[feeds]]\nid = "fleuve"\noutlet = "Fleuve"\nurl = "{HOST}/feed"\ncountry = "ML"\n'

GOSSI = "l'attaque d'un poste militaire à Gossi, dans la région de Tombouctou"
MENAKA = "l'attaque d'un poste militaire à Ménaka, dans la région de Ménaka"
DJIBO = "l'attaque d'un poste militaire à Djibo, dans la province du Soum"
DIABALY = "une embuscade près de Diabaly, dans la région de Ségou"
#: path: (what happened, on which day of March 2024, how many dead); two articles tell of Gossi, one of two incidents.
TOLD = {
    "/g1": (GOSSI, 12, "douze"),
    "/g2": (GOSSI, 12, "treize"),
    "/m1": (MENAKA, 11, "sept"),
    "/d1": (DJIBO, 12, "cinq"),
    "/d2": (DJIBO, 5, "neuf"),
}
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SIDE = (
    "Les assaillants, arrivés à moto peu avant l'aube, se sont retirés vers le sud, raconte un habitant.",
    "L'état-major n'a pas donné de bilan et indique que des recherches se poursuivent dans le secteur.",
    "La population s'est réfugiée dans les écoles et au centre de santé, rapporte un élu joint dans la soirée.",
    "Des renforts sont arrivés en fin de matinée, selon un commerçant de la ville voisine.",
    "Le marché hebdomadaire est resté fermé, ajoute un transporteur qui devait y charger du mil.",
)


def day_of(day: int) -> str:
    return f"{_DAYS[dt.date(2024, 3, day).weekday()]} {day} mars"


def text_of(path: str) -> tuple[str, list[str]]:
    """The title and paragraphs of an article as it first came out."""
    if path == "/roundup":
        title = "Mali : cinq soldats tués dans une embuscade près de Diabaly"
        first = f"Cinq soldats ont été tués {day_of(10)} dans {DIABALY}, selon une source sécuritaire."
        other = f"{day_of(12).capitalize()}, douze soldats ont été tués dans {GOSSI}, selon une source locale."
        return title, [first, "Leur convoi est tombé sur des engins explosifs.", other]
    what, day, n = TOLD[path]
    title = f"{n.capitalize()} soldats tués dans {what.split(',')[0]}"
    lead = f"Au moins {n} soldats ont été tués {day_of(day)} dans {what}, a-t-on appris de source sécuritaire."
    k = sorted(TOLD).index(path)
    return title, [lead, _SIDE[k], _SIDE[(k + 2) % len(_SIDE)]]


def edited(title: str, paragraphs: list[str], how: str) -> tuple[str, list[str]]:
    """An article after an edit: another toll, a day corrected, a paragraph more, or taken back by its outlet."""
    if how == "toll":
        told = r"\b(?<!-)(?:douze|treize|sept|cinq|neuf) soldats"
        title = re.sub(told, "dix-sept soldats", title, flags=re.IGNORECASE)
        return title, [re.sub(told, "dix-sept soldats", p, flags=re.IGNORECASE) for p in paragraphs]
    if how == "day":
        return title, [p.replace(day_of(12), day_of(11)).replace(day_of(5), day_of(6)) for p in paragraphs]
    if how == "more":
        return title, [*paragraphs, "Le ministre de la Défense doit se rendre sur place dans la semaine."]
    return "Rectificatif : article retiré", [
        "La rédaction a retiré cet article, dont les informations n'ont pas pu être vérifiées auprès de ses sources.",
        "Elle présente ses excuses à ses lecteurs et reviendra sur ce sujet lorsque des éléments fiables seront là.",
        "Les lecteurs qui ont des questions peuvent écrire à la rédaction, qui leur répondra dans la semaine.",
    ]


class Here:
    """Parsers in this process: what is tested here is not the sandbox."""

    workers = 1

    def call(self, function: Any, *args: Any) -> Any:
        return function(*args)


@dataclass
class Life:
    """A home, what its outlet shows now, and every id that was ever published."""

    settings: config.Settings
    now: dt.datetime = START
    pages: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, home: Path) -> Life:
        home.mkdir(parents=True)
        (home / "feeds.toml").write_text(FEED, "utf-8")
        return cls(config.load({"VEILLE_HOME": str(home), "VEILLE_FEEDS": str(home / "feeds.toml")}))

    def ingest(self, *paths: str) -> None:
        """A run that finds these pages as they are now."""
        self.now += dt.timedelta(hours=7)
        (feed,) = load_feeds(self.settings.feeds)
        with write(self.settings, FlowName.INGEST, QUIET.say, now=self.now) as session:
            with Archive(self.settings.raw_dir, self.now) as archive:
                head = [("Content-Type", "application/rss+xml")]
                archive.write(feed.url, 200, head, self._feed(), self.now, RecordKind.FEED, feed.url, note_of(feed))
                for path in paths:
                    body, head = self._page(path), [("Content-Type", "text/html; charset=utf-8")]
                    archive.write(HOST + path, 200, head, body, self.now, RecordKind.PAGE, HOST + path)
                session.raw = archive.name
            ctx = Context(session.tx, self.settings, Here(), QUIET)  # type: ignore[arg-type]
            result = played(ctx, [self.settings.raw_dir / session.raw], (feed,), {feed.url: feed}, {})
            commit(session, result, {}, lambda: None)

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><title>{html.escape(title)}</title><link>{HOST}{path}</link>"
            f"<pubDate>Wed, 13 Mar 2024 08:00:00 +0000</pubDate></item>"
            for path, (title, _) in self.pages.items()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()

    def _page(self, path: str) -> bytes:
        title, paragraphs = self.pages[path]
        body = "".join(f"<p>{html.escape(p, False)}</p>" for p in paragraphs)
        return (
            f"<!doctype html><html lang='fr'><head><title>{html.escape(title)}</title>"
            f'<meta property="article:published_time" content="2024-03-13T08:00:00Z"></head>'
            f"<body><main><article><h1>{html.escape(title)}</h1>{body}</article></main></body></html>"
        ).encode()

    def ask(self, **queries: str) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of some queries over the published file."""
        con = store.connect(self.settings.published_file, read_only=True)
        try:
            return {name: con.execute(query).fetchall() for name, query in queries.items()}
        finally:
            con.close()

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """What a rebuild must give again."""
        return self.ask(
            events="SELECT * EXCLUDE (updated_at, run_id) FROM events ORDER BY event_id",
            links="SELECT event_id, article_id, role, sentence FROM event_articles ORDER BY ALL",
            aliases="FROM event_aliases ORDER BY ALL",
            deleted="SELECT old_id, event_id FROM events_deleted ORDER BY ALL",
            tolls="SELECT event_id, article_id, low, is_current FROM toll_history ORDER BY ALL",
        )


def step(life: Life, what: str, a: int, b: int) -> None:
    """Do one thing; `a` and `b` choose what it is done to. What cannot be done now is passed over."""
    life.told.append(f"{what} {a} {b}")
    try:
        if what in ("new", "edit", "restore", "forget"):
            _of_the_press(life, what, a, b)
        elif what == "rebuild":
            same_after_rebuild(life)
        else:
            _of_the_analyst(life, what, a, b)
    except SettingError as refused:
        life.told[-1] += f" (refused: {refused})"
    resolves(life)


def _of_the_press(life: Life, what: str, a: int, b: int) -> None:
    shown = sorted(set(life.pages) - life.forgotten)
    path = sorted({*TOLD, "/roundup"})[a % 6] if what == "new" else shown[a % len(shown)] if shown else ""
    if not path or (what == "new" and path in life.pages):
        return
    if what == "forget":
        forget_article(life.settings, HOST + path, "withdrawn", QUIET.say)
        life.forgotten.add(path)
        return
    how = ("toll", "day", "more", "retract")[b % 4]
    life.pages[path] = edited(*life.pages[path], how) if what == "edit" else text_of(path)
    life.ingest(path)


def _of_the_analyst(life: Life, what: str, a: int, b: int) -> None:
    held = life.ask(events="SELECT DISTINCT event_id, article_id FROM event_articles ORDER BY ALL")["events"]
    events = sorted({e for e, _ in held})
    if what == "merge" and len(events) > 1:
        merge_events(life.settings, events[a % len(events)], events[b % len(events)], "one", QUIET.say)
    elif what == "split" and events:
        event = events[a % len(events)]
        articles = [article for e, article in held if e == event]
        split_event(life.settings, event, [articles[b % len(articles)]], "two", QUIET.say)
    elif what == "undo":
        undo_correction(life.settings, QUIET.say)
    elif what == "relink":
        relink_events(life.settings, dt.date(2024, 3, 1), QUIET.say)


def resolves(life: Life) -> None:
    """Every id that was ever published leads somewhere, in one step; the file passes its own checks."""
    con = store.connect(life.settings.published_file, read_only=True)
    try:
        live = {e for (e,) in con.execute("SELECT event_id FROM events").fetchall()}
        aliases = dict(con.execute("FROM event_aliases").fetchall())
        deleted = dict(con.execute("SELECT old_id, why FROM events_deleted").fetchall())
        assert store.check(con) == [], life.told
    finally:
        con.close()
    life.published |= live
    assert set(aliases.values()) <= live, f"an alias leads to no event: {life.told}"
    assert not live & (set(aliases) | set(deleted)), f"an event is an alias or deleted: {life.told}"
    assert not set(aliases) & set(deleted), f"an id is an alias and deleted: {life.told}"
    lost = life.published - live - set(aliases) - set(deleted)
    assert not lost, f"{lost} resolve to nothing: {life.told}"


def same_after_rebuild(life: Life) -> None:
    """A rebuild gives what was there."""
    before = life.state()
    rebuild_warehouse(life.settings, QUIET)
    after = life.state()
    for name, rows in before.items():
        assert after[name] == rows, f"{name} differ after a rebuild: {life.told}"


_OFTEN = ("new", "new", "edit", "edit", "restore", "merge", "split", "undo", "relink", "forget")
#: What happens; a rebuild in between is one step of twenty.
WHAT = (*_OFTEN, *_OFTEN, "rebuild")
#: Steps after three first articles: what, and two numbers that choose what it is done to.
SEQUENCES = st.lists(
    st.tuples(st.sampled_from(WHAT), st.integers(0, 11), st.integers(0, 11)),
    min_size=3,
    max_size=8,
)


def live(home: Path, sequence: Iterator[tuple[str, int, int]] | list[tuple[str, int, int]]) -> Life:
    """Live a sequence from its first articles to a rebuild at its end."""
    life = Life.begin(home)
    life.pages = {p: text_of(p) for p in ("/g1", "/m1", "/roundup")}
    life.ingest(*life.pages)
    resolves(life)
    for what, a, b in sequence:
        step(life, what, a, b)
    same_after_rebuild(life)
    resolves(life)
    return life
