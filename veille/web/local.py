"""Whether something answers on a port of this machine or at a server of the user's: asked before work is begun there."""

from __future__ import annotations

import socket
import urllib.request


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def why_unreachable(url: str, seconds: float = 15.0) -> str:
    """Return why a server that the user named does not answer a GET; "" if it does."""
    if not url.startswith(("http://", "https://")):
        return "no http address"
    try:
        with urllib.request.urlopen(url, timeout=seconds):  # noqa: S310 - checked above
            return ""
    except (OSError, ValueError) as error:
        return str(error)
