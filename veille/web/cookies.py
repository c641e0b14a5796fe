"""Cookies within one chain of redirects: some sites set one and send their visitor in a circle until it comes back."""

from __future__ import annotations

import email.message
import urllib.request
from http.cookiejar import CookieJar
from typing import Any, cast

from veille.web.exchange import Headers

MAX_HEADER_CHARS = 4096


class Cookies:
    """What the sites of one chain set; whose a cookie is, the standard library's rules decide."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def keep(self, headers: Headers, url: str) -> None:
        """Keep the cookies of an answer from `url`."""
        message = email.message.Message()
        for name, value in headers:
            if name.lower() == "set-cookie" and len(value) <= MAX_HEADER_CHARS:
                message["Set-Cookie"] = value
        if message:
            self._jar.extract_cookies(cast(Any, _Answer(message)), _request(url))

    def header(self, url: str) -> str:
        """Return the Cookie header for a request to `url`, "" for none."""
        if not len(self._jar):
            return ""
        request = _request(url)
        self._jar.add_cookie_header(request)
        value = request.get_header("Cookie") or ""
        return value if len(value) <= MAX_HEADER_CHARS and value.isprintable() else ""

    def added_to(self, headers: Headers, url: str) -> Headers:
        """Return the headers of a request to `url` with its cookies."""
        value = self.header(url)
        return [*headers, ("Cookie", value)] if value else headers


def _request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url)  # noqa: S310 - never sent: the jar asks it for its host and path


class _Answer:
    """What the jar asks an answer for."""

    def __init__(self, message: email.message.Message) -> None:
        self._message = message

    def info(self) -> email.message.Message:
        return self._message
