-- Reports of the new articles, and recalls and mentions in passing still without an event (their event may have arrived), three months back.
SELECT r.* FROM store.reports r ANTI JOIN store.links USING (mention_id)
WHERE r.article_id IN (SELECT unnest($ids::VARCHAR[]))
    OR ((r.role = 'background' OR NOT r.founds) AND r.published_at > (SELECT max(published_at) FROM store.articles WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))) - INTERVAL 90 DAY)
ORDER BY published_at, mention_id;
