"""Many articles at once, as one function that a worker process can run."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from veille.codes import Scope
from veille.reading.gazetteer import Gazetteer, with_dumps
from veille.reading.mentions import read
from veille.records.articles import Article
from veille.records.readings import Place, Reading


def read_batch(articles: Sequence[Article], places: Mapping[str, list[Place]]) -> list[Reading]:
    """Return the readings of articles, in order; `places` are those of the imported gazetteer that their names may mean."""
    gazetteer = with_dumps(places)
    return [read_or_defect(article, gazetteer) for article in articles]


def read_or_defect(article: Article, gazetteer: Gazetteer) -> Reading:
    """Return the reading of an article; one that our rules stumble over is kept unread, and `defect` says where."""
    try:
        return read(article, gazetteer)
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(at.filename).name}:{at.lineno})"
        return Reading(article.article_id, article.revision, Scope.NONE, defect=what)
