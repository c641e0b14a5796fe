-- Articles whose feed lists another address (one of $urls, new) with their guid: a slug that was corrected. A guid that
-- several articles carry tells nothing.
SELECT
    n.url AS address,
    a.article_id,
    a.url,
    a.revision,
    r.first_seen_at,
    r.title,
    r.text,
    coalesce(a.next_look_at > $now, true) AS is_quiet
FROM store.items n
    JOIN store.items o ON o.feed_id = n.feed_id AND o.guid = n.guid AND o.url <> n.url
    JOIN store.articles a ON a.article_id = o.article_id
    JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision
WHERE n.url IN (SELECT unnest($urls::VARCHAR[])) AND n.guid <> ''
QUALIFY count(*) OVER (PARTITION BY n.url) = 1;
