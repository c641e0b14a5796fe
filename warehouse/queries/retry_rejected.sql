-- Rejected items wait again, to be tried at once; what was taken down stays down.
UPDATE store.items
SET status = 'pending', next_attempt_at = $now, attempts = 0
WHERE status = 'rejected'
    AND reason <> 'forgotten'
    AND ($reason IS NULL OR reason = $reason)
    AND ($url IS NULL OR url = $url)
RETURNING url;
