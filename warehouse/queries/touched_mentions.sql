-- Current mentions of the touched events, as reports.
SELECT l.event_id, r.*
FROM touched t
    JOIN store.links l USING (event_id)
    JOIN store.reports r USING (mention_id)
ORDER BY l.event_id, r.published_at, r.mention_id;
