-- Every article has its current revision, and every item that became an article has that article.
SELECT article_id FROM store.articles ANTI JOIN store.revisions USING (article_id, revision)
UNION ALL
SELECT url FROM store.items ANTI JOIN store.articles USING (article_id) WHERE status = 'article';
