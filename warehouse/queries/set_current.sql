-- The staged revisions become the current ones; what the article carried besides (wire group, scope) is judged anew.
CREATE OR REPLACE TEMP TABLE staged_articles AS
SELECT s.* REPLACE (
    coalesce(a.published_at, s.published_at) AS published_at,
    coalesce(a.looks + 1, 0) AS looks
)
FROM staged_articles s LEFT JOIN store.articles a USING (article_id);
DELETE FROM store.articles WHERE article_id IN (SELECT article_id FROM staged_articles);
INSERT INTO store.articles FROM staged_articles;
