-- Title and text of the current revision of articles.
SELECT r.article_id, r.title, r.text
FROM store.revisions r JOIN store.articles a ON a.article_id = r.article_id AND a.revision = r.revision
WHERE r.article_id IN (SELECT unnest($ids::VARCHAR[]));
