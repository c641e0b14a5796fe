-- Which article lies at an address, or states it as its own: of several the one first seen.
WITH asked AS (
    SELECT unnest($addresses::VARCHAR[]) AS address
), told AS (
    SELECT r.url AS address, r.article_id, r.title, r.first_seen_at
    FROM store.revisions r JOIN asked ON asked.address = r.url
    UNION ALL
    SELECT r.canonical, r.article_id, r.title, r.first_seen_at
    FROM store.revisions r JOIN asked ON asked.address = r.canonical
    UNION ALL
    -- what was taken down never returns under another address
    SELECT i.url, '', '', i.first_seen_at
    FROM store.items i JOIN asked ON asked.address = i.url
    WHERE i.reason = 'forgotten'
)
SELECT
    address,
    arg_min(article_id, (first_seen_at, article_id)) AS article_id,
    arg_min(title, (first_seen_at, article_id)) AS title
FROM told
GROUP BY address;
