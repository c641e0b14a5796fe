-- Replace the hashes of the staged articles. Short n-grams are kept for four times the days within which they are
-- compared, which covers late arrivals.
DELETE FROM store.shingles WHERE article_id IN (SELECT DISTINCT article_id FROM staged_shingles);
DELETE FROM store.shingles
WHERE kind = $short_n AND day < (SELECT min(day) FROM staged_shingles) - $short_days * 4;
INSERT INTO store.shingles FROM staged_shingles;
UPDATE store.articles a
SET n_words = s.n_words, n_long = s.n_long, n_short = s.n_short
FROM staged_sizes s
WHERE s.article_id = a.article_id;
