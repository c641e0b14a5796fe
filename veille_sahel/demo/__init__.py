"""The demo: a small press of five invented outlets, served on 127.0.0.1, and what the pipeline makes of it.

`outlets.toml` and `articles.jsonl` are the press as data; `press` makes its feeds and pages, `server` serves them,
the command `demo` runs the ingest flow over it and prints what came out. Outlets and wording are invented; the events are those of
November 2023, as they were claimed then.
"""
