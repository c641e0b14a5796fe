-- Under which other titles an outlet's articles have one of the staged texts, word for word.
SELECT s.url, list(DISTINCT r.title) AS titles
FROM staged_texts s
    JOIN store.articles a ON a.n_words = s.n_words AND a.outlet = s.outlet AND a.url <> s.url
    JOIN store.revisions r ON r.article_id = a.article_id AND r.revision = a.revision AND r.text = s.text
GROUP BY s.url;
