CREATE OR REPLACE VIEW rejected AS
SELECT url, feed_id, stage, reason, detail, first_at, last_at, attempts FROM store.items WHERE status = 'rejected';
COMMENT ON VIEW rejected IS 'Items that a feed listed and that are no article, for good.';
COMMENT ON COLUMN rejected.url IS 'Canonical address of the item.';
COMMENT ON COLUMN rejected.feed_id IS 'Feed that listed it.';
COMMENT ON COLUMN rejected.stage IS 'Step that turned it away: download, extract, language.';
COMMENT ON COLUMN rejected.reason IS 'Short code, such as http_404, robots, language.';
COMMENT ON COLUMN rejected.detail IS 'What exactly happened.';
COMMENT ON COLUMN rejected.first_at IS 'First attempt (UTC).';
COMMENT ON COLUMN rejected.last_at IS 'Last attempt (UTC).';
COMMENT ON COLUMN rejected.attempts IS 'Number of attempts.';

CREATE OR REPLACE VIEW pending AS
SELECT url, feed_id, reason, attempts, next_attempt_at FROM store.items WHERE status = 'pending';
COMMENT ON VIEW pending IS 'Items that will be tried (again).';
COMMENT ON COLUMN pending.url IS 'Canonical address of the item.';
COMMENT ON COLUMN pending.feed_id IS 'Feed that listed it.';
COMMENT ON COLUMN pending.reason IS 'Why the last attempt failed; new for an item not tried yet.';
COMMENT ON COLUMN pending.attempts IS 'Attempts so far.';
COMMENT ON COLUMN pending.next_attempt_at IS 'Not before this time (UTC).';

CREATE OR REPLACE VIEW feed_health AS
WITH latest AS (SELECT max(started_at) AS started_at FROM store.runs),
     recent AS (SELECT i.feed_id, count(*)::INTEGER AS n FROM store.items i, latest WHERE i.first_seen_at > latest.started_at - INTERVAL 7 DAY GROUP BY ALL)
SELECT f.feed_id, f.outlet, f.last_attempt_at, f.last_success_at, f.last_new_item_at, f.next_due_at, coalesce(f.consecutive_failures, 0) AS consecutive_failures,
       coalesce(r.n, 0) AS items_7d, f.expected_low AS expected_7d,
       CASE WHEN NOT f.is_enabled THEN 'disabled' WHEN f.is_gone THEN 'gone' WHEN coalesce(f.consecutive_failures, 0) > 0 THEN 'failing'
            WHEN coalesce(r.n, 0) < f.expected_low AND f.last_success_at IS NOT NULL THEN 'silent' ELSE 'ok' END AS status,
       f.last_error
FROM store.feeds f LEFT JOIN recent r USING (feed_id);
COMMENT ON VIEW feed_health IS 'How each declared feed is doing.';
COMMENT ON COLUMN feed_health.feed_id IS 'Id in feeds.toml.';
COMMENT ON COLUMN feed_health.outlet IS 'Name of the outlet.';
COMMENT ON COLUMN feed_health.last_attempt_at IS 'Last poll (UTC).';
COMMENT ON COLUMN feed_health.last_success_at IS 'Last poll that brought the feed or "not modified" (UTC).';
COMMENT ON COLUMN feed_health.last_new_item_at IS 'Last poll that brought a new item (UTC).';
COMMENT ON COLUMN feed_health.next_due_at IS 'Next poll, not before (UTC).';
COMMENT ON COLUMN feed_health.consecutive_failures IS 'Failed polls since the last success.';
COMMENT ON COLUMN feed_health.items_7d IS 'New items in the seven days before the last run.';
COMMENT ON COLUMN feed_health.expected_7d IS 'Least number of items a week that feeds.toml expects; NULL where it says nothing.';
COMMENT ON COLUMN feed_health.status IS 'ok, silent (answers but brings less than expected), failing, gone, disabled.';
COMMENT ON COLUMN feed_health.last_error IS 'What went wrong at the last failed poll.';

CREATE OR REPLACE VIEW runs AS SELECT * FROM store.runs;
COMMENT ON VIEW runs IS 'Every run of a flow that changed the warehouse.';
COMMENT ON COLUMN runs.run_id IS 'Id of the run.';
COMMENT ON COLUMN runs.flow IS 'Name of the flow.';
COMMENT ON COLUMN runs.started_at IS 'Start (UTC; the time given with --now in a replay).';
COMMENT ON COLUMN runs.ended_at IS 'End (UTC).';
COMMENT ON COLUMN runs.status IS 'completed or failed.';
COMMENT ON COLUMN runs.feeds_polled IS 'Feeds asked.';
COMMENT ON COLUMN runs.feeds_failed IS 'Feeds that could not be had.';
COMMENT ON COLUMN runs.feeds_unchanged IS 'Feeds that answered "not modified" or the same body.';
COMMENT ON COLUMN runs.items_new IS 'Items listed for the first time.';
COMMENT ON COLUMN runs.articles_new IS 'Articles loaded.';
COMMENT ON COLUMN runs.revisions_new IS 'New revisions of known articles.';
COMMENT ON COLUMN runs.copies IS 'New articles that are copies of a wire text.';
COMMENT ON COLUMN runs.rejected IS 'Items turned away for good.';
COMMENT ON COLUMN runs.pending IS 'Items still waiting after the run.';
COMMENT ON COLUMN runs.events_new IS 'Events created.';
COMMENT ON COLUMN runs.events_updated IS 'Events that changed.';
COMMENT ON COLUMN runs.seconds IS 'Duration.';

CREATE OR REPLACE VIEW warehouse_info AS
SELECT (SELECT max(ended_at) FROM store.runs) AS published_at, (SELECT arg_max(run_id, ended_at) FROM store.runs) AS run_id,
       (SELECT max(number) FROM store.migrations)::INTEGER AS schema_version, (SELECT max(rules_version) FROM store.events) AS rules_version;
COMMENT ON VIEW warehouse_info IS 'One row: which run published this file, and by which rules.';
COMMENT ON COLUMN warehouse_info.published_at IS 'End of the last run (UTC).';
COMMENT ON COLUMN warehouse_info.run_id IS 'The last run.';
COMMENT ON COLUMN warehouse_info.schema_version IS 'Number of the last migration.';
COMMENT ON COLUMN warehouse_info.rules_version IS 'Version of the rules that read and linked.';
