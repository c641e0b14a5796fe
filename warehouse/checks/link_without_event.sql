-- Every link of a current mention leads to an event.
SELECT mention_id, event_id
FROM store.links l ANTI JOIN store.events USING (event_id)
WHERE EXISTS (SELECT 1 FROM store.reports r WHERE r.mention_id = l.mention_id);
