-- A mention of an edited article follows one of its earlier text; the first of such a chain is its root.
ALTER TABLE store.mentions ADD COLUMN root_id VARCHAR;
UPDATE store.mentions SET root_id = mention_id;
-- Ids of events of which nothing is left, and why.
CREATE TABLE store.deleted_events (
    old_id VARCHAR NOT NULL,
    deleted_at TIMESTAMPTZ NOT NULL,
    why VARCHAR NOT NULL,
    run_id VARCHAR
);
-- The address that a page calls its own, on its own site: two addresses of one article share it.
ALTER TABLE store.revisions ADD COLUMN canonical VARCHAR;
