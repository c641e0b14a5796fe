"""The invented press as documents: outlets and articles are data, feeds and pages are made of them."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

from veille.reference.calendar import DAYS, MONTHS_SHORT

_TEASER_WORDS = 24


@dataclass(frozen=True, slots=True)
class Outlet:
    """A `[[outlets]]` table: `form` is the kind of its feed, `hours` what its clocks are ahead of UTC."""

    id: str
    name: str
    country: str
    kind: str
    form: str
    hours: int
    slogan: str

    @property
    def feed_path(self) -> str:
        return f"/{self.id}/spip.php?page=backend" if self.form == "rdf" else f"/{self.id}/feed.xml"


@dataclass(frozen=True, slots=True)
class Story:
    """One article as its outlet publishes it; `path` is the address below the outlet's own."""

    outlet: Outlet
    path: str
    title: str
    author: str
    published: dt.datetime
    paragraphs: tuple[str, ...]

    @property
    def language(self) -> str:
        return "en" if self.path.endswith("-en") else "fr"

    def url(self, base: str) -> str:
        return f"{base}/{self.outlet.id}/{self.path}"

    def body(self) -> str:
        return "\n".join(f"<p>{escape(p, quote=False)}</p>" for p in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Document:
    """What the server answers at one path."""

    content_type: str
    body: bytes


@cache
def stories() -> tuple[Story, ...]:
    """Return every article of the press, oldest first."""
    by_id = {o.id: o for o in outlets()}
    found = []
    for line in _read("articles.jsonl").splitlines():
        told = json.loads(line)
        told["published"] = dt.datetime.fromisoformat(told["published"])
        told["paragraphs"] = tuple(told["paragraphs"])
        found.append(Story(**{**told, "outlet": by_id[told["outlet"]]}))
    return tuple(sorted(found, key=lambda s: s.published))


@cache
def outlets() -> tuple[Outlet, ...]:
    """Return the outlets, as declared."""
    return tuple(Outlet(**table) for table in tomllib.loads(_read("outlets.toml"))["outlets"])


def documents(base: str) -> dict[str, Document]:
    """Return everything that the press answers, by path and query; `base` is the address of its server, without a slash."""
    found = {"/robots.txt": Document("text/plain; charset=utf-8", b"User-agent: *\nAllow: /\n")}
    for outlet in outlets():
        own = [s for s in stories() if s.outlet is outlet]
        found[outlet.feed_path] = _feed(outlet, own, base)
        found |= {s.url(""): _page(s, own, base) for s in own}
    return found


def feeds_toml(base: str) -> str:
    """Return the list of feeds for this press, as feeds.toml has it."""
    keys = ("id", "outlet", "url", "country", "kind")
    tables = []
    for o in outlets():
        values = (o.id, o.name, base + o.feed_path, o.country, o.kind)
        lines = (f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in zip(keys, values, strict=True))
        tables.append("[[feeds]]\n" + "".join(lines))
    return "\n".join(tables)


def _read(name: str) -> str:
    return resources.files("veille_sahel.demo").joinpath(name).read_text("utf-8")


def _page(story: Story, own: list[Story], base: str) -> Document:
    others = "".join(f'<li><a href="{escape(s.url(base))}">{escape(s.title)}</a></li>' for s in own if s is not story)
    outlet = story.outlet
    template = Template(_read("spip.html" if outlet.form == "rdf" else "page.html"))
    text = template.substitute(
        language=story.language,
        title=escape(story.title),
        outlet=escape(outlet.name),
        slogan=escape(outlet.slogan),
        url=escape(story.url(base)),
        home=f"{base}/{outlet.id}/",
        author=escape(story.author),
        published=_local(story).isoformat(),
        day=_local(story).strftime("%d/%m/%Y"),
        body=story.body(),
        others=others,
    )
    return Document("text/html; charset=utf-8", text.encode())


def _feed(outlet: Outlet, own: list[Story], base: str) -> Document:
    newest = list(reversed(own))
    home = f"{base}/{outlet.id}/"
    if outlet.form == "atom":
        return _xml("application/atom+xml", _atom(outlet, newest, base, home))
    if outlet.form == "rdf":
        return _xml("application/rdf+xml", _rdf(outlet, newest, base, home))
    head = _tags(title=outlet.name, link=home, description=outlet.slogan, language="fr")
    items = "".join(_rss_item(s, base) for s in newest)
    return _xml(
        "application/rss+xml",
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{head}{items}</channel></rss>',
    )


def _rss_item(story: Story, base: str) -> str:
    form = story.outlet.form
    date = _french(_local(story)) if form == "rss-french" else email.utils.format_datetime(_local(story))
    url = story.url(base)
    tags = _tags(title=story.title, link=url, guid=url, pubDate=date, description=_teaser(story))
    author = f"<dc:creator>{escape(story.author)}</dc:creator>" if story.author else ""
    full = f"<content:encoded><![CDATA[{story.body()}]]></content:encoded>" if form == "rss-full" else ""
    return f"<item>{tags}{author}{full}</item>\n"


def _atom(outlet: Outlet, own: list[Story], base: str, home: str) -> str:
    head = _tags(title=outlet.name, id=home, updated=own[0].published.isoformat())
    entries = "".join(_atom_entry(s, base) for s in own)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">{head}<link href="{home}"/>{entries}</feed>'


def _atom_entry(story: Story, base: str) -> str:
    url, at = story.url(base), story.published.isoformat()
    tags = _tags(title=story.title, id=url, published=at, updated=at, summary=_teaser(story))
    link = f'<link rel="alternate" href="{escape(url)}"/>'
    return f"<entry>{tags}{link}<author>{_tags(name=story.author)}</author></entry>\n"


def _rdf(outlet: Outlet, own: list[Story], base: str, home: str) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{escape(s.url(base))}"/>' for s in own)
    about = _tags(title=outlet.name, link=home, description=outlet.slogan)
    channel = f'<channel rdf:about="{home}">{about}<items><rdf:Seq>{listed}</rdf:Seq></items></channel>'
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{channel}{"".join(_rdf_item(s, base) for s in own)}</rdf:RDF>'
    )


def _rdf_item(story: Story, base: str) -> str:
    url = story.url(base)
    tags = _tags(title=story.title, link=url, description=_teaser(story))
    core = f"<dc:date>{story.published.isoformat()}</dc:date><dc:creator>{escape(story.author)}</dc:creator>"
    return f'<item rdf:about="{escape(url)}">{tags}{core}<dc:language>fr</dc:language></item>\n'


def _xml(content_type: str, text: str) -> Document:
    return Document(f"{content_type}; charset=utf-8", f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode())


def _tags(**values: str) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())


def _teaser(story: Story) -> str:
    return " ".join(story.paragraphs[0].split()[:_TEASER_WORDS]) + " [...]"


def _local(story: Story) -> dt.datetime:
    return story.published.astimezone(dt.timezone(dt.timedelta(hours=story.outlet.hours)))


def _french(at: dt.datetime) -> str:
    """A date as a French site prints it, without its zone.

    >>> _french(dt.datetime(2023, 11, 24, 18, 5))
    'ven. 24 nov. 2023 18:05'
    """
    return f"{DAYS[at.weekday()][:3]}. {at.day} {MONTHS_SHORT[at.month - 1]} {at.year} {at:%H:%M}"
