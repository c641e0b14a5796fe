CREATE OR REPLACE VIEW events AS SELECT * FROM store.events;
COMMENT ON VIEW events IS 'One row an incident: one place and one day, or one continuous action over days.';
COMMENT ON COLUMN events.event_id IS 'Permanent id; after a merge the old id resolves through event_aliases.';
COMMENT ON COLUMN events.event_date IS 'Local day on which it began; a night is the day on which it began.';
COMMENT ON COLUMN events.event_date_end IS
    'Last day of an action over days, or of the interval in which it happened; NULL for one day.';
COMMENT ON COLUMN events.time_precision IS '1 day, 2 about a week, 3 month.';
COMMENT ON COLUMN events.country IS 'ISO 3166 alpha-2.';
COMMENT ON COLUMN events.admin1 IS 'Region, usual French name without "région de".';
COMMENT ON COLUMN events.admin2 IS 'Cercle, province or department.';
COMMENT ON COLUMN events.location IS 'Name of the place.';
COMMENT ON COLUMN events.latitude IS 'Degrees north; NULL for a place known by name only.';
COMMENT ON COLUMN events.longitude IS 'Degrees east.';
COMMENT ON COLUMN events.geo_precision IS '1 the place itself, 2 near it or on the road, 3 region.';
COMMENT ON COLUMN events.geonameid IS 'GeoNames id of the place, where known.';
COMMENT ON COLUMN events.event_type IS 'ACLED event type.';
COMMENT ON COLUMN events.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN events.actor1 IS 'Code of the first attacker.';
COMMENT ON COLUMN events.actor2 IS 'Code of the first target.';
COMMENT ON COLUMN events.actors IS 'Codes of all attackers and targets named.';
COMMENT ON COLUMN events.fatalities_low IS
    'Least number of dead of any current claim; NULL if nobody gives a figure.';
COMMENT ON COLUMN events.fatalities_best IS 'Total that most independent reports give, the lower on a tie.';
COMMENT ON COLUMN events.fatalities_high IS 'Greatest number of dead of any current claim.';
COMMENT ON COLUMN events.contested IS
    'Claims contradict each other: a denial, control against repelled, or tolls of one group that exclude each '
    'other.';
COMMENT ON COLUMN events.n_articles IS 'Articles that report it, copies included, background mentions not.';
COMMENT ON COLUMN events.n_outlets IS 'Outlets among them.';
COMMENT ON COLUMN events.n_independent IS 'Independent reports: copies of one wire text count once.';
COMMENT ON COLUMN events.first_reported_at IS 'Publication of the first report (UTC).';
COMMENT ON COLUMN events.last_reported_at IS 'Publication of the last report (UTC).';
COMMENT ON COLUMN events.updated_at IS 'When the row last changed (UTC).';
COMMENT ON COLUMN events.headline IS 'Title of the report that stands closest to the whole, in French.';
COMMENT ON COLUMN events.review IS 'A close call: see to_review.';
COMMENT ON COLUMN events.rules_version IS 'Version of the rules that judged it.';
COMMENT ON COLUMN events.run_id IS 'The run that changed the row last; NULL before schema 5.';

CREATE OR REPLACE VIEW event_articles AS
WITH ranked AS (
    SELECT
        l.event_id,
        m.article_id,
        m.role,
        l.confidence,
        m.sentence,
        row_number() OVER (
            PARTITION BY l.event_id, m.article_id
            ORDER BY
                CASE m.role WHEN 'primary' THEN 0 WHEN 'secondary' THEN 1 ELSE 2 END,
                l.confidence DESC,
                m.mention_id
        ) AS nth
    FROM store.links l
        JOIN store.mentions m USING (mention_id)
        JOIN store.articles a ON a.article_id = m.article_id AND a.revision = m.revision
)
SELECT event_id, article_id, role, confidence, sentence
FROM ranked
WHERE nth = 1;
COMMENT ON VIEW event_articles IS 'Which articles report which event.';
COMMENT ON COLUMN event_articles.event_id IS 'The event.';
COMMENT ON COLUMN event_articles.article_id IS 'The article.';
COMMENT ON COLUMN event_articles.role IS
    'primary: the article is about it; secondary: news beside it; background: recalled from an earlier time.';
COMMENT ON COLUMN event_articles.confidence IS '0 to 1: how sure the link is.';
COMMENT ON COLUMN event_articles.sentence IS 'The sentence that says so.';

CREATE OR REPLACE VIEW claims AS
SELECT
    c.claim_id,
    l.event_id,
    c.article_id,
    c.revision,
    c.revision = a.revision AS is_current,
    c.claimant,
    c.kind,
    c.victims,
    c.outcome,
    c.low,
    c.high,
    c.quote,
    a.published_at,
    m.role
