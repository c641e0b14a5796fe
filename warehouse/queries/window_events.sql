-- Events with a report published in a window.
SELECT l.event_id
FROM store.links l
    JOIN store.mentions m USING (mention_id)
    JOIN store.articles a ON a.article_id = m.article_id AND a.revision = m.revision
GROUP BY l.event_id
HAVING max(a.published_at) >= $since AND min(a.published_at) < $until
ORDER BY l.event_id;
