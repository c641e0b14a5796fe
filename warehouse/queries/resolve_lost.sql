-- Ids once founded that no event bears and no alias resolves: they stand for the event of their founding mention, else
-- for the event that their founding article reports first.
INSERT INTO store.event_aliases
SELECT
    f.old_id,
    coalesce(
        any_value(own.event_id),
        arg_min(article.event_id, CASE m.role WHEN 'primary' THEN 0 WHEN 'secondary' THEN 1 ELSE 2 END)
    ) AS event_id
FROM founded f
    LEFT JOIN store.links own ON own.mention_id = f.mention_id
    LEFT JOIN store.mentions m ON m.article_id = f.article_id
    LEFT JOIN store.links article ON article.mention_id = m.mention_id
WHERE f.old_id NOT IN (SELECT event_id FROM store.events)
    AND f.old_id NOT IN (SELECT old_id FROM store.event_aliases)
GROUP BY f.old_id
HAVING coalesce(any_value(own.event_id), any_value(article.event_id)) IS NOT NULL;
