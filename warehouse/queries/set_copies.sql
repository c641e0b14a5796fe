UPDATE store.articles a SET copy_of = s.copy_of FROM staged_copies s WHERE s.article_id = a.article_id;
