-- What became of the items that were tried.
UPDATE store.items i
SET
    status = t.status,
    stage = t.stage,
    reason = t.reason,
    detail = t.detail,
    attempts = coalesce(t.attempts, i.attempts + 1),
    next_attempt_at = t.next_attempt_at,
    not_before = t.not_before,
    article_id = t.article_id,
    first_at = coalesce(i.first_at, $now),
    last_at = $now,
    content = CASE WHEN t.status = 'pending' THEN i.content END
FROM tried t
WHERE t.url = i.url;
