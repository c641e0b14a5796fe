-- What is linked to the touched events, texts of before an edit included, in the order in which it was linked: by run,
-- what founds first, then by publication.
SELECT l.event_id, m.mention_id, m.article_id, m.place, m.date_low::VARCHAR AS date
FROM touched
    JOIN store.links l USING (event_id)
    JOIN store.mentions m USING (mention_id)
    JOIN store.revisions r ON r.article_id = m.article_id AND r.revision = m.revision
WHERE m.role <> 'background'
ORDER BY l.event_id, r.updated_at, NOT m.founds, r.published_at, r.title, m.sentence, m.mention_id;
