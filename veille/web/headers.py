"""What response headers say about time: when to come back, how long an answer stays good."""

from __future__ import annotations

import datetime as dt
import email.utils
import re

WEEK_S = 7 * 24 * 3600


def retry_after_s(value: str, date: str, now: dt.datetime) -> float | None:
    """Return seconds to wait by a Retry-After header, 0 to 7 days; None if there is none that can be read.

    A time is compared with the server's own clock (`date`, its Date header), with `now` if it does not tell.

    >>> maintenant = dt.datetime(2023, 11, 25, 12, tzinfo=dt.UTC)
    >>> retry_after_s("120", "", maintenant), retry_after_s("bientôt", "", maintenant)
    (120.0, None)
    >>> retry_after_s("Sat, 25 Nov 2023 12:01:00 GMT", "Sat, 25 Nov 2023 12:00:30 GMT", maintenant)
    30.0
    """
    value = value.strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", value, re.ASCII):
        return min(float(value), float(WEEK_S))
    at = _http_date(value)
    if at is None:
        return None
    return min(max((at - (_http_date(date) or now)).total_seconds(), 0.0), float(WEEK_S))


def max_age_s(cache_control: str) -> int | None:
    """Return seconds that an answer stays good by its Cache-Control, 0 to 7 days; None if it does not say.

    >>> max_age_s("public, max-age=60"), max_age_s("no-cache, max-age=60"), max_age_s("private")
    (60, None, None)
    """
    words = [word.strip().lower() for word in cache_control.split(",")]
    if "no-cache" in words or "no-store" in words:
        return None
    for word in words:
        if match := re.fullmatch(r'max-age\s*=\s*"?(\d{1,12})"?', word, re.ASCII):
            return min(int(match[1]), WEEK_S)
    return None


def _http_date(value: str) -> dt.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(value)
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, OverflowError):
        return None
