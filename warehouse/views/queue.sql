CREATE OR REPLACE VIEW rejected AS
SELECT url, feed_id, stage, reason, detail, first_at, last_at, attempts
FROM store.items
WHERE status = 'rejected';
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
SELECT url, feed_id, reason, attempts, next_attempt_at, title, summary
FROM store.items
WHERE status = 'pending';
COMMENT ON VIEW pending IS 'Items that will be tried (again).';
COMMENT ON COLUMN pending.url IS 'Canonical address of the item.';
COMMENT ON COLUMN pending.feed_id IS 'Feed that listed it.';
COMMENT ON COLUMN pending.reason IS 'Why the last attempt failed; new for an item not tried yet.';
COMMENT ON COLUMN pending.attempts IS 'Attempts so far.';
COMMENT ON COLUMN pending.next_attempt_at IS 'Not before this time (UTC).';
COMMENT ON COLUMN pending.title IS
    'What its feed calls it: with the summary, all that is known of it until its page can be read.';
COMMENT ON COLUMN pending.summary IS 'What its feed says of it; no source of any event.';

CREATE OR REPLACE VIEW feed_health AS
WITH latest AS (
    -- the last run to commit, not the one of the greatest time: a clock that was ahead once must not hold for years
    SELECT arg_max(started_at, rowid) AS started_at, min(started_at) AS first_at FROM store.runs
), current_texts AS (
    SELECT a.article_id, a.n_words, v.is_teaser
    FROM store.articles a JOIN store.revisions v ON v.article_id = a.article_id AND v.revision = a.revision
), tried AS (
    -- what was tried of each feed in the last seven days, and in the month before: read as whole articles, and how long
    SELECT
        i.feed_id,
        i.first_seen_at > latest.started_at - INTERVAL 7 DAY AS is_recent,
        t.n_words,
        (i.status = 'article' AND NOT t.is_teaser)
            OR (i.status = 'rejected' AND i.stage = 'language') AS is_readable
    FROM store.items i
        CROSS JOIN latest
        LEFT JOIN current_texts t ON t.article_id = i.article_id
    WHERE i.first_seen_at > latest.started_at - INTERVAL 37 DAY
        AND (i.status <> 'pending' OR i.attempts > 0)
        AND i.reason IS DISTINCT FROM 'forgotten'
), quality AS (
    SELECT
        feed_id,
        count(*) FILTER (is_recent) AS n_7d,
        count(*) FILTER (NOT is_recent) AS n_before,
        avg(is_readable::INTEGER) FILTER (is_recent) AS readable_7d,
        avg(is_readable::INTEGER) FILTER (NOT is_recent) AS readable_before,
        median(n_words) FILTER (is_recent) AS words_7d,
        median(n_words) FILTER (NOT is_recent) AS words_before
    FROM tried
    GROUP BY feed_id
), listed AS (
    SELECT
        i.feed_id,
        count(*) FILTER (i.first_seen_at > latest.started_at - INTERVAL 7 DAY)::INTEGER AS n,
        min(i.first_seen_at) AS first_at
    FROM store.items i, latest
    GROUP BY ALL
), judged AS (
    SELECT
        f.*,
        coalesce(l.n, 0) AS n,
        q.* EXCLUDE (feed_id, n_7d, n_before),
        -- a week must have been seen before its items can be counted
        coalesce(l.n, 0) < f.expected_low
            AND coalesce(l.first_at, latest.first_at) <= latest.started_at - INTERVAL 7 DAY AS is_few,
        CASE
            WHEN q.n_7d < 5 THEN NULL
            WHEN q.readable_7d < 0.5 * CASE WHEN q.n_before >= 5 THEN q.readable_before ELSE 0.8 END
                THEN concat(
                    round(100 * q.readable_7d)::INTEGER, ' % of ', q.n_7d, ' items read in seven days',
                    CASE
                        WHEN q.n_before >= 5
                            THEN concat(', ', round(100 * q.readable_before)::INTEGER, ' % in the month before')
                    END
                )
            WHEN q.n_before >= 5 AND q.words_7d < 0.4 * q.words_before
                THEN concat(
                    round(q.words_7d)::INTEGER, ' words an article in seven days, ',
                    round(q.words_before)::INTEGER, ' in the month before'
                )
        END AS ailment
    FROM store.feeds f
        CROSS JOIN latest
        LEFT JOIN listed l USING (feed_id)
        LEFT JOIN quality q USING (feed_id)
)
SELECT
    feed_id,
    outlet,
    last_attempt_at,
    last_success_at,
    last_new_item_at,
    next_due_at,
    coalesce(consecutive_failures, 0) AS consecutive_failures,
    n AS items_7d,
    expected_low AS expected_7d,
    CASE
        WHEN NOT is_enabled THEN 'disabled'
        WHEN is_gone THEN 'gone'
        WHEN coalesce(consecutive_failures, 0) > 0 THEN 'failing'
        WHEN last_success_at IS NOT NULL AND (is_few OR ailment IS NOT NULL) THEN 'silent'
        ELSE 'ok'
    END AS status,
    last_error,
    ailment,
    round(readable_7d, 3) AS readable_7d,
    round(readable_before, 3) AS readable_before
