-- Wire groups are stars: the original of a copy is no copy.
SELECT a.article_id
FROM articles a JOIN articles o ON o.article_id = a.copy_of
WHERE o.copy_of IS NOT NULL;
