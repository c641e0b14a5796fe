-- The events that mentions of the revised articles are linked to.
SELECT DISTINCT l.event_id
FROM revised
    JOIN store.mentions m USING (article_id)
    JOIN store.links l USING (mention_id);
