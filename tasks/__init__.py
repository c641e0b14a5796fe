"""The steps of the pipeline as Prefect tasks: retries and limits, and a few lines that call `veille` and `warehouse`.

What does not belong here: judgement (`veille`), SQL (`warehouse`), order (`flows`). One task a feed and one a batch,
never one an article: Prefect's own cost is 10 ms and 20 KB a task.
"""
