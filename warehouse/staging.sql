-- Every temporary table that a query relies on, with its types. `Transaction.stage` makes one anew and fills it.

-- Events and mentions: what is asked for, touched, moved, taken out.
CREATE OR REPLACE TEMP TABLE asked_keys (area VARCHAR, day DATE);
CREATE OR REPLACE TEMP TABLE touched (event_id VARCHAR);
CREATE OR REPLACE TEMP TABLE revised (article_id VARCHAR);
CREATE OR REPLACE TEMP TABLE followers (mention_id VARCHAR, root_id VARCHAR);
CREATE OR REPLACE TEMP TABLE moved (mention_id VARCHAR, from_id VARCHAR, to_id VARCHAR, confidence DOUBLE);
CREATE OR REPLACE TEMP TABLE founded (old_id VARCHAR, mention_id VARCHAR, article_id VARCHAR);
CREATE OR REPLACE TEMP TABLE gone (article_id VARCHAR);

-- Items of the queue.
CREATE OR REPLACE TEMP TABLE staged_items AS FROM store.items LIMIT 0;
CREATE OR REPLACE TEMP TABLE carried_items AS FROM store.items LIMIT 0;
CREATE OR REPLACE TEMP TABLE replayed (url VARCHAR);
CREATE OR REPLACE TEMP TABLE tried (
    url VARCHAR,
    status VARCHAR,
    stage VARCHAR,
    reason VARCHAR,
    detail VARCHAR,
    attempts INTEGER,
    next_attempt_at TIMESTAMPTZ,
    not_before TIMESTAMPTZ,
    article_id VARCHAR
);

-- Articles.
CREATE OR REPLACE TEMP TABLE staged_articles AS FROM store.articles LIMIT 0;
CREATE OR REPLACE TEMP TABLE staged_texts (url VARCHAR, outlet VARCHAR, n_words INTEGER, "text" VARCHAR);
CREATE OR REPLACE TEMP TABLE staged_copies (article_id VARCHAR, copy_of VARCHAR);
CREATE OR REPLACE TEMP TABLE staged_scopes (article_id VARCHAR, scope VARCHAR);
CREATE OR REPLACE TEMP TABLE staged_revisits (article_id VARCHAR, next_look_at TIMESTAMPTZ);
CREATE OR REPLACE TEMP TABLE staged_shingles AS FROM store.shingles LIMIT 0;
CREATE OR REPLACE TEMP TABLE staged_sizes (article_id VARCHAR, n_words INTEGER, n_long INTEGER, n_short INTEGER);
CREATE OR REPLACE TEMP TABLE moved_refs (old VARCHAR, new VARCHAR);
