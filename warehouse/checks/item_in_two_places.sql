-- Every item is in exactly one of articles, rejected, pending.
WITH placed AS (
    SELECT url FROM articles
    UNION ALL
    SELECT url FROM rejected
    UNION ALL
    SELECT url FROM pending
)
SELECT url, count(p.url) AS places
FROM store.items i LEFT JOIN placed p USING (url)
GROUP BY url
HAVING places <> 1;
