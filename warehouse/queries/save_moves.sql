-- Mentions that a reassignment or an analyst gave another event (moved), with all of their chain.
CREATE OR REPLACE TEMP TABLE moved_chains AS
SELECT m.mention_id, mv.to_id, mv.confidence
FROM moved mv
    JOIN store.mentions named ON named.mention_id = mv.mention_id
    JOIN store.mentions m ON m.root_id = named.root_id;
UPDATE store.links l
SET event_id = m.to_id, confidence = m.confidence
FROM moved_chains m
WHERE m.mention_id = l.mention_id;
DELETE FROM store.why_linked WHERE mention_id IN (SELECT mention_id FROM moved_chains);
UPDATE store.to_review t SET event_id = m.to_id FROM moved_chains m WHERE m.mention_id = t.mention_id;
-- An id that is in use again stands for itself.
DELETE FROM store.event_aliases WHERE old_id IN (SELECT to_id FROM moved);
-- An event left without news of its own resolves to where most of its reports went; what resolved to it follows.
CREATE OR REPLACE TEMP TABLE emptied AS
WITH told AS (
    SELECT DISTINCT l.event_id
    FROM store.links l JOIN store.reports r USING (mention_id)
    WHERE r.role <> 'background' AND l.event_id IN (SELECT from_id FROM moved)
)
SELECT from_id AS old_id, arg_max(to_id, (n, to_id)) AS event_id
FROM (SELECT from_id, to_id, count(*) AS n FROM moved GROUP BY ALL)
WHERE from_id NOT IN (SELECT event_id FROM told)
GROUP BY from_id;
UPDATE store.event_aliases a SET event_id = e.event_id FROM emptied e WHERE a.event_id = e.old_id;
INSERT INTO store.event_aliases SELECT old_id, event_id FROM emptied;
