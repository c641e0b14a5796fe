"""One spelling for one address, and never one spelling for two articles.

Only what is known to say nothing about the article is taken away: a deny-list of tracking parameters. Everything else
stays, in its order, because half of our sources are SPIP (`spip.php?article123`) or plain WordPress (`?p=123`), which
the URL libraries cut down to one address a site.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse

import idna

MAX_LENGTH = 2000

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _PATH_SAFE | frozenset("?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)
_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Parameters that tell the site where a reader came from, and a session's number.
_TRACKING = re.compile(
    r"""utm_\w+|ns_(?:mchannel|source|campaign|linkname|fee)|mc_[ce]id|mtm_\w+|pk_(?:campaign|kwd|source|medium|content)
    |at_(?:medium|campaign|campaign_\w+|custom\d|format|link\w*|ptr_name|creation|variant|network|channel|emailtype
          |send_date|recipient_\w+|bbc_\w+|platform)
    |xtor|xtref|xtcr|xts|fbclid|fb_(?:action_ids|action_types|ref|source)|gclid|gclsrc|dclid|gbraid|wbraid|msclkid
    |yclid|twclid|ttclid|igshid|igsh|mibextid|sfnsn|mkt_tok|_hsenc|_hsmi|hsctatracking|oly_anon_id|oly_enc_id|vero_id
    |_ga|_gl|s_kwcid|ef_id|ocid|wt[._](?:mc|zmc|mc_id)|cmpid|s_cid|phpsessid|jsessionid""",
    re.VERBOSE,
)
#: Parameters that may choose the article, unless they only say "read in a feed reader" or "shared there".
_ORIGIN = frozenset(("ref", "from", "source", "src", "origin", "via", "medium", "partner"))
_ORIGIN_VALUES = frozenset(
    ("rss", "rss2", "atom", "feed", "flux", "rssfeed", "twitter", "facebook", "whatsapp", "telegram", "newsletter")
)


def canonical(url: str, base: str = "") -> str | None:
    """Return the one spelling of `url` (relative to `base` if given), None if it is no address of a page on the web.

    None: not http or https, with a user's name, a host or port that cannot be, longer than 2000 characters.

    >>> canonical("HTTPS://LeFaso.net:443/spip.php?article123456&utm_source=rss#forum")
    'https://lefaso.net/spip.php?article123456'
    >>> canonical("/article.php?id=7&from=rss", "http://azalai.example/feed")
    'http://azalai.example/article.php?id=7'
    >>> canonical("https://maliactu.example/à-la-une/?p=12")
    'https://maliactu.example/%C3%A0-la-une/?p=12'
    >>> canonical("mailto:redaction@lefaso.net") is None
    True
    """
    return _spelled(url, base, drop_tracking=True)


def resolved(url: str, base: str = "") -> str | None:
    """Spell like `canonical`, but with every parameter kept: what a redirect asks for is what is fetched.

    >>> resolved("../b?utm_source=rss&x", "http://site.example/a/c/d")
    'http://site.example/a/b?utm_source=rss&x'
    """
    return _spelled(url, base, drop_tracking=False)


def host_of(url: str) -> str:
    """Return the host's name in lower case, "" if there is none.

    >>> host_of("http://LeFaso.net:8080/x"), host_of("spip.php")
    ('lefaso.net', '')
    """
    try:
        return urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _spelled(url: str, base: str, drop_tracking: bool) -> str | None:
    url = _CONTROL.sub("", url).strip()
    if len(url) > 4 * MAX_LENGTH:
        return None
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(_CONTROL.sub("", base).strip(), url) if base else url)
        authority = _authority(parts)
    except (ValueError, UnicodeError):
        return None
    if authority is None:
        return None
    path, query = _escaped(parts.path, _PATH_SAFE), _escaped(parts.query, _QUERY_SAFE)
    if drop_tracking:
        path, query = _SESSION.sub("", path), _without_tracking(query)
    text = f"{parts.scheme.lower()}://{authority}{_without_dots(path)}" + (f"?{query}" if query else "")
    return text if len(text) <= MAX_LENGTH else None


def _authority(parts: urllib.parse.SplitResult) -> str | None:
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        return None
    host, port = _host(parts.hostname), parts.port
    if host is None or port == 0:
        return None
    return host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"


def _host(name: str) -> str | None:
    """A host in ASCII: an IPv6 address in brackets, a dotted IPv4 address, or a domain name (IDNA)."""
    if ":" in name:
        return None if "%" in name else f"[{ipaddress.IPv6Address(name)}]"
    name = name.rstrip(".") if name.count(".") > 1 else name.removesuffix(".")
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower()
    if re.fullmatch(r"(?:0x[0-9a-f]*|\d+)", name.rpartition(".")[2]):  # the last label is a number: an address
        return str(ipaddress.IPv4Address(name))
    labels = name.split(".")
    is_name = all(re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels)
    return name if is_name and len(name) <= 253 else None


def _escaped(text: str, safe: frozenset[str]) -> str:
    """Percent-encoding in one form: needless escapes undone, needed ones added, hex in capitals."""
    return _ESCAPED.sub(lambda match: _one(match, safe), text)


def _one(match: re.Match[str], safe: frozenset[str]) -> str:
    if match[1]:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else f"%{match[1].upper()}"
    return match[2] if match[2] in safe else "".join(f"%{byte:02X}" for byte in match[2].encode("utf-8"))


def _without_dots(path: str) -> str:
    """Dot segments resolved (RFC 3986, 5.2.4); empty segments stay, they may mean something."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments[1:] if path.startswith("/") else segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def _without_tracking(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(part: str) -> bool:
    name, _, value = part.partition("=")
    name = urllib.parse.unquote(name).lower().removeprefix("amp;")
    return bool(_TRACKING.fullmatch(name)) or (name in _ORIGIN and value.lower() in _ORIGIN_VALUES)
