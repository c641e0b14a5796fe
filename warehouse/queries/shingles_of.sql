-- The hashes of some articles, as they are staged for new ones.
FROM store.shingles WHERE article_id IN (SELECT unnest($ids::VARCHAR[]));
