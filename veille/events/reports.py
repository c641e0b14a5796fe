"""From a mention to the report that is compared."""

from __future__ import annotations

import datetime as dt

from veille.events.consensus import Stated, killed
from veille.records import Mention, Report


def report_of(mention: Mention, title: str, outlet: str, published_at: dt.datetime, wire: str) -> Report:
    """The linker's view of a freshly read mention; `wire` is the article id of the original of its wire text."""
    said = [
        Stated(mention.article_id, wire, c.claimant, c.kind, c.victims, c.outcome, c.low, c.high, mention.role)
        for c in mention.claims
    ]
    place, when = mention.place, mention.when
    return Report(
        mention.mention_id, mention.article_id, outlet, published_at, wire, mention.role, when.low, when.high, when.precision, when.flag != "undated", when.is_span,
        place.country, place.admin1, place.admin2, place.name, place.latitude, place.longitude, place.precision, place.geonameid, place.level,
        mention.event_type, mention.sub_event_type, mention.attackers, mention.targets, frozenset(mention.keywords), tuple(sorted(set(killed(said).values()))), title, mention.sentence,
        mention.founds,
    )  # fmt: skip
