-- What analysts decided. The journal holds the same; `is_undone` is set by `veille undo`.
CREATE TABLE store.corrections (
    correction_id VARCHAR NOT NULL, "at" TIMESTAMPTZ NOT NULL, what VARCHAR NOT NULL, event_id VARCHAR NOT NULL, other_id VARCHAR NOT NULL,
    moved STRUCT(mention_id VARCHAR, article_id VARCHAR)[], kept STRUCT(mention_id VARCHAR, article_id VARCHAR)[], why VARCHAR, author VARCHAR, is_undone BOOLEAN NOT NULL
);
