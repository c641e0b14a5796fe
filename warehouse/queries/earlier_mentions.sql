-- What the revised articles told before: of each chain the last mention that is not current, as a report,
-- with its event.
SELECT l.event_id, r.* EXCLUDE (is_current)
FROM revised v
    JOIN store.reports_ever r USING (article_id)
    JOIN store.links l USING (mention_id)
    JOIN store.mentions m USING (mention_id)
WHERE NOT r.is_current
QUALIFY row_number() OVER (PARTITION BY r.root ORDER BY m.revision DESC) = 1
ORDER BY r.mention_id;
