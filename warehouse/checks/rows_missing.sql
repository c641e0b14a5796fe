-- The ledger says how many revisions each run loaded: fewer rows mean a damaged file.
SELECT l.run_id, l.n_rows, count(r.article_id) AS held FROM store.ledger l LEFT JOIN store.revisions r ON r.run_id = l.run_id
WHERE l.table_name = 'revisions' GROUP BY ALL HAVING held < l.n_rows;
