-- Every claim belongs to a mention of its article.
SELECT claim_id
FROM store.claims c
    ANTI JOIN store.mentions m ON m.mention_id = c.mention_id AND m.article_id = c.article_id;
