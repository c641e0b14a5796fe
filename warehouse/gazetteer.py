"""GeoNames dumps of the region's countries, as a DuckDB file of names that a batch of articles is joined with.

The file is the user's own download; nothing of it ships. Only what an incident can be located at is kept: populated
places, administrative areas, named localities, forests and reserves.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from veille.codes import PlaceLevel, PlaceSource
from veille.errors import Damaged, WorkFailed
from veille.records.readings import Place
from veille.reference.countries import with_dumps
from warehouse.store import rows, run, sql

_AGAIN = "run `veille gazetteer update` again"


def import_dumps(folder: Path, target: Path) -> dict[str, int]:
    """Build the places file from the CC.txt files of a folder; the number of places per country.

    Raises WorkFailed: no dump there, or one that does not read as GeoNames' 19 tab-separated columns.
    """
    files = [folder / f"{cc}.txt" for cc in with_dumps() if (folder / f"{cc}.txt").is_file()]
    if not files:
        raise WorkFailed(
            f"{folder}: holds none of {', '.join(c + '.txt' for c in with_dumps())}; unpack the GeoNames dumps there"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    fresh.unlink(missing_ok=True)
    con = duckdb.connect(str(fresh))
    try:
        con.execute("SET memory_limit = '512MB'; SET threads = 2")
        run(con, "queries/import_dumps", {"files": [str(f) for f in files]})
        counts = dict(con.execute("SELECT country, count(*) FROM places GROUP BY ALL ORDER BY ALL").fetchall())
    except duckdb.Error as error:
        con.close()
        fresh.unlink(missing_ok=True)
        raise WorkFailed(f"{folder}: not GeoNames dumps ({str(error).splitlines()[0][:150]})") from None
    con.close()
    os.replace(fresh, target)
    return counts


def lookup(file: Path, names: Iterable[str]) -> dict[str, list[Place]]:
    """Return the places of each folded name, best known first; nothing where no dump was imported.

    Raises Damaged: the file cannot be read.
    """
    wanted = sorted(set(names))
    if not file.exists() or not wanted:
        return {}
    try:
        con = duckdb.connect(str(file), read_only=True)
        try:
            con.execute("SET memory_limit = '256MB'; SET threads = 2")
            found = rows(con, sql("queries/places_of_names"), {"names": wanted})
        finally:
            con.close()
    except duckdb.Error as error:
        raise Damaged(f"{file}: cannot be read ({str(error).splitlines()[0][:150]})", cure=_AGAIN) from None
    places: dict[str, list[Place]] = {}
    for r in found:
        folded = r.pop("folded")
        place = Place(**{**r, "level": PlaceLevel(r["level"]), "source": PlaceSource(r["source"])})
        places.setdefault(folded, []).append(place)
    return places


def summary(file: Path) -> tuple[int, int]:
    """Count the places and countries of an imported gazetteer. Raises Damaged: the file cannot be read."""
    try:
        con = duckdb.connect(str(file), read_only=True)
        try:
            found = rows(con, "SELECT count(*) AS n, count(DISTINCT country) AS n_countries FROM places")[0]
        finally:
            con.close()
    except duckdb.Error:
        raise Damaged(f"{file}: cannot be read", cure=_AGAIN) from None
    return found["n"], found["n_countries"]
