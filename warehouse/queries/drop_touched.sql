DELETE FROM store.events WHERE event_id IN (SELECT event_id FROM touched);
DELETE FROM store.event_tolls WHERE event_id IN (SELECT event_id FROM touched);
