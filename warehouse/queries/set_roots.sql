-- Mentions of edited articles belong to the chain of those that they follow.
UPDATE store.mentions m
SET root_id = f.root_id
FROM followers f
WHERE m.mention_id = f.mention_id;
