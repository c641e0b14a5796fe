"""A page becomes an article: extraction, metadata, language, copies."""
