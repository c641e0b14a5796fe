-- Of the staged items, drop those that are known and all but the first of each address. A known guid counts only with
-- the same title and time of publication: guids are reused, and columns repeat their titles.
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
