-- Temp table carried: the old file's items that were no articles. What is an article here stays one.
DELETE FROM store.items i WHERE i.status <> 'article' AND EXISTS (SELECT 1 FROM carried c WHERE c.url = i.url);
INSERT INTO store.items SELECT * FROM carried c WHERE NOT EXISTS (SELECT 1 FROM store.items i WHERE i.url = c.url);
