-- The rows of the touched events as they stand.
SELECT * FROM store.events SEMI JOIN touched USING (event_id);
