-- Everything that came of one article (gone), but for the item itself.
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
-- Its copies are copies of the earliest that is left.
CREATE OR REPLACE TEMP TABLE heirs AS
SELECT
    article_id,
    first_value(article_id) OVER (PARTITION BY copy_of ORDER BY published_at, article_id) AS head,
    copy_of
FROM store.articles
WHERE copy_of IN (SELECT article_id FROM gone);
UPDATE store.articles a SET copy_of = nullif(h.head, a.article_id) FROM heirs h WHERE h.article_id = a.article_id;
-- Events without any report are gone.
DELETE FROM store.events WHERE event_id NOT IN (SELECT event_id FROM store.links);
DELETE FROM store.event_tolls WHERE event_id NOT IN (SELECT event_id FROM store.links);
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
    guid = NULL,
    article_id = NULL,
    next_attempt_at = NULL,
    last_at = $now
WHERE url = $url;
