-- The current revision of an article, by its id or address.
SELECT r.* EXCLUDE (run_id)
FROM store.revisions r JOIN store.articles a ON a.article_id = r.article_id AND a.revision = r.revision
WHERE r.article_id = $wanted OR r.url = $wanted;
