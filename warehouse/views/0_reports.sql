-- A mention as the linker sees it (veille.records.linking.Report); not public, but the queries share it.
CREATE OR REPLACE VIEW store.reports_ever AS
SELECT
    m.mention_id,
    m.root_id AS root,
    m.article_id,
    a.outlet,
    a.published_at,
    coalesce(a.copy_of, a.article_id) AS wire,
    m.role,
    m.date_low,
    m.date_high,
    m.time_precision,
    m.date_flag <> 'undated' AS is_dated,
    m.is_span,
    m.country,
    m.admin1,
    m.admin2,
    m.place,
    m.latitude,
    m.longitude,
    m.geo_precision,
    m.geonameid,
    m.level,
    m.event_type,
    m.sub_event_type,
    m.attackers,
    m.targets,
    m.keywords,
    k.killed,
    r.title,
    m.sentence,
    m.founds,
    m.road,
    a.revision = m.revision AS is_current
FROM store.mentions m
    JOIN store.articles a ON a.article_id = m.article_id
    JOIN store.revisions r ON r.article_id = m.article_id AND r.revision = m.revision
    LEFT JOIN store.killed k USING (mention_id);

-- Those of current revisions alone.
CREATE OR REPLACE VIEW store.reports AS
SELECT * EXCLUDE (is_current) FROM store.reports_ever WHERE is_current;
