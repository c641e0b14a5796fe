-- Every item is in exactly one of articles, rejected, pending.
SELECT url FROM (SELECT url FROM articles UNION ALL SELECT url FROM rejected UNION ALL SELECT url FROM pending) GROUP BY url HAVING count(*) > 1;
