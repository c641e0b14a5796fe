-- Every id that was ever published resolves: in events, through event_aliases (one step), or as a row of
-- events_deleted.
-- An id that is in use stands for itself.
DELETE FROM store.event_aliases WHERE old_id IN (SELECT event_id FROM store.events);
DELETE FROM store.deleted_events WHERE old_id IN (SELECT event_id FROM store.events);
-- What is still linked to an id that became an alias (recalls, texts of before an edit) goes where the alias leads.
UPDATE store.links l
SET event_id = a.event_id
FROM store.event_aliases a
WHERE l.event_id = a.old_id;
-- Ids without a row and without an alias, and what resolved to them: nothing is left that tells of them.
CREATE OR REPLACE TEMP TABLE lost AS
WITH gone AS (
    SELECT event_id AS old_id FROM touched
    UNION
    SELECT a.old_id FROM store.event_aliases a JOIN touched t ON t.event_id = a.event_id
)
SELECT g.old_id
FROM gone g
    ANTI JOIN store.events e ON e.event_id = g.old_id
    LEFT JOIN store.event_aliases a ON a.old_id = g.old_id
    ANTI JOIN store.events live ON live.event_id = a.event_id;
DELETE FROM store.event_aliases WHERE old_id IN (SELECT old_id FROM lost);
INSERT INTO store.deleted_events
SELECT old_id, $now, $why, $run_id
FROM lost ANTI JOIN store.deleted_events d USING (old_id);
-- A recall of what is gone waits for an event again.
CREATE OR REPLACE TEMP TABLE waiting AS
SELECT l.mention_id
FROM store.links l
    JOIN store.deleted_events d ON d.old_id = l.event_id
    JOIN store.reports r USING (mention_id);
DELETE FROM store.links WHERE mention_id IN (SELECT mention_id FROM waiting);
DELETE FROM store.mention_keys WHERE mention_id IN (SELECT mention_id FROM waiting);
DELETE FROM store.why_linked WHERE mention_id IN (SELECT mention_id FROM waiting);
DELETE FROM store.to_review WHERE mention_id IN (SELECT mention_id FROM waiting);
