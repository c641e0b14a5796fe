"""A small press on loopback: six outlets with feeds of several kinds, own short articles, and all that goes wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import gzip
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.loopback import Answer, Handler, Site, moved, page, serving

#: The present of the first run; every article is of that day or the day before.
NOW = dt.datetime(2024, 3, 13, 10, 0, tzinfo=dt.UTC)
HOSTS = {
    "fleuve": "127.0.1.61",
    "plateau": "127.0.1.62",
    "rivage": "127.0.1.63",
    "dunes": "127.0.1.64",
    "halte": "127.0.1.65",
    "muet": "127.0.1.66",
}
FORBIDDEN = "127.0.2.61"


@dataclass(frozen=True)
class Story:
    """An article: where it lies, what it says, when it came out."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    at: dt.datetime
    summary: str = ""


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2024, 3, day, hour, minute, tzinfo=dt.UTC)


_WIRE = (
    "Au moins douze soldats maliens ont été tués mardi 12 mars dans l'attaque d'un poste militaire à Gossi, dans la "
    "région de "
    "Tombouctou, a-t-on appris de source sécuritaire.",
    "Les assaillants, arrivés à moto peu avant l'aube, ont d'abord visé l'entrée du camp avec des armes lourdes "
    "avant de se "
    "retirer vers le sud, emportant des armes et plusieurs véhicules, raconte un habitant joint par téléphone.",
    "L'état-major n'a pas donné de bilan. Il indique dans un bref communiqué que la situation est sous contrôle et "
    "que des "
    "recherches se poursuivent dans le secteur avec l'appui de l'aviation.",
    "Le Groupe de soutien à l'islam et aux musulmans, lié à Al-Qaïda, a revendiqué l'opération dans la soirée sur "
    "ses canaux.",
)
#: The same page six hours later: the toll has risen.
RISEN = (_WIRE[0].replace("douze", "dix-sept"), *_WIRE[1:])

GOSSI = Story(
    "/2024/03/gossi-poste-attaque/",
    "Mali : douze soldats tués dans l'attaque d'un poste à Gossi",
    _WIRE,
    _at(13, 7, 30),
)
MARCHE = Story(
    "/2024/03/marche-de-niono/",
    "À Niono, le prix du riz recule après la récolte",
    (
        "Sur le grand marché de Niono, le sac de riz local se négocie cette semaine un peu moins cher qu'en février, "
        "constatent "
        "les commerçantes de l'Office du Niger.",
        "La récolte de contre-saison a été meilleure que prévu et les camions reviennent plus nombreux de Ségou. « "
        "Les clients "
        "recommencent à acheter par sacs entiers », se réjouit l'une d'elles.",
        "La direction régionale de l'agriculture espère que la baisse tiendra jusqu'au mois de jeûne.",
    ),
    _at(12, 16),
)
COPIE = Story(
    "/node/7714",
    "Un poste de l'armée attaqué à Gossi, au moins douze morts",
    ("Nouvelle attaque dans le Gourma.", *_WIRE),
    _at(13, 8, 15),
)
DJIBO = Story(
    "/node/7720",
    "Burkina : deux civils tués par un engin explosif près de Djibo",
    (
        "Deux civils ont perdu la vie mardi 12 mars lorsque leur charrette a sauté sur un engin explosif improvisé "
        "aux environs de "
        "Djibo, dans la province du Soum, ont indiqué des sources locales.",
        "Trois autres personnes, blessées, ont été conduites au centre médical de la ville. L'attaque n'a pas été "
        "revendiquée.",
        "La route qui mène à Bourzanga est régulièrement minée par des groupes armés.",
    ),
    _at(13, 6),
)
ACCENTS = Story(
    "/spip.php?article412",
    "Tillabéri : l'école rouvre ses portes après l'été",
    (
        "Près de Téra, les élèves ont retrouvé leurs maîtres après des mois d'arrêt forcé, à la grande joie des "
        "parents d'élèves.",
        "L'académie a réparé les bâtiments endommagés et promis des manuels neufs à chaque écolier dès la semaine "
        "prochaine.",
        "« Où étions-nous passés ? » s'amuse un instituteur, heureux de retrouver la craie et le tableau noir.",
    ),
    _at(12, 9),
)
ANGLAIS = Story(
    "/english.html",
    "Traders in the capital wait for the new road",
    (
        "Traders in the capital say that the new road to the north will change their lives once it is finished next "
        "year.",
        "The government has promised that the work will be done before the rains, but many of them have heard this "
        "before.",
        "For now the trucks still take three days, and the price of onions follows the price of fuel.",
    ),
    _at(12, 12),
)


