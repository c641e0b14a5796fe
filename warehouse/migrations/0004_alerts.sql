-- What people were told, so that nothing is told twice. A feed's alert ends when the feed is well again.
CREATE TABLE store.alerts (
    alert_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, "of" VARCHAR NOT NULL, subject VARCHAR NOT NULL, watch VARCHAR, "text" VARCHAR, "at" TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ
);
