-- Events that share an (area, day) key with the reports asked for, with all their current mentions.
SELECT l.event_id, r.* FROM (
    SELECT DISTINCT l.event_id FROM asked_keys k JOIN store.mention_keys s ON s.area = k.area AND s.day = k.day JOIN store.links l ON l.mention_id = s.mention_id) e
    JOIN store.links l ON l.event_id = e.event_id
    JOIN store.reports r ON r.mention_id = l.mention_id
ORDER BY l.event_id, r.published_at, r.mention_id;