FROM store.claims c
    JOIN store.links l USING (mention_id)
    JOIN store.mentions m USING (mention_id)
    JOIN store.articles a ON a.article_id = c.article_id;
COMMENT ON VIEW claims IS 'Who says what of an event; never merged, averaged or overwritten.';
COMMENT ON COLUMN claims.claim_id IS 'Id of the claim.';
COMMENT ON COLUMN claims.event_id IS 'The event.';
COMMENT ON COLUMN claims.article_id IS 'The article that reports the claim.';
COMMENT ON COLUMN claims.revision IS 'Revision of the article.';
COMMENT ON COLUMN claims.is_current IS 'The latest revision of the article still says so.';
COMMENT ON COLUMN claims.claimant IS
    'Code of an actor, or LOCAL_SOURCE, SECURITY_SOURCE, OFFICIAL, WITNESS, NGO, UN, MEDIA, UNATTRIBUTED.';
COMMENT ON COLUMN claims.kind IS 'responsibility, denial, control, repelled or toll.';
COMMENT ON COLUMN claims.victims IS 'For a toll: military, civilians, assailants or unspecified.';
COMMENT ON COLUMN claims.outcome IS 'For a toll: killed, wounded, captured or abducted.';
COMMENT ON COLUMN claims.low IS 'Lower bound; NULL where the text gives none.';
COMMENT ON COLUMN claims.high IS 'Upper bound; NULL where the text gives none.';
COMMENT ON COLUMN claims.quote IS 'The exact sentence.';
COMMENT ON COLUMN claims.published_at IS 'Publication of the article (UTC).';
COMMENT ON COLUMN claims.role IS
    'How the article tells of the event: primary, secondary, or background, a claim recalled from an earlier time.';

CREATE OR REPLACE VIEW event_tolls AS SELECT * FROM store.event_tolls;
COMMENT ON VIEW event_tolls IS 'Tolls of an event, apart by outcome and victims.';
COMMENT ON COLUMN event_tolls.event_id IS 'The event.';
COMMENT ON COLUMN event_tolls.outcome IS 'killed, wounded, captured or abducted.';
COMMENT ON COLUMN event_tolls.victims IS 'military, civilians, assailants or unspecified.';
COMMENT ON COLUMN event_tolls.low IS 'Least figure claimed.';
COMMENT ON COLUMN event_tolls.best IS 'Figure that most independent reports give, the lower on a tie.';
COMMENT ON COLUMN event_tolls.high IS 'Greatest figure claimed.';
COMMENT ON COLUMN event_tolls.claimants IS 'Who gave a figure.';

CREATE OR REPLACE VIEW event_history AS
SELECT event_id, "at", "at" AS happened_at, what, other_id, why, author, run_id FROM store.event_history;
COMMENT ON VIEW event_history IS 'What happened to an event id.';
COMMENT ON COLUMN event_history.event_id IS 'The event.';
COMMENT ON COLUMN event_history."at" IS 'When (UTC); in quotes, since DuckDB reserves the word.';
COMMENT ON COLUMN event_history.happened_at IS 'The same.';
COMMENT ON COLUMN event_history.what IS 'created, merged, split, moved or corrected.';
COMMENT ON COLUMN event_history.other_id IS 'The other event, if any.';
COMMENT ON COLUMN event_history.why IS 'The reason.';
COMMENT ON COLUMN event_history.author IS 'Who decided; "veille" for the pipeline.';
COMMENT ON COLUMN event_history.run_id IS 'The run in which it happened; NULL before schema 5.';

CREATE OR REPLACE VIEW event_aliases AS SELECT * FROM store.event_aliases;
COMMENT ON VIEW event_aliases IS 'Ids of events that became part of another.';
COMMENT ON COLUMN event_aliases.old_id IS 'The id that is no longer in use.';
COMMENT ON COLUMN event_aliases.event_id IS 'The event it stands for now.';

CREATE OR REPLACE VIEW events_deleted AS
SELECT old_id, NULL::VARCHAR AS event_id, deleted_at, why, run_id FROM store.deleted_events;
COMMENT ON VIEW events_deleted IS
    'Ids of events of which nothing is left: their articles were taken down, or say so no more.';
COMMENT ON COLUMN events_deleted.old_id IS 'The id that is no longer in use.';
COMMENT ON COLUMN events_deleted.event_id IS 'Always NULL: no event stands for it.';
COMMENT ON COLUMN events_deleted.deleted_at IS 'When (UTC).';
COMMENT ON COLUMN events_deleted.why IS
    'forgotten, retracted (no article tells of it any more) or reread (the rules of now read no such event), with '
    'words.';
