UPDATE store.articles a SET next_look_at = s.next_look_at FROM staged_revisits s WHERE s.article_id = a.article_id;
