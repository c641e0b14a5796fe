-- The ledger says how many rows each run loaded: fewer mean a damaged file. Nothing is ever deleted from these tables.
SELECT l.run_id, 'revisions' AS table_name, l.n_rows, count(r.article_id) AS held
FROM store.ledger l LEFT JOIN store.revisions r ON r.run_id = l.run_id
WHERE l.table_name = 'revisions'
GROUP BY ALL
HAVING held < l.n_rows
UNION ALL
SELECT NULL, l.table_name, sum(l.n_rows) AS loaded, any_value(h.held) AS held
FROM store.ledger l
    JOIN (
        SELECT 'new items' AS table_name, count(*) AS held FROM store.items
        UNION ALL
        SELECT 'mentions', count(*) FROM store.mentions
        UNION ALL
        SELECT 'claims', count(*) FROM store.claims
    ) h USING (table_name)
GROUP BY l.table_name
HAVING held < loaded;