COMMENT ON COLUMN events_deleted.run_id IS 'The run in which it happened.';

CREATE OR REPLACE VIEW why_linked AS
SELECT w.event_id, m.article_id, w.feature, w.detail, w.weight
FROM store.why_linked w JOIN store.mentions m USING (mention_id);
COMMENT ON VIEW why_linked IS 'The evidence for each link, feature by feature.';
COMMENT ON COLUMN why_linked.event_id IS 'The event.';
COMMENT ON COLUMN why_linked.article_id IS 'The article.';
COMMENT ON COLUMN why_linked.feature IS 'Name of the evidence.';
COMMENT ON COLUMN why_linked.detail IS 'What was compared.';
COMMENT ON COLUMN why_linked.weight IS 'What it counted; positive speaks for one event.';

CREATE OR REPLACE VIEW to_review AS
SELECT t.event_id, m.article_id, t.confidence, t.runner_up, t.question
FROM store.to_review t JOIN store.mentions m USING (mention_id)
ORDER BY t.confidence;
COMMENT ON VIEW to_review IS 'Close calls, worst first, for an analyst to decide.';
COMMENT ON COLUMN to_review.event_id IS 'The event chosen.';
COMMENT ON COLUMN to_review.article_id IS 'The article.';
COMMENT ON COLUMN to_review.confidence IS '0 to 1.';
COMMENT ON COLUMN to_review.runner_up IS 'The event that came second, if any.';
COMMENT ON COLUMN to_review.question IS 'What to decide, in French.';

CREATE OR REPLACE VIEW toll_history AS
SELECT
    event_id,
    published_at,
    article_id,
    claimant,
    outcome,
    victims,
    low,
    high,
    is_current,
    min(coalesce(low, 0)) OVER so_far AS low_so_far,
    max(coalesce(high, low)) OVER so_far AS high_so_far
FROM claims
WHERE kind = 'toll'
WINDOW so_far AS (
    PARTITION BY event_id, outcome, victims
    ORDER BY published_at, article_id, revision, claim_id
    ROWS UNBOUNDED PRECEDING
);
COMMENT ON VIEW toll_history IS 'Every figure of an event in the order in which it was published: how a toll rose.';
COMMENT ON COLUMN toll_history.event_id IS 'The event.';
COMMENT ON COLUMN toll_history.published_at IS 'Publication of the article (UTC).';
COMMENT ON COLUMN toll_history.article_id IS 'The article.';
COMMENT ON COLUMN toll_history.claimant IS 'Who gives the figure.';
COMMENT ON COLUMN toll_history.outcome IS 'killed, wounded, captured or abducted.';
COMMENT ON COLUMN toll_history.victims IS 'military, civilians, assailants or unspecified.';
COMMENT ON COLUMN toll_history.low IS 'Lower bound; NULL where the text gives none.';
COMMENT ON COLUMN toll_history.high IS 'Upper bound; NULL where the text gives none.';
COMMENT ON COLUMN toll_history.is_current IS 'The latest revision of the article still says so.';
COMMENT ON COLUMN toll_history.low_so_far IS 'Least figure of this kind up to then.';
COMMENT ON COLUMN toll_history.high_so_far IS 'Greatest figure of this kind up to then.';

CREATE OR REPLACE VIEW unknown_places AS
SELECT
    u.name,
    count(DISTINCT u.article_id)::INTEGER AS n_articles,
    any_value(m.country) AS country,
    any_value(m.admin1) AS admin1,
    max(a.published_at) AS last_reported_at,
    arg_max(m.sentence, a.published_at) AS sentence
FROM store.unknown_places u
    JOIN store.articles a ON a.article_id = u.article_id
    LEFT JOIN store.mentions m ON m.article_id = a.article_id AND m.revision = a.revision AND m.place = u.name
GROUP BY u.name;
COMMENT ON VIEW unknown_places IS 'Names of places that no gazetteer knows, for somebody to look up: they wait here.';
COMMENT ON COLUMN unknown_places.name IS 'The name as the articles write it.';
COMMENT ON COLUMN unknown_places.n_articles IS 'Articles that place an incident there.';
COMMENT ON COLUMN unknown_places.country IS 'Country of the article, ISO 3166 alpha-2.';
COMMENT ON COLUMN unknown_places.admin1 IS 'Region named beside it, where there is one.';
COMMENT ON COLUMN unknown_places.last_reported_at IS 'Publication of the last of them (UTC).';
COMMENT ON COLUMN unknown_places.sentence IS 'A sentence that tells of an incident there.';
