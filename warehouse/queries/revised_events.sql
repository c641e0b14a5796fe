SELECT DISTINCT l.event_id FROM revised JOIN store.mentions m USING (article_id) JOIN store.links l USING (mention_id);
