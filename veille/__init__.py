"""The thinking of Veille Sahel: plain functions that decide, free of Prefect and of the database.

What does not belong here: flows and schedules (`flows/`), Prefect tasks (`tasks/`), SQL and files of the warehouse
(`warehouse/`). The rooms `web`, `text`, `reading` and `events` stand side by side: they know `records`, `settings` and
`reference`, never each other.
"""

#: Changes whenever reading or linking would judge an article otherwise; stored with every event.
RULES_VERSION = "1"
