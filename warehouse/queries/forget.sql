-- Everything that came of one article (gone), but for the item itself. The ledger counts what is left.
UPDATE store.ledger l
SET n_rows = l.n_rows - r.n
FROM (SELECT run_id, count(*) AS n FROM store.revisions SEMI JOIN gone USING (article_id) GROUP BY run_id) r
WHERE l.table_name = 'revisions' AND l.run_id = r.run_id;
INSERT INTO store.ledger (run_id, "at", table_name, n_rows)
SELECT $run_id, $now, 'mentions', -count(*) FROM store.mentions SEMI JOIN gone USING (article_id)
UNION ALL
SELECT $run_id, $now, 'claims', -count(*) FROM store.claims SEMI JOIN gone USING (article_id);
CREATE OR REPLACE TEMP TABLE told_of AS
SELECT DISTINCT l.event_id
FROM store.links l
    JOIN store.mentions m USING (mention_id)
    JOIN gone USING (article_id);
DELETE FROM store.why_linked
WHERE mention_id IN (SELECT mention_id FROM store.mentions SEMI JOIN gone USING (article_id));
DELETE FROM store.to_review
WHERE mention_id IN (SELECT mention_id FROM store.mentions SEMI JOIN gone USING (article_id));
DELETE FROM store.links
WHERE mention_id IN (SELECT mention_id FROM store.mentions SEMI JOIN gone USING (article_id));
DELETE FROM store.mention_keys
WHERE mention_id IN (SELECT mention_id FROM store.mentions SEMI JOIN gone USING (article_id));
DELETE FROM store.claims WHERE article_id IN (SELECT article_id FROM gone);
DELETE FROM store.mentions WHERE article_id IN (SELECT article_id FROM gone);
DELETE FROM store.unknown_places WHERE article_id IN (SELECT article_id FROM gone);
DELETE FROM store.shingles WHERE article_id IN (SELECT article_id FROM gone);
DELETE FROM store.revisions WHERE article_id IN (SELECT article_id FROM gone);
DELETE FROM store.articles WHERE article_id IN (SELECT article_id FROM gone);
-- Its copies are no copies of what is gone; whose they are is judged again.
UPDATE store.articles SET copy_of = NULL WHERE copy_of IN (SELECT article_id FROM gone);
-- What people were told of its events may hold its title.
UPDATE store.alerts SET "text" = kind WHERE subject IN (SELECT event_id FROM told_of);
UPDATE store.items
SET
    status = 'rejected',
    stage = 'forget',
    reason = 'forgotten',
    detail = $why,
    title = NULL,
    summary = NULL,
    content = NULL,
    authors = NULL,
    article_id = NULL,
    next_attempt_at = NULL,
    last_at = $now
WHERE url = $url;
