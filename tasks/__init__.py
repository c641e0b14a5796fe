"""The steps of the pipeline: plain functions with inputs and outputs, a few lines each that call `veille` and `warehouse`.

A step takes a `Context` and what it needs, and returns what it made as a frozen record (`results`). A flow runs steps as
Prefect tasks (`step`: names, retries); a rebuild and commands call the same functions as they are. Whole pieces of work that
several callers share stand here too: relink, rebuild, prune, corrections, forget.

What does not belong here: judgement (`veille`), SQL (`warehouse`), order and schedules (`flows`), words for a terminal
(`veille_sahel`).
"""
