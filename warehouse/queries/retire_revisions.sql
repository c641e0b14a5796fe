-- Keys of earlier revisions no longer attract reports; their links and claims stay, no longer current.
DELETE FROM store.mention_keys
WHERE mention_id IN (
    SELECT m.mention_id
    FROM store.mentions m
        JOIN revised USING (article_id)
        JOIN store.articles a ON a.article_id = m.article_id
    WHERE m.revision < a.revision
);
