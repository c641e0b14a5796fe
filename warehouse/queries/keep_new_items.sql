-- Of the staged items, drop those that are known and all but the first of each address, guid and title.
DELETE FROM staged_items s WHERE EXISTS (SELECT 1 FROM store.items i WHERE i.url = s.url)
    OR (s.guid <> '' AND EXISTS (SELECT 1 FROM store.items i WHERE i.feed_id = s.feed_id AND i.guid = s.guid AND i.title = s.title));
CREATE OR REPLACE TEMP TABLE staged_items AS
    SELECT * FROM staged_items
    QUALIFY row_number() OVER (PARTITION BY url ORDER BY published_at NULLS LAST, feed_id) = 1
        AND row_number() OVER (PARTITION BY feed_id, CASE WHEN guid <> '' THEN guid || ' ' || title ELSE url END ORDER BY url) = 1;
