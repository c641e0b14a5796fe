"""The GeoNames dumps of the region, fetched or taken from a folder."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from veille.codes import Reason
from veille.errors import WorkFailed
from veille.reference.countries import with_dumps
from veille.settings import Settings
from veille.web.client import Client
from warehouse.gazetteer import import_dumps

#: Where GeoNames publishes its country dumps (CC BY 4.0).
SOURCE = "https://download.geonames.org/export/dump/{country}.zip"
MAX_BYTES = 200 << 20
#: Seconds between two dumps.
PAUSE_S = 1.0


def update_gazetteer(settings: Settings, folder: str | None) -> dict[str, int]:
    """Import the dumps of a folder, or fetch them first; places per country. Raises WorkFailed."""
    if folder:
        return import_dumps(Path(folder).expanduser(), settings.gazetteer_file)
    with tempfile.TemporaryDirectory() as scratch:
        for country in with_dumps():
            _fetch(country, Path(scratch), settings)
        return import_dumps(Path(scratch), settings.gazetteer_file)


def _fetch(country: str, into: Path, settings: Settings) -> None:
    url = SOURCE.format(country=country)
    with Client("veille-sahel/0.1", PAUSE_S, settings.allow_networks) as client:
        response = client.get(url, max_bytes=MAX_BYTES)
    if response.outcome != Reason.OK:
        what = f"{url}: {response.outcome} {response.detail}"
        raise WorkFailed(f"{what}; fetch the dumps by hand and give their folder with --from")
    try:
        with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
            member = archive.getinfo(f"{country}.txt")
            if member.file_size > MAX_BYTES:
                what = f"{url}: unpacks to {member.file_size} bytes"
                raise WorkFailed(f"{what}; more than expected, nothing was imported")
            (into / f"{country}.txt").write_bytes(archive.read(member))
    except (zipfile.BadZipFile, KeyError):
        raise WorkFailed(f"{url}: not the expected archive; nothing was imported") from None
