-- Items of an old file that were no articles there (carried_items). What is an article here stays one.
DELETE FROM store.items i
WHERE i.status <> 'article' AND EXISTS (SELECT 1 FROM carried_items c WHERE c.url = i.url);
INSERT INTO store.items
SELECT * FROM carried_items c
WHERE NOT EXISTS (SELECT 1 FROM store.items i WHERE i.url = c.url);
