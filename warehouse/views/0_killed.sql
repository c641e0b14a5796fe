-- Bounds of the dead by mention, one a claimant: victim groups add up, a total stands for itself (the contract's rule,
-- as in veille.events.consensus.bounds, which is tested against this view).
CREATE OR REPLACE VIEW store.killed AS
WITH groups AS (
    SELECT
        mention_id,
        claimant,
        coalesce(victims, 'unspecified') AS victims,
        min(coalesce(low, 0)) AS low,
        max(coalesce(high, low)) AS high
    FROM store.claims
    WHERE kind = 'toll' AND outcome = 'killed' AND coalesce(high, low) IS NOT NULL
    GROUP BY ALL
), sums AS (
    SELECT
        mention_id,
        claimant,
        max(low) FILTER (victims = 'unspecified') AS total_low,
        max(high) FILTER (victims = 'unspecified') AS total_high,
        sum(low) FILTER (victims <> 'unspecified') AS part_low,
        sum(high) FILTER (victims <> 'unspecified') AS part_high
    FROM groups
    GROUP BY ALL
)
SELECT
    mention_id,
    list(
        {
            'low': coalesce(total_low, part_low)::INTEGER,
            'high': greatest(coalesce(total_high, 0), coalesce(part_high, 0))::INTEGER
        }
        ORDER BY claimant
    ) AS killed
FROM sums
GROUP BY ALL;
