"""The gazetteer flow: the GeoNames dumps of the region, fetched or taken from a folder."""

from prefect import flow

from tasks.gazetteer import update_gazetteer
from veille import settings as config


@flow(name="gazetteer-update", persist_result=False)
def gazetteer_update(folder: str | None = None) -> dict[str, int]:
    """Import the GeoNames places of the region's countries.

    Args:
        folder: A folder with ML.txt, BF.txt, ... ; fetched from GeoNames if empty.
    """
    return update_gazetteer(config.load(), folder)
