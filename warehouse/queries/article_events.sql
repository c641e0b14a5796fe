-- The events that mentions of some articles are linked to.
SELECT DISTINCT l.event_id
FROM store.mentions m
    JOIN store.links l USING (mention_id)
WHERE m.article_id IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY l.event_id;