FROM judged;
COMMENT ON VIEW feed_health IS 'How each declared feed is doing.';
COMMENT ON COLUMN feed_health.feed_id IS 'Id in feeds.toml.';
COMMENT ON COLUMN feed_health.outlet IS 'Name of the outlet.';
COMMENT ON COLUMN feed_health.last_attempt_at IS 'Last poll (UTC).';
COMMENT ON COLUMN feed_health.last_success_at IS 'Last poll that brought the feed or "not modified" (UTC).';
COMMENT ON COLUMN feed_health.last_new_item_at IS 'Last poll that brought a new item (UTC).';
COMMENT ON COLUMN feed_health.next_due_at IS 'Next poll, not before (UTC).';
COMMENT ON COLUMN feed_health.consecutive_failures IS 'Failed polls since the last success.';
COMMENT ON COLUMN feed_health.items_7d IS 'New items in the seven days before the last run.';
COMMENT ON COLUMN feed_health.expected_7d IS
    'Least number of items a week that feeds.toml expects; NULL where it says nothing.';
COMMENT ON COLUMN feed_health.status IS
    'ok, silent (answers, but brings less than expected after a week, or its articles are read no longer: see '
    'ailment), failing, gone, disabled.';
COMMENT ON COLUMN feed_health.last_error IS 'What went wrong at the last failed poll.';
COMMENT ON COLUMN feed_health.ailment IS
    'How its articles became unreadable: less than half of the usual share is read whole (of at least five '
    'items), or they are less than 0.4 times as long; NULL where all is well.';
COMMENT ON COLUMN feed_health.readable_7d IS
    'Share of the items of the last seven days that were read as whole articles (0 to 1).';
COMMENT ON COLUMN feed_health.readable_before IS 'The same for the month before.';

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
SELECT
    (SELECT arg_max(ended_at, rowid) FROM store.runs) AS published_at,
    (SELECT arg_max(run_id, rowid) FROM store.runs) AS run_id,
    (SELECT max(number) FROM store.migrations)::INTEGER AS schema_version,
    (SELECT max(rules_version) FROM store.events) AS rules_version;
COMMENT ON VIEW warehouse_info IS 'One row: which run published this file, and by which rules.';
COMMENT ON COLUMN warehouse_info.published_at IS 'End of the last run (UTC).';
COMMENT ON COLUMN warehouse_info.run_id IS 'The last run.';
COMMENT ON COLUMN warehouse_info.schema_version IS 'Number of the last migration.';
COMMENT ON COLUMN warehouse_info.rules_version IS 'Version of the rules that read and linked.';

CREATE OR REPLACE VIEW alerts AS
SELECT
    alert_id,
    kind,
    CASE WHEN "of" = 'event' THEN subject END AS event_id,
    CASE WHEN "of" = 'feed' THEN subject END AS feed_id,
    watch,
    "text",
    "at",
    "at" AS happened_at,
    ended_at,
    run_id
FROM store.alerts;
COMMENT ON VIEW alerts IS 'What people were told of (watches.toml), once each.';
COMMENT ON COLUMN alerts.alert_id IS 'Id of the alert.';
COMMENT ON COLUMN alerts.kind IS 'deadly, contested, watched (an event); failing, silent, unreadable, gone (a feed).';
COMMENT ON COLUMN alerts.event_id IS 'The event; NULL for a feed.';
COMMENT ON COLUMN alerts.feed_id IS 'The feed; NULL for an event.';
COMMENT ON COLUMN alerts.watch IS 'Name of the watch in watches.toml, for kind watched.';
COMMENT ON COLUMN alerts."text" IS 'What was told, in French.';
COMMENT ON COLUMN alerts."at" IS 'The run that told it (UTC).';
COMMENT ON COLUMN alerts.happened_at IS 'The same: DuckDB reserves "at", which needs quotes.';
COMMENT ON COLUMN alerts.ended_at IS 'When a feed was well again (UTC).';
COMMENT ON COLUMN alerts.run_id IS 'The run that told it; NULL before schema 5.';
