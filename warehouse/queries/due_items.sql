-- What to fetch now: pending items whose time has come (all of them under force, never before a server's own time), and
-- articles whose page is to be looked at again. A last try that lies ahead was made while the clock was wrong: it does
-- not bind.
SELECT
    i.url,
    i.feed_id,
    f.outlet,
    f.country,
    i.link,
    i.title,
    i.summary,
    i.content,
    i.authors,
    i.published_at,
    i.published_precision,
    i.first_seen_at,
    i.attempts,
    NULL AS article_id,
    0 AS revision
FROM store.items i JOIN store.feeds f USING (feed_id)
WHERE i.status = 'pending'
    AND (
        ((i.next_attempt_at <= $now OR $force) AND coalesce(i.not_before <= $now, true))
        OR i.last_at > $now + INTERVAL 1 HOUR
    )
UNION ALL
SELECT
    i.url,
    i.feed_id,
    f.outlet,
    f.country,
    i.link,
    r.title,
    r.summary,
    '' AS content,
    r.authors,
    r.published_at,
    r.published_precision,
    i.first_seen_at,
    0 AS attempts,
    a.article_id,
    a.revision
FROM store.articles a
    JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision
    JOIN store.items i ON i.article_id = a.article_id
    JOIN store.feeds f ON f.feed_id = i.feed_id
WHERE a.next_look_at <= $now AND i.url = a.url
ORDER BY first_seen_at, published_at NULLS LAST, url;
