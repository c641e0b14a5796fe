-- The two ends of a stretch of road, which were read out of its name before ("axe A-B"; of names that hold hyphens the
-- older rows keep the parts).
ALTER TABLE store.mentions ADD COLUMN road VARCHAR[];
UPDATE store.mentions
SET road = string_split(substr(place, 5), '-')
WHERE starts_with(place, 'axe ') AND contains(place, '-');
-- A changed row knows its run: which run made an event, changed it last, and told an alert.
ALTER TABLE store.events ADD COLUMN run_id VARCHAR;
ALTER TABLE store.event_history ADD COLUMN run_id VARCHAR;
ALTER TABLE store.alerts ADD COLUMN run_id VARCHAR;
