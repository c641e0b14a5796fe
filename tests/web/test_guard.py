"""Which addresses may be dialled. No address outside this machine is ever dialled here: both ends are stubs."""

from __future__ import annotations

import ipaddress

import httpcore
import pytest

from veille.web.guard import ForbiddenAddress, GuardedBackend, NameNotFound, is_allowed, is_allowed_port

PRESS = [ipaddress.ip_network("127.0.1.0/24")]

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "41.203.128.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4007::1", "2001:4860:4860::8888",
    "2c0f:f530::1",
]  # fmt: skip
FORBIDDEN = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.0.1.1", "127.255.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3ffe::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1",
    "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    "", "nonsense", "127.1", "1.1.1.1/32", "0x7f.1", "1.1.1.1 ", "[::1]",
]  # fmt: skip


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_unicast_is_allowed(ip: str) -> None:
    assert is_allowed(ip)


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_everything_else_is_not(ip: str) -> None:
    assert not is_allowed(ip)


def test_networks_of_the_settings_are_allowed_and_nothing_near_them() -> None:
    assert is_allowed("127.0.1.99", PRESS)
    assert [ip for ip in ("127.0.2.99", "127.0.0.1", "::1", "::ffff:127.0.1.99") if is_allowed(ip, PRESS)] == []
    assert is_allowed("fd00::1", [ipaddress.ip_network("fd00::/8")])


def test_ports_of_the_web_alone() -> None:
    assert all(map(is_allowed_port, (80, 443, 1024, 8900, 65535)))
    assert not any(map(is_allowed_port, (-1, 0, 1, 22, 25, 79, 444, 1023, 65536)))


class Dialled:
    """Stands for the network: remembers what was dialled, fails for the addresses in `broken`."""

    def __init__(self, *broken: str) -> None:
        self.broken, self.addresses = broken, list[str]()

    def connect(self, ip: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        self.addresses.append(ip)
        if ip in self.broken:
            raise httpcore.ConnectError("refused")
        return httpcore.MockStream([])


def backend(dialled: Dialled, *answers: list[str]) -> tuple[GuardedBackend, list[str]]:
    asked: list[str] = []
    replies = iter(answers)

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(replies)

    return GuardedBackend([], resolve, dialled.connect), asked


def test_resolves_once_and_dials_by_number() -> None:
    dialled = Dialled()
    guard, asked = backend(dialled, ["41.203.128.1"], ["127.0.0.1"])  # a name that changes its mind is not asked again
    guard.connect_tcp("site.example", 80)
    assert (asked, dialled.addresses) == (["site.example"], ["41.203.128.1"])


@pytest.mark.parametrize("ip", ["127.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1", "10.0.0.8"])
def test_one_bad_address_among_good_ones_is_enough(ip: str) -> None:
    dialled = Dialled()
    guard, _ = backend(dialled, ["41.203.128.1", ip])
    with pytest.raises(ForbiddenAddress, match=r"site\.example is"):
        guard.connect_tcp("site.example", 443)
    assert dialled.addresses == []


def test_bad_ports_and_sockets_are_not_even_resolved() -> None:
    dialled = Dialled()
    guard, asked = backend(dialled)
    with pytest.raises(ForbiddenAddress, match="port 25"):
        guard.connect_tcp("site.example", 25)
    with pytest.raises(ForbiddenAddress):
        guard.connect_unix_socket("/run/docker.sock")
    assert (asked, dialled.addresses) == ([], [])


def test_the_next_address_is_tried_and_the_last_failure_told() -> None:
    dialled = Dialled("2606:4700::1")
    guard, _ = backend(dialled, ["2606:4700::1", "41.203.128.1"])
    guard.connect_tcp("site.example", 80)
    assert dialled.addresses == ["2606:4700::1", "41.203.128.1"]
    guard, _ = backend(Dialled("8.8.8.8"), ["8.8.8.8"])
    with pytest.raises(httpcore.ConnectError):
        guard.connect_tcp("site.example", 80)


def test_a_name_without_address() -> None:
    guard, _ = backend(Dialled(), [])
    with pytest.raises(NameNotFound):
        guard.connect_tcp("site.example", 80)


def test_nothing_goes_on_after_the_deadline() -> None:
    dialled = Dialled()
    guard = GuardedBackend([], lambda host, port: ["8.8.8.8"], dialled.connect, deadline=0.0)
    with pytest.raises(httpcore.ConnectTimeout):
        guard.connect_tcp("site.example", 80)
    assert dialled.addresses == []
