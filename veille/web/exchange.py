"""One GET on the wire: a fresh connection, a deadline, a bounded body, and every failure a reason code.

A connection serves one request: between two requests to a host lie seconds, and an old connection closed by the server
would look like a failure. Redirects, robots.txt and politeness are not known here (`client`).
"""

from __future__ import annotations

import http
import re
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import httpcore

from veille.codes import Reason, http_reason
from veille.web.decode import BadBody, Decoder
from veille.web.guard import (
    Connect,
    ForbiddenAddress,
    GuardedBackend,
    NameNotFound,
    Network,
    Resolve,
    connect_address,
    resolve_name,
)
from veille.web.limits import Limits

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought; `outcome` is "ok", "not_modified" or a reason code; headers are latin-1, as sent."""

    outcome: str
    status: int = 0
    detail: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    took_s: float = 0.0
    retry_after_s: float | None = None
    is_sunk: bool = False  # a name led to an address that must not be dialled

    def header(self, name: str) -> str:
        """Return the first header of that name, "" if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `seconds` bounds it from dialling to the last byte, `max_bytes` its decoded body.

    With `keep_beginning` a body that is too large is cut at the bound instead of refused.
    """

    url: str
    headers: Headers
    max_bytes: int
    seconds: float
    keep_beginning: bool = False


class Transport:
    """Sends one GET at a time per calling thread; safe to share between threads."""

    def __init__(
        self,
        allow_networks: Iterable[Network],
        limits: Limits,
        resolve: Resolve = resolve_name,
        connect: Connect = connect_address,
    ) -> None:
        self._allow, self._limits = tuple(allow_networks), limits
        self._resolve, self._connect = resolve, connect
        self._lock = threading.Lock()
        self._ssl: ssl.SSLContext | None = None

    def get(self, request: Request) -> Answer:
        """Send the request and read the answer; never raises for what a server or a network can do."""
        started = time.monotonic()
        answer = self._get(request, started + request.seconds)
        took = time.monotonic() - started
        return replace(answer, took_s=took)

    def _get(self, request: Request, deadline: float) -> Answer:
        parts = urllib.parse.urlsplit(request.url)
        headers = [("Host", parts.netloc), *request.headers, ("Connection", "close")]
        head: Answer | None = None
        try:
            with (
                self._connection(request.url, deadline) as connection,
                connection.stream(
                    "GET",
                    request.url,
                    headers=[(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers],
                    extensions={"timeout": self._timeouts()},
                ) as response,
            ):
                head = _head(response)
                return (
                    head if head.outcome != Reason.OK else _with_body(head, response, request, self._limits.max_ratio)
                )
        except BadBody as bad:
            return _failed(head, bad.outcome, bad.detail)
        except (ForbiddenAddress, NameNotFound, httpcore.TimeoutException) as error:
            failed = _failed(head, *reason_of(error, False))
            return replace(failed, is_sunk=isinstance(error, ForbiddenAddress) and error.is_named)
        except (httpcore.NetworkError, httpcore.ProtocolError, UnicodeEncodeError) as error:
            return _failed(head, *reason_of(error, head is not None))

    def _connection(self, url: str, deadline: float) -> httpcore.HTTPConnection:
        return httpcore.HTTPConnection(
            httpcore.URL(url).origin,
            ssl_context=self._ssl_context() if url.startswith("https:") else None,
            network_backend=GuardedBackend(self._allow, self._resolve, self._connect, deadline),
        )

    def _ssl_context(self) -> ssl.SSLContext:
        with self._lock:  # reading the certificates takes long enough to do it once, and only if https is met
            if self._ssl is None:
                self._ssl = httpcore.default_ssl_context()
            return self._ssl

    def _timeouts(self) -> dict[str, float]:
        read = self._limits.read_s
        return {"connect": self._limits.connect_s, "read": read, "write": read, "pool": read}


def reason_of(error: Exception, in_body: bool) -> tuple[str, str]:
    """Return the reason code and one line for what went wrong between the two machines."""
    detail = " ".join(str(error).split())[:200] or type(error).__name__
    match error:
        case ForbiddenAddress():
            code = Reason.FORBIDDEN_ADDRESS
        case NameNotFound():
            code = Reason.DNS
        case httpcore.TimeoutException():
            code = Reason.TIMEOUT
        case _ if isinstance(error.__cause__, ssl.SSLError):
            code = Reason.TLS
        case httpcore.ConnectError():
            code = Reason.CONNECT
        case httpcore.RemoteProtocolError() if in_body:
            code = Reason.TRUNCATED
        case httpcore.RemoteProtocolError() if "without sending" not in detail:
            code = Reason.BAD_RESPONSE
        case httpcore.LocalProtocolError() | UnicodeEncodeError():
            code = Reason.BAD_REQUEST
        case _:
            code = Reason.RESET
    return code, detail


def outcome_of(status: int) -> str:
    """Return the reason code of an HTTP status.

    >>> outcome_of(200), outcome_of(304), outcome_of(503)
    ('ok', 'not_modified', 'http_503')
    """
    return {200: Reason.OK, 203: Reason.OK, 206: Reason.OK, 226: Reason.OK, 304: Reason.NOT_MODIFIED}.get(
        status, http_reason(status)
    )


def _head(response: httpcore.Response) -> Answer:
    headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers)
    phrase = http.HTTPStatus(response.status).phrase if response.status in _STATUSES else ""
    return Answer(outcome_of(response.status), response.status, f"{response.status} {phrase}".strip(), headers)


_STATUSES = frozenset(status.value for status in http.HTTPStatus)


def _with_body(head: Answer, response: httpcore.Response, request: Request, max_ratio: float) -> Answer:
    """Read the body of a good answer. BadBody if it is refused."""
    length = head.header("content-length")
    if length.isdecimal() and int(length) > request.max_bytes and not request.keep_beginning:
        raise BadBody(Reason.TOO_LARGE, f"{length} bytes announced, more than {request.max_bytes}")
    decoder = Decoder(head.header("content-encoding"), request.max_bytes, max_ratio)
    try:
        try:
            for piece in response.iter_stream():
                decoder.feed(piece)
        except (httpcore.RemoteProtocolError, httpcore.ReadError):
            if not _is_whole(decoder.finish()):
                raise
        body = decoder.finish()
    except BadBody as bad:
        if not (request.keep_beginning and bad.outcome == Reason.TOO_LARGE):
            raise
        body = bytes(decoder.body[: request.max_bytes])
    if not body.strip():
        return _failed(head, Reason.EMPTY, f"{head.status} with an empty body")
    return Answer(Reason.OK, head.status, head.detail, head.headers, body)


#: How documents end; what follows is at most a comment of the server's.
_END = re.compile(rb"(?:</(?:rss|feed|(?:\w+:)?rdf|html)\s*>|\})\s*(?:<!--[^<>]{0,500}-->\s*)*\Z", re.IGNORECASE)


def _is_whole(body: bytes) -> bool:
    """Whether a document has its end, although the transfer had none: no last chunk, a length that is too large."""
    return bool(_END.search(body[-1000:]))


def _failed(head: Answer | None, outcome: str, detail: str) -> Answer:
    """A failure, with status and headers if the answer had begun."""
    return Answer(outcome, head.status, detail, head.headers) if head else Answer(outcome, detail=detail)
