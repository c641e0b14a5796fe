-- Of every event the mention by which a rebuild can find it again: the first by id that is not background.
SELECT
    e.event_id,
    arg_min(m.mention_id, m.mention_id) AS mention_id,
    arg_min(m.article_id, m.mention_id) AS article_id,
    arg_min(m.place, m.mention_id) AS place,
    arg_min(m.date_low, m.mention_id)::VARCHAR AS date
FROM store.events e
    JOIN store.links l USING (event_id)
    JOIN store.mentions m USING (mention_id)
WHERE m.role <> 'background'
GROUP BY e.event_id;
