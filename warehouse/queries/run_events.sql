-- Events that a run made or changed, the newest first, each with its first article and whether it is new.
SELECT
    e.event_id,
    e.event_date,
    e.location,
    e.country,
    e.event_type,
    e.fatalities_low,
    e.fatalities_high,
    e.contested,
    e.n_articles,
    e.headline,
    coalesce(h.run_id = e.run_id, false) AS is_new,
    (
        SELECT arg_min(a.url, a.published_at)
        FROM event_articles ea JOIN articles a USING (article_id)
        WHERE ea.event_id = e.event_id AND ea.role <> 'background'
    ) AS url
FROM events e LEFT JOIN store.event_history h ON h.event_id = e.event_id AND h.what = 'created'
WHERE e.run_id = $run_id
ORDER BY is_new DESC, e.event_date DESC, e.event_id
LIMIT 100;
