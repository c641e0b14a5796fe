-- Ids are unique.
SELECT event_id FROM store.events GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT article_id FROM store.articles GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT mention_id FROM store.links GROUP BY ALL HAVING count(*) > 1;
