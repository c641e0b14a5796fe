-- The articles of the pairs, and those of the wire groups that they belong to.
WITH asked AS (
    SELECT DISTINCT unnest($ids::VARCHAR[]) AS article_id
), heads AS (
    SELECT coalesce(a.copy_of, a.article_id) AS head
    FROM store.articles a JOIN asked USING (article_id)
)
SELECT DISTINCT
    a.article_id,
    a.published_at AS published,
    a.n_words,
    a.n_long,
    a.n_short,
    a.copy_of,
    r.title,
    r.outlet
FROM store.articles a
    JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision
    LEFT JOIN heads h ON h.head = a.copy_of OR h.head = a.article_id
WHERE h.head IS NOT NULL OR a.article_id IN (SELECT article_id FROM asked);