def _plain(path: str, title: str, hour: int) -> Story:
    """A quiet French article, for pages whose answers are what matters."""
    paragraphs = (
        f"{title} : la commune a présenté hier son programme aux habitants réunis sur la place du marché, en "
        "présence des élus.",
        "Les jeunes ont demandé des terrains de sport, les femmes un moulin, et tous une meilleure route vers la "
        "ville voisine.",
        "Le maire a promis une réponse avant la fin du mois, quand le conseil aura voté le budget de l'année.",
    )
    return Story(path, title, paragraphs, _at(12, hour))


#: Pages of "dunes" and how each misbehaves; those that end as articles first.
FAULTY = {
    "503": _plain("/p/indisponible", "Une page indisponible un instant", 1),
    "reset": _plain("/p/coupee", "Une page coupée la première fois", 2),
    "moved": _plain("/p/ancienne", "Une page qui a déménagé", 3),
    "404": _plain("/p/introuvable", "Une page introuvable", 4),
    "410": _plain("/p/retiree", "Une page retirée", 5),
    "bomb": _plain("/p/bombe", "Une page trop lourde", 6),
    "endless": _plain("/p/sans-fin", "Une page sans fin", 7),
    "forbidden": _plain("/p/interne", "Une page qui mène ailleurs", 8),
    "robots": _plain("/prive/note", "Une page réservée", 9),
    "loop": _plain("/p/boucle", "Une page qui tourne en rond", 10),
    "empty": _plain("/p/vide", "Une page vide", 11),
    "binary": _plain("/p/binaire", "Une page qui n'en est pas une", 12),
}
#: What becomes of each after at most three ingests.
ENDS = {
    "503": "article",
    "reset": "article",
    "moved": "article",
    "404": "http_404",
    "410": "http_410",
    "bomb": "too_large",
    "endless": "too_large",
    "forbidden": "forbidden_address",
    "robots": "robots",
    "loop": "redirect_loop",
    "empty": "empty",
    "binary": "not_html",
}
ATTEND = _plain("/attendre", "Une page pour plus tard", 13)


@dataclass
class Press:
    """The running press: its sites by outlet, and what can be changed while it runs."""

    sites: dict[str, Site]
    forbidden: Site
    is_edited: bool = False
    times: dict[str, int] = field(default_factory=dict)

    def feeds_toml(self) -> str:
        tables = (
            f'[[feeds]]\nid = "{slug}"\noutlet = "{slug.title()}"\ncountry = "ML"\nurl = "{site.url("/feed")}"\n'
            for slug, site in self.sites.items()
        )
        return "\n".join(tables)

    def url(self, slug: str, story: Story) -> str:
        return self.sites[slug].url(story.path)

    def first(self, key: str) -> bool:
        """Is this the first time that `key` is asked for?"""
        self.times[key] = self.times.get(key, 0) + 1
        return self.times[key] == 1


@contextlib.contextmanager
def press() -> Iterator[Press]:
    """The press, served until the block ends."""
    with serving(*HOSTS.values(), FORBIDDEN) as sites:
        it = Press(dict(zip(HOSTS, sites, strict=False)), sites[-1])
        it.forbidden.robots = None
        _write(it)
        yield it


def _write(it: Press) -> None:
    sites = it.sites
    put(it, "fleuve", _rss(it, "fleuve", (GOSSI, MARCHE), full=True), (MARCHE,))
    sites["fleuve"].answers[GOSSI.path] = lambda h: h.send(
        200, _page(GOSSI, RISEN if it.is_edited else GOSSI.paragraphs)
    )
    put(it, "plateau", _atom(it, "plateau", (COPIE, DJIBO)), (COPIE, DJIBO))
    put(it, "rivage", _rdf(it, "rivage", (ACCENTS,)), ())
    # a page that says UTF-8 and is not: the charset lies
    lying = _page(ACCENTS, ACCENTS.paragraphs).decode().encode("windows-1252")
    sites["rivage"].answers[ACCENTS.path] = page(lying, kind="text/html; charset=utf-8")
    put(it, "dunes", _rss(it, "dunes", (*FAULTY.values(), ANGLAIS), full=False), (ANGLAIS,))
    sites["dunes"].robots = "User-agent: *\nDisallow: /prive/\n"
    sites["dunes"].answers |= {FAULTY[k].path: a for k, a in _faults(it).items()}
    sites["dunes"].answers["/p/nouvelle"] = page(_page(FAULTY["moved"], FAULTY["moved"].paragraphs))
    put(it, "halte", _rss(it, "halte", (ATTEND,), full=False), ())
    sites["halte"].answers[ATTEND.path] = lambda h: h.send(429, b"plus tard", Retry_After="7200")
    sites["muet"].answers["/feed"] = page(b"<!doctype html><html><body><p>Un instant...</p></body></html>")


