-- The events that any mention of an article is linked to.
SELECT DISTINCT event_id
FROM store.links JOIN store.mentions USING (mention_id)
WHERE article_id = $article_id;
