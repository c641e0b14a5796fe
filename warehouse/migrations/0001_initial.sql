-- The writer's own tables. No foreign keys and few indexes: merging events re-points children and deletes parents in one
-- transaction, which DuckDB refuses under a foreign key. Integrity is a set of SELECTs (warehouse/checks) that must be empty.
CREATE SCHEMA IF NOT EXISTS store;

CREATE TABLE store.feeds (
    feed_id VARCHAR NOT NULL, outlet VARCHAR, country VARCHAR, is_enabled BOOLEAN, expected_low INTEGER, expected_high INTEGER,
    declared_url VARCHAR, url VARCHAR, etag VARCHAR, last_modified VARCHAR, body_hash VARCHAR, interval_minutes DOUBLE, next_due_at TIMESTAMPTZ, not_before TIMESTAMPTZ,
    last_attempt_at TIMESTAMPTZ, last_success_at TIMESTAMPTZ, last_new_item_at TIMESTAMPTZ, consecutive_failures INTEGER, is_gone BOOLEAN, last_error VARCHAR
);

-- Every item that any feed ever listed, once a canonical address: pending, article or rejected.
CREATE TABLE store.items (
    url VARCHAR NOT NULL, feed_id VARCHAR NOT NULL, link VARCHAR, guid VARCHAR, title VARCHAR, summary VARCHAR, content VARCHAR, authors VARCHAR[],
    published_at TIMESTAMPTZ, published_precision VARCHAR, published_raw VARCHAR, first_seen_at TIMESTAMPTZ NOT NULL,
    status VARCHAR NOT NULL, stage VARCHAR, reason VARCHAR, detail VARCHAR, attempts INTEGER NOT NULL, first_at TIMESTAMPTZ, last_at TIMESTAMPTZ,
    next_attempt_at TIMESTAMPTZ, not_before TIMESTAMPTZ, article_id VARCHAR
);

CREATE TABLE store.revisions (
    article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, url VARCHAR NOT NULL, outlet VARCHAR, country VARCHAR, feed_id VARCHAR, title VARCHAR, authors VARCHAR[],
    published_at TIMESTAMPTZ, published_precision VARCHAR, first_seen_at TIMESTAMPTZ, updated_at TIMESTAMPTZ, language VARCHAR, language_confidence DOUBLE,
    summary VARCHAR, text VARCHAR, is_teaser BOOLEAN, timezone VARCHAR, raw_ref VARCHAR, run_id VARCHAR
);

-- What is known of an article besides its text: its latest revision, its wire group, when to look at its page again.
CREATE TABLE store.articles (
    article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, url VARCHAR NOT NULL, outlet VARCHAR, published_at TIMESTAMPTZ, copy_of VARCHAR, n_words INTEGER, n_long INTEGER,
    n_short INTEGER, scope VARCHAR, next_look_at TIMESTAMPTZ, looks INTEGER NOT NULL
);

CREATE TABLE store.shingles (kind TINYINT NOT NULL, hash UBIGINT NOT NULL, article_id VARCHAR NOT NULL, outlet VARCHAR, day DATE);

CREATE TABLE store.mentions (
    mention_id VARCHAR NOT NULL, article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, role VARCHAR, sentence VARCHAR,
    date_low DATE, date_high DATE, time_precision INTEGER, date_words VARCHAR, date_flag VARCHAR, is_span BOOLEAN,
    place VARCHAR, country VARCHAR, admin1 VARCHAR, admin2 VARCHAR, latitude DOUBLE, longitude DOUBLE, level VARCHAR, geonameid BIGINT, geo_precision INTEGER, place_source VARCHAR,
    event_type VARCHAR, sub_event_type VARCHAR, attackers VARCHAR[], targets VARCHAR[], actors VARCHAR[], keywords VARCHAR[], trace VARCHAR[]
);

-- The keys on which mentions of one event can meet: (area, day).
CREATE TABLE store.mention_keys (area VARCHAR NOT NULL, day DATE NOT NULL, mention_id VARCHAR NOT NULL);

CREATE TABLE store.claims (
    claim_id VARCHAR NOT NULL, mention_id VARCHAR NOT NULL, article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, claimant VARCHAR, kind VARCHAR, victims VARCHAR, outcome VARCHAR,
    low INTEGER, high INTEGER, quote VARCHAR, rule VARCHAR
);

CREATE TABLE store.links (mention_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL, confidence DOUBLE);

CREATE TABLE store.events (
    event_id VARCHAR NOT NULL, event_date DATE, event_date_end DATE, time_precision INTEGER, country VARCHAR, admin1 VARCHAR, admin2 VARCHAR, location VARCHAR, latitude DOUBLE,
    longitude DOUBLE, geo_precision INTEGER, geonameid BIGINT, event_type VARCHAR, sub_event_type VARCHAR, actor1 VARCHAR, actor2 VARCHAR, actors VARCHAR[],
    fatalities_low INTEGER, fatalities_best INTEGER, fatalities_high INTEGER, contested BOOLEAN, n_articles INTEGER, n_outlets INTEGER, n_independent INTEGER,
    first_reported_at TIMESTAMPTZ, last_reported_at TIMESTAMPTZ, updated_at TIMESTAMPTZ, headline VARCHAR, review BOOLEAN, rules_version VARCHAR
);

CREATE TABLE store.event_tolls (event_id VARCHAR NOT NULL, outcome VARCHAR, victims VARCHAR, low INTEGER, best INTEGER, high INTEGER, claimants VARCHAR[]);
CREATE TABLE store.event_history (event_id VARCHAR NOT NULL, "at" TIMESTAMPTZ, what VARCHAR, other_id VARCHAR, why VARCHAR, author VARCHAR);
CREATE TABLE store.event_aliases (old_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL);
CREATE TABLE store.why_linked (event_id VARCHAR NOT NULL, mention_id VARCHAR NOT NULL, feature VARCHAR, detail VARCHAR, weight DOUBLE);
CREATE TABLE store.to_review (event_id VARCHAR NOT NULL, mention_id VARCHAR NOT NULL, confidence DOUBLE, runner_up VARCHAR, question VARCHAR);
CREATE TABLE store.unknown_places (name VARCHAR NOT NULL, article_id VARCHAR NOT NULL);

CREATE TABLE store.runs (
    run_id VARCHAR NOT NULL, flow VARCHAR, started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, status VARCHAR, feeds_polled INTEGER, feeds_failed INTEGER, feeds_unchanged INTEGER,
    items_new INTEGER, articles_new INTEGER, revisions_new INTEGER, copies INTEGER, rejected INTEGER, pending INTEGER, events_new INTEGER, events_updated INTEGER, seconds DOUBLE
);

-- What each run loaded, counted and hashed: a damaged write-ahead log can open silently with fewer rows.
CREATE TABLE store.ledger (run_id VARCHAR NOT NULL, "at" TIMESTAMPTZ, table_name VARCHAR, n_rows BIGINT, content_hash VARCHAR);

-- Hosts that asked to be left alone (Retry-After), and until when.
CREATE TABLE store.resting_hosts (host VARCHAR NOT NULL, until TIMESTAMPTZ NOT NULL);
