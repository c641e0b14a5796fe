-- Mentions that a reassignment or an analyst gave another event (moved).
UPDATE store.links l
SET event_id = m.to_id, confidence = m.confidence
FROM moved m
WHERE m.mention_id = l.mention_id;
DELETE FROM store.why_linked WHERE mention_id IN (SELECT mention_id FROM moved);
UPDATE store.to_review t SET event_id = m.to_id FROM moved m WHERE m.mention_id = t.mention_id;
-- An id that is in use again stands for itself.
DELETE FROM store.event_aliases WHERE old_id IN (SELECT to_id FROM moved);
-- An event left without any report resolves to where most of its reports went; what resolved to it follows.
CREATE OR REPLACE TEMP TABLE emptied AS
SELECT from_id AS old_id, arg_max(to_id, n) AS event_id
FROM (SELECT from_id, to_id, count(*) AS n FROM moved GROUP BY ALL)
WHERE from_id NOT IN (SELECT event_id FROM store.links)
GROUP BY from_id;
UPDATE store.event_aliases a SET event_id = e.event_id FROM emptied e WHERE a.event_id = e.old_id;
INSERT INTO store.event_aliases SELECT old_id, event_id FROM emptied;
