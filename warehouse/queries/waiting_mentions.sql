-- Mentions of a window without an event: recalls and those in passing, whose event may have come since.
SELECT r.*
FROM store.reports r ANTI JOIN store.links USING (mention_id)
WHERE (r.role = 'background' OR NOT r.founds)
    AND r.published_at >= $since
    AND r.published_at < $until
ORDER BY published_at, mention_id;
