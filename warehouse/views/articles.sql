CREATE OR REPLACE VIEW articles AS
SELECT
    r.article_id,
    r.url,
    r.outlet,
    r.feed_id,
    r.title,
    r.authors,
    r.published_at,
    r.published_precision,
    r.first_seen_at,
    r.updated_at,
    r.language,
    r.language_confidence,
    r.summary,
    r.text,
    len(string_split_regex(trim(r.text), '\s+'))::INTEGER AS word_count,
    r.is_teaser,
    r.revision,
    a.copy_of,
    -- a mention in passing counts once it is linked
    CASE WHEN l.article_id IS NULL THEN a.scope ELSE 'sahel' END AS scope
FROM store.articles a
    JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision
    LEFT JOIN (
        SELECT DISTINCT m.article_id, m.revision
        FROM store.mentions m JOIN store.links USING (mention_id)
        WHERE m.role <> 'background'
    ) l ON l.article_id = a.article_id AND l.revision = a.revision;
COMMENT ON VIEW articles IS 'French articles, the latest revision of each.';
COMMENT ON COLUMN articles.article_id IS 'Permanent id of the article.';
COMMENT ON COLUMN articles.url IS 'Canonical address.';
COMMENT ON COLUMN articles.outlet IS 'Name of the outlet, as declared in feeds.toml.';
COMMENT ON COLUMN articles.feed_id IS 'Feed that listed the article first.';
COMMENT ON COLUMN articles.title IS 'Title as the feed gives it, else as the page does.';
COMMENT ON COLUMN articles.authors IS 'Names of the authors; empty where none is given.';
COMMENT ON COLUMN articles.published_at IS 'Time of publication in UTC; NULL where neither feed nor page gives one.';
COMMENT ON COLUMN articles.published_precision IS 'minute, day or unknown.';
COMMENT ON COLUMN articles.first_seen_at IS 'When a poll first listed the article (UTC).';
COMMENT ON COLUMN articles.updated_at IS 'When this revision was fetched (UTC).';
COMMENT ON COLUMN articles.language IS 'ISO 639-1; French articles only are kept.';
COMMENT ON COLUMN articles.language_confidence IS '0 to 1.';
COMMENT ON COLUMN articles.summary IS 'Summary given by the feed, as plain text.';
COMMENT ON COLUMN articles.text IS 'The body alone, a line a paragraph.';
COMMENT ON COLUMN articles.word_count IS 'Words of the text.';
COMMENT ON COLUMN articles.is_teaser IS 'The page shows only the beginning (paywall or cut).';
COMMENT ON COLUMN articles.revision IS '1 for the first text seen, one more for each edit seen.';
COMMENT ON COLUMN articles.copy_of IS
    'article_id of the earliest article of the same wire text; NULL for an original.';
COMMENT ON COLUMN articles.scope IS
    'sahel: reports incidents in the region; elsewhere: only outside it; none: reports no incident.';

CREATE OR REPLACE VIEW article_revisions AS
SELECT
    r.article_id,
    r.revision,
    r.url,
    r.title,
    r.authors,
    r.published_at,
    r.updated_at,
    r.summary,
    r.text
FROM store.revisions r JOIN store.articles a ON r.article_id = a.article_id AND r.revision < a.revision;
COMMENT ON VIEW article_revisions IS 'Earlier texts of articles that were edited after they were first seen.';
COMMENT ON COLUMN article_revisions.article_id IS 'The article.';
COMMENT ON COLUMN article_revisions.revision IS 'Number of this earlier text.';
COMMENT ON COLUMN article_revisions.url IS 'Canonical address.';
COMMENT ON COLUMN article_revisions.title IS 'Title at that time.';
COMMENT ON COLUMN article_revisions.authors IS 'Authors at that time.';
COMMENT ON COLUMN article_revisions.published_at IS 'Time of publication (UTC).';
COMMENT ON COLUMN article_revisions.updated_at IS 'When this text was fetched (UTC).';
COMMENT ON COLUMN article_revisions.summary IS 'Summary given by the feed.';
COMMENT ON COLUMN article_revisions.text IS 'The body as it read then.';
