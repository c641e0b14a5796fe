"""The DuckDB files: schema, loads, checks, the one way to write."""
