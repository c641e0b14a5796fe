"""Which addresses may be dialled, checked when dialling: redirects, and names that change their address, cannot get by.

Feeds and pages choose the addresses that we ask for, so each could name a cloud's metadata service or the scheduler's
own API. Only public unicast addresses are dialled. The standard library's `is_private` and `is_global` are not enough
(100.64/10; multicast; loopback inside NAT64 and 6to4), hence the lists below, from the IANA special-purpose registries.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from veille.web.head import Head

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float | None], httpcore.NetworkStream]

_FORBIDDEN_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local: cloud metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # IETF protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
#: Global unicast; outside it lie loopback, v4-mapped, NAT64 (64:ff9b::), ULA, link-local, site-local and multicast.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_FORBIDDEN_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, benchmarks, ORCHID and other protocol assignments
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: holds any IPv4 address
            "3ffe::/16",  # the former 6bone
            "3fff::/20",  # documentation
        ),
    )
)


class ForbiddenAddress(Exception):
    """A name leads to an address, or to a port, that must not be contacted.

    `is_named`: it was a name's doing, and name servers err (a sinkhole, the portal of a hotel): it may lead elsewhere later.
    """

    def __init__(self, what: str, is_named: bool = False) -> None:
        super().__init__(what)
        self.is_named = is_named


class NameNotFound(Exception):
    """A name has no address, or the name server does not answer."""


def is_allowed(ip: str, allow_networks: Iterable[Network] = ()) -> bool:
    """Tell whether `ip` may be dialled: public unicast, or inside one of `allow_networks` (VEILLE_ALLOW_NETWORKS).

    >>> is_allowed("127.0.1.5"), is_allowed("127.0.1.5", [ipaddress.ip_network("127.0.1.0/24")])
    (False, True)
    >>> is_allowed("64:ff9b::7f00:1"), is_allowed("100.64.0.1"), is_allowed("nonsense")
    (False, False, False)
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if any(address in network for network in allow_networks):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _FORBIDDEN_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    return not any(address in network for network in _FORBIDDEN_V6)


def is_allowed_port(port: int) -> bool:
    """Tell whether a port may be asked: 80, 443 and the unprivileged ones; no mail server, no SSH."""
    return port in (80, 443) or 1024 <= port <= 65535


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of `host` in the system's order. NameNotFound if there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotFound(f"{host}: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect_address(ip: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
    """Return a TCP connection to an address that has been checked."""
    return httpcore.SyncBackend().connect_tcp(ip, port, timeout=timeout)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address it has, and dials a checked one by number.

    `deadline` (of `time.monotonic`) bounds the whole exchange, every single read too: a server that sends a byte of its
    headers a second would otherwise hold a thread for ever.
    """

    def __init__(
        self,
        allow_networks: Iterable[Network] = (),
        resolve: Resolve = resolve_name,
        connect: Connect = connect_address,
        deadline: float | None = None,
    ) -> None:
        self._allow = tuple(allow_networks)
        self._resolve, self._connect, self._deadline = resolve, connect, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Dial `host`. ForbiddenAddress, NameNotFound, or httpcore's ConnectError and ConnectTimeout."""
        if not is_allowed_port(port):
            raise ForbiddenAddress(f"port {port} of {host} is not one that web pages are served from")
        addresses = self._resolve(host, port)
        if not addresses:
            raise NameNotFound(f"{host}: no address")
        for ip in addresses:
            if not is_allowed(ip, self._allow):
                what = f"{host} is {ip}, which is not public (VEILLE_ALLOW_NETWORKS could allow it)"
                raise ForbiddenAddress(what, is_named=host.strip("[]") != ip)
        return self._dial(addresses[:4], port, timeout)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise ForbiddenAddress(f"{path}: no address of the web")

    def _dial(self, addresses: Sequence[str], port: int, timeout: float | None) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for ip in addresses:
            try:
                left = _left(timeout, self._deadline, httpcore.ConnectTimeout)
                return _TimedStream(self._connect(ip, port, left), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every operation ends at the deadline, and whose answer begins with a head that can be read."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float | None) -> None:
        self._stream, self._deadline = stream, deadline
        self._head = Head()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            piece = self._stream.read(max_bytes, _left(timeout, self._deadline, httpcore.ReadTimeout))
            if (out := self._head.feed(piece)) or not piece:
                return out

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._deadline, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, self._deadline, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, deadline: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise error("the time for this request is over")
    return left if timeout is None else min(timeout, left)
