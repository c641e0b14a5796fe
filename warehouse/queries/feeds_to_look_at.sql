-- Feeds that are not in order, and what troubles them.
SELECT feed_id, status, coalesce(ailment, last_error) AS trouble, last_new_item_at
FROM feed_health
WHERE status NOT IN ('ok', 'disabled')
ORDER BY ALL;
