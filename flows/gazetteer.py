"""`veille gazetteer update` and its flow: the GeoNames dumps of the region, fetched or taken from a folder."""

import io
import tempfile
import zipfile
from pathlib import Path

from prefect import flow

from flows.terminal import quiet_prefect
from veille import settings as config
from veille.codes import Reason
from veille.errors import WorkFailed
from veille.reference.countries import with_dumps
from veille.web.client import Client
from warehouse.gazetteer import import_dumps

#: Where GeoNames publishes its country dumps (CC BY 4.0).
SOURCE = "https://download.geonames.org/export/dump/{country}.zip"
MAX_BYTES = 200 << 20


@flow(name="gazetteer-update", persist_result=False)
def gazetteer_update(folder: str | None = None) -> dict[str, int]:
    """Import the GeoNames places of the region's countries.

    Args:
        folder: A folder with ML.txt, BF.txt, ... ; fetched from GeoNames if empty.
    """
    return update(folder)


def update(folder: str | None) -> dict[str, int]:
    """Import the dumps of a folder, or fetch them first; places a country. Raises WorkFailed."""
    settings = config.load()
    if folder:
        return import_dumps(Path(folder).expanduser(), settings.gazetteer_file)
    with tempfile.TemporaryDirectory() as scratch:
        for country in with_dumps():
            _fetch(country, Path(scratch), settings)
        return import_dumps(Path(scratch), settings.gazetteer_file)


def _fetch(country: str, into: Path, settings: config.Settings) -> None:
    url = SOURCE.format(country=country)
    with Client("veille-sahel/0.1", 1.0, settings.allow_networks) as client:
        response = client.get(url, max_bytes=MAX_BYTES)
    if response.outcome != Reason.OK:
        raise WorkFailed(
            f"{url}: {response.outcome} {response.detail}; fetch the dumps by hand and give their folder with --from"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
            member = archive.getinfo(f"{country}.txt")
            if member.file_size > MAX_BYTES:
                raise WorkFailed(
                    f"{url}: unpacks to {member.file_size} bytes; more than expected, nothing was imported"
                )
            (into / f"{country}.txt").write_bytes(archive.read(member))
    except (zipfile.BadZipFile, KeyError):
        raise WorkFailed(f"{url}: not the expected archive; nothing was imported") from None


def run_update(folder: str | None) -> int:
    """The command: prints how many places each country brought."""
    quiet_prefect()
    counts = update(folder)
    print(f"{sum(counts.values())} places: " + ", ".join(f"{country} {n}" for country, n in counts.items()))
    return 0
