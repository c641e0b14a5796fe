"""From a mention to the report that is compared."""

from __future__ import annotations

import datetime as dt

from veille.codes import DateFlag
from veille.events.consensus import CurrentClaim, killed
from veille.records.linking import Report
from veille.records.readings import Mention


def report_of(mention: Mention, title: str, outlet: str, published_at: dt.datetime, wire: str) -> Report:
    """Return the linker's view of a freshly read mention; `wire` is the article id of the original of its wire text."""
    said = [
        CurrentClaim(mention.article_id, wire, c.claimant, c.kind, c.victims, c.outcome, c.low, c.high, mention.role)
        for c in mention.claims
    ]
    place, when = mention.place, mention.when
    return Report(
        mention_id=mention.mention_id,
        root=mention.mention_id,
        article_id=mention.article_id,
        outlet=outlet,
        published_at=published_at,
        wire=wire,
        role=mention.role,
        date_low=when.low,
        date_high=when.high,
        time_precision=when.precision,
        is_dated=when.flag != DateFlag.UNDATED,
        is_span=when.is_span,
        country=place.country,
        admin1=place.admin1,
        admin2=place.admin2,
        place=place.name,
        latitude=place.latitude,
        longitude=place.longitude,
        geo_precision=place.precision,
        geonameid=place.geonameid,
        level=place.level,
        event_type=mention.event_type,
        sub_event_type=mention.sub_event_type,
        attackers=mention.attackers,
        targets=mention.targets,
        keywords=frozenset(mention.keywords),
        killed=tuple(sorted(set(killed(said).values()))),
        title=title,
        sentence=mention.sentence,
        founds=mention.founds,
        road=place.road,
    )
