-- Of the staged items, drop those that are known and all but the first of each address. A known guid counts only with
-- the same title and time of publication: guids are reused, and columns repeat their titles. Where the known item is an
-- article, the other address is turned away for good.
DELETE FROM staged_items s
WHERE EXISTS (SELECT 1 FROM store.items i WHERE i.url = s.url)
    OR (
        -- what was taken down never returns, whatever its address and title are now
        s.guid <> '' AND EXISTS (
            SELECT 1
            FROM store.items i
            WHERE i.feed_id = s.feed_id AND i.guid = s.guid AND i.reason = 'forgotten'
        )
    )
    OR (
        s.guid <> ''
        AND EXISTS (
            SELECT 1
            FROM store.items i
            WHERE i.feed_id = s.feed_id
                AND i.guid = s.guid
                AND i.title = s.title
                AND i.published_at IS NOT DISTINCT FROM s.published_at
                AND i.status <> 'article'
        )
    );
CREATE OR REPLACE TEMP TABLE staged_items AS
SELECT *
FROM staged_items
QUALIFY row_number() OVER (PARTITION BY url ORDER BY published_at NULLS LAST, feed_id) = 1
    AND row_number() OVER (
        PARTITION BY feed_id, CASE WHEN guid <> '' THEN concat_ws(' ', guid, title, published_at) ELSE url END
        ORDER BY url
    ) = 1;
UPDATE staged_items s
SET
    status = 'rejected',
    stage = 'extract',
    reason = 'same_article',
    detail = k.article_id,
    first_at = s.first_seen_at,
    last_at = s.first_seen_at,
    next_attempt_at = NULL
FROM (
    SELECT feed_id, guid, title, published_at, min(article_id) AS article_id
    FROM store.items
    WHERE status = 'article' AND guid <> '' AND guid IN (SELECT guid FROM staged_items)
    GROUP BY ALL
) k
WHERE k.feed_id = s.feed_id
    AND k.guid = s.guid
    AND k.title = s.title
    AND k.published_at IS NOT DISTINCT FROM s.published_at;
