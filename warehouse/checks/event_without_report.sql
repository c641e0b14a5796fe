-- Every event has at least one current report that is not background.
SELECT event_id
FROM events
    ANTI JOIN (SELECT event_id FROM event_articles WHERE role <> 'background') USING (event_id);
