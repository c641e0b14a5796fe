-- The items whose pages a run of long ago fetched (replayed), as `due_items` gave them then.
SELECT
    i.url,
    i.feed_id,
    f.outlet,
    f.country,
    i.link,
    coalesce(r.title, i.title) AS title,
    coalesce(r.summary, i.summary) AS summary,
    coalesce(i.content, '') AS content,
    coalesce(r.authors, i.authors) AS authors,
    coalesce(r.published_at, i.published_at) AS published_at,
    coalesce(r.published_precision, i.published_precision) AS published_precision,
    i.first_seen_at,
    i.attempts,
    a.article_id,
    coalesce(a.revision, 0) AS revision
FROM replayed
    JOIN store.items i USING (url)
    JOIN store.feeds f USING (feed_id)
    LEFT JOIN store.articles a ON a.article_id = i.article_id
    LEFT JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision
WHERE i.status <> 'rejected' OR i.reason <> 'forgotten'
ORDER BY i.first_seen_at, i.published_at NULLS LAST, i.url;
