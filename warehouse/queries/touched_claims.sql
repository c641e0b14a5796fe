-- Current claims of the touched events.
SELECT
    l.event_id,
    c.article_id,
    coalesce(a.copy_of, a.article_id) AS wire,
    c.claimant,
    c.kind,
    c.victims,
    c.outcome,
    c.low,
    c.high,
    m.role
FROM touched t
    JOIN store.links l USING (event_id)
    JOIN store.claims c USING (mention_id)
    JOIN store.mentions m USING (mention_id)
    JOIN store.articles a ON a.article_id = c.article_id AND a.revision = c.revision
ORDER BY l.event_id, c.claim_id;
