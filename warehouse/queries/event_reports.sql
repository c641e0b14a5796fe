-- The articles of an event with what they say of it, the earliest first.
SELECT ea.article_id, ea.role, ea.confidence, ea.sentence, a.outlet, a.title, a.copy_of
FROM event_articles ea JOIN articles a USING (article_id)
WHERE ea.event_id = $event_id
ORDER BY a.published_at, ea.article_id;