def put(it: Press, slug: str, feed: tuple[bytes, str], stories: Sequence[Story]) -> None:
    """Serve a feed with its validators, and pages that behave."""
    body, kind = feed
    etag = f'"{slug}-{len(body)}"'

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.send(304, b"", ETag=etag)
        else:
            handler.send(200, body, kind, ETag=etag)

    it.sites[slug].answers["/feed"] = answer
    for story in stories:
        it.sites[slug].answers[story.path] = page(_page(story, story.paragraphs))


def _faults(it: Press) -> dict[str, Answer]:
    def once(key: str, fault: Answer) -> Answer:
        good = page(_page(FAULTY[key], FAULTY[key].paragraphs))
        return lambda h: fault(h) if it.first(key) else good(h)

    return {
        "503": once("503", lambda h: h.send(503, b"", Retry_After="1")),
        "reset": once("reset", lambda h: h.reset()),
        "moved": moved("/p/nouvelle", 301),
        "404": page(b"rien", 404),
        "410": page(b"parti", 410),
        "bomb": page(gzip.compress(bytes(40 << 20)), Content_Encoding="gzip"),
        "endless": _endless,
        "forbidden": moved(it.forbidden.url("/latest/meta-data/")),
        "robots": page(b"secret"),
        "loop": moved(FAULTY["loop"].path),
        "empty": page(b""),
        "binary": page(bytes(range(256)) * 32),
    }


def _endless(handler: Handler) -> None:
    handler.close_connection = True
    handler.send(200, b"", Content_Length="", Connection="close")
    for _ in range(3000):
        handler.wfile.write(b"<p>" + b"a" * 8192 + b"</p>")


def _page(story: Story, paragraphs: Sequence[str]) -> bytes:
    body = "".join(f"<p>{html.escape(p, False)}</p>" for p in paragraphs)
    title = html.escape(story.title, False)
    return (
        f'<!doctype html><html lang="fr"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="{story.at.isoformat()}"></head>'
        f'<body><nav><a href="/">Accueil</a></nav><main><article><h1>{title}</h1>{body}</article></main>'
        "<footer><p>Tous droits réservés</p></footer></body></html>"
    ).encode()


def _rss(it: Press, slug: str, stories: Sequence[Story], full: bool) -> tuple[bytes, str]:
    items = "".join(
        f"<item><title>{html.escape(s.title)}</title><link>{it.url(slug, s)}</link><guid>{slug}{s.path}</guid>"
        f"<pubDate>{email.utils.format_datetime(s.at)}</pubDate><description>{html.escape(s.paragraphs[0][:90])}...</description>"
        + (
            f"<content:encoded><![CDATA[{''.join(f'<p>{p}</p>' for p in s.paragraphs)}]]></content:encoded>"
            if full
            else ""
        )
        + "</item>"
        for s in stories
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{slug}</title><link>{it.sites[slug].url()}</link><language>fr</language>{items}</channel></rss>"
    )
    return text.encode(), "application/rss+xml"


def _atom(it: Press, slug: str, stories: Sequence[Story]) -> tuple[bytes, str]:
    entries = "".join(
        f'<entry><title>{html.escape(s.title)}</title><link href="{it.url(slug, s)}"/><id>{it.url(slug, s)}</id>'
        f"<published>{s.at.isoformat()}</published><updated>{s.at.isoformat()}</updated>"
        f"<summary>{html.escape(s.paragraphs[0])}</summary></entry>"
        for s in stories
    )
    text = (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>{slug}</title>'
        f"<id>{slug}</id><updated>{NOW.isoformat()}</updated>{entries}</feed>"
    )
    return text.encode(), "application/atom+xml"


def _rdf(it: Press, slug: str, stories: Sequence[Story]) -> tuple[bytes, str]:
    items = "".join(
        f'<item rdf:about="{it.url(slug, s)}"><title>{html.escape(s.title)}</title><link>{it.url(slug, s)}</link>'
        f"<dc:date>{s.at.isoformat()}</dc:date></item>"
        for s in stories
    )
    text = (
        '<?xml version="1.0" encoding="iso-8859-1"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{it.sites[slug].url()}"><title>{slug}</title></channel>{items}</rdf:RDF>'
    )
    return text.encode("iso-8859-1", "xmlcharrefreplace"), "text/xml"
