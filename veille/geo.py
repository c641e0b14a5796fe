"""Distances on the earth."""

from __future__ import annotations

import math

EARTH_KM = 6371.0
Degrees = float | None


def km_between(lat_a: Degrees, lon_a: Degrees, lat_b: Degrees, lon_b: Degrees) -> float:
    """Return great-circle distance in kilometres between two points in degrees; infinite where a coordinate is unknown.

    >>> round(km_between(12.65, -8.0, 16.27, -0.04))  # Bamako - Gao
    947
    """
    if lat_a is None or lon_a is None or lat_b is None or lon_b is None:
        return math.inf
    p = math.pi / 180
    h = (
        math.sin((lat_b - lat_a) * p / 2) ** 2
        + math.cos(lat_a * p) * math.cos(lat_b * p) * math.sin((lon_b - lon_a) * p / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))
