-- The event of Niafounké, 24 November 2023, as an analyst would ask for it.
SELECT *
FROM events
WHERE location = 'Niafounké' AND event_date = DATE '2023-11-24'
ORDER BY n_articles DESC
LIMIT 1;
