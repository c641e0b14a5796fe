-- The chains (of mentions through the revisions of an article) that some mentions belong to: the latest, and its event.
SELECT
    arg_max(m.mention_id, (m.revision, m.mention_id)) AS mention_id,
    arg_max(l.event_id, (m.revision, m.mention_id)) AS event_id
FROM store.mentions m
    JOIN store.links l USING (mention_id)
WHERE m.root_id IN (SELECT root_id FROM store.mentions WHERE mention_id IN (SELECT unnest($ids::VARCHAR[])))
GROUP BY m.root_id;
