-- Which articles report an event, and which of them are copies.
SELECT a.published_at, a.outlet, e.role, a.title, a.copy_of IS NOT NULL AS is_copy
FROM event_articles e JOIN articles a USING (article_id)
WHERE e.event_id = $event
ORDER BY a.published_at, a.article_id;
