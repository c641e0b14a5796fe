-- Events that share a blocking key (area, day) with the reports asked for.
SELECT DISTINCT l.event_id
FROM asked_keys k
    JOIN store.mention_keys s ON s.area = k.area AND s.day = k.day
    JOIN store.links l ON l.mention_id = s.mention_id
WHERE s.day BETWEEN (SELECT min(day) FROM asked_keys) AND (SELECT max(day) FROM asked_keys);
