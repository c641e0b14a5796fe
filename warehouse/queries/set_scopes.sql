UPDATE store.articles a SET scope = s.scope FROM staged_scopes s WHERE s.article_id = a.article_id;
