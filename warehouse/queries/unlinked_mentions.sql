-- Reports of the new articles; and recalls and mentions in passing that still wait for their event, three months back.
WITH asked AS (
    SELECT unnest($ids::VARCHAR[]) AS article_id
)
SELECT r.*
FROM store.reports r ANTI JOIN store.links USING (mention_id)
WHERE r.article_id IN (SELECT article_id FROM asked)
    OR (
        (r.role = 'background' OR NOT r.founds)
        AND r.published_at > (
            SELECT max(published_at) FROM store.articles WHERE article_id IN (SELECT article_id FROM asked)
        ) - INTERVAL 90 DAY
    )
ORDER BY published_at, mention_id;
