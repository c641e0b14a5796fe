-- How many hashes each new article shares with any other. A hash that $boilerplate articles of one outlet share is its
-- boilerplate. Short n-grams are compared within $short_days days and the day on which both round.
WITH met AS (
    SELECT s.kind, s.hash, s.article_id AS a, o.article_id AS b, o.outlet
    FROM staged_shingles s JOIN store.shingles o ON o.kind = s.kind AND o.hash = s.hash
    WHERE o.article_id <> s.article_id
        AND (s.kind = $long_n OR abs(date_diff('day', o.day, s.day)) <= $short_days + 1)
), boilerplate AS (
    SELECT kind, hash
    FROM met
    GROUP BY kind, hash, outlet
    HAVING count(DISTINCT b) >= $boilerplate
)
SELECT
    least(a, b) AS a,
    greatest(a, b) AS b,
    count(DISTINCT hash) FILTER (kind = $long_n) AS shared_long,
    count(DISTINCT hash) FILTER (kind = $short_n) AS shared_short
FROM met ANTI JOIN boilerplate USING (kind, hash)
GROUP BY ALL
HAVING shared_long >= $min_shared OR shared_short >= $min_shared
ORDER BY a, b;
