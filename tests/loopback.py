"""A real web server on a loopback address of its own, that answers as a test tells it; it keeps a log."""

from __future__ import annotations

import contextlib
import http.server
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass
class Seen:
    """One request as the server saw it; times of `time.monotonic`."""

    path: str
    headers: dict[str, str]
    started: float
    ended: float = 0.0


@dataclass
class Site:
    """Answers by path; `robots` None means 404, "" allows everything."""

    host: str
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    robots: Answer | str | None = ""
    log: list[Seen] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.log]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from its site; helpers for answers that misbehave."""

    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        seen = Seen(self.path, dict(self.headers.items()), time.monotonic())
        self.site.log.append(seen)
        with contextlib.suppress(OSError):
            self._answer()
        seen.ended = time.monotonic()

    do_POST = do_GET

    def _answer(self) -> None:
        if self.path == "/robots.txt":
            robots = self.site.robots
            if callable(robots):
                robots(self)
            else:
                self.send(404 if robots is None else 200, (robots or "# rien").encode(), "text/plain")
        elif answer := self.site.answers.get(self.path):
            answer(self)
        else:
            self.send(404, b"Page introuvable")

    def send(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """`Retry_After="1"` is the header Retry-After; a Content-Length that is given is sent as it is."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Close the connection hard, without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((host, 0))
        return int(free.getsockname()[1])


def page(body: bytes = b"<html><p>Bonjour</p></html>", status: int = 200, **headers: str) -> Answer:
    """An answer that is always the same."""
    return lambda handler: handler.send(status, body, **headers)


def moved(location: str, status: int = 302) -> Answer:
    return lambda handler: handler.send(status, b"", Location=location)


@contextlib.contextmanager
def serving(*hosts: str) -> Iterator[list[Site]]:
    """A site on each of `hosts` (127.0.1.x), each on a free port."""
    sites, servers = [], []
    for host in hosts:
        site = Site(host)
        server = http.server.ThreadingHTTPServer((host, 0), type("SiteHandler", (Handler,), {"site": site}))
        server.daemon_threads = True
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        sites.append(site)
        servers.append(server)
    try:
        yield sites
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
