-- Where ids once founded (founded) would stand now: the event of their founding mention, else the one that their
-- founding article reports first.
SELECT
    f.old_id,
    coalesce(
        any_value(own.event_id),
        arg_min(article.event_id, CASE m.role WHEN 'primary' THEN 0 WHEN 'secondary' THEN 1 ELSE 2 END)
    ) AS event_id
FROM founded f
    LEFT JOIN store.links own ON own.mention_id = f.mention_id
    LEFT JOIN store.reports m ON m.article_id = f.article_id
    LEFT JOIN store.links article ON article.mention_id = m.mention_id
GROUP BY f.old_id
HAVING coalesce(any_value(own.event_id), any_value(article.event_id)) IS NOT NULL;
