-- What each side says of an event: copies of one wire text count once.
SELECT
    c.claimant,
    c.kind,
    c.outcome,
    c.victims,
    c.low,
    c.high,
    c.quote,
    count(DISTINCT c.article_id)::INTEGER AS n_articles,
    min(c.published_at) AS first_at,
    arg_min(a.outlet, c.published_at) AS outlet
FROM claims c JOIN articles a USING (article_id)
WHERE c.event_id = $event AND c.is_current
GROUP BY c.claimant, c.kind, c.outcome, c.victims, c.low, c.high, c.quote
ORDER BY min(first_at) OVER (PARTITION BY c.claimant), c.claimant, first_at, c.kind, c.outcome, c.low;
