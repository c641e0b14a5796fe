-- How many hashes each new article shares with any other. A hash that 20 articles of one outlet share is its boilerplate.
WITH met AS (
    SELECT s.kind, s.hash, s.article_id AS a, o.article_id AS b, o.outlet
    FROM staged_shingles s JOIN store.shingles o ON o.kind = s.kind AND o.hash = s.hash
    WHERE o.article_id <> s.article_id AND (s.kind = 5 OR abs(date_diff('day', o.day, s.day)) <= 8)
), boilerplate AS (
    SELECT kind, hash FROM met GROUP BY kind, hash, outlet HAVING count(DISTINCT b) >= 20
)
SELECT least(a, b) AS a, greatest(a, b) AS b, count(DISTINCT hash) FILTER (kind = 5) AS shared_long, count(DISTINCT hash) FILTER (kind = 3) AS shared_short
FROM met ANTI JOIN boilerplate USING (kind, hash)
GROUP BY ALL HAVING shared_long >= 3 OR shared_short >= 3
ORDER BY a, b;
