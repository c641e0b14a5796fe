"""The records that pass between packages: frozen, plain, without behaviour; a module for each pair that passes them.

    feeds      web → tasks → warehouse      feeds, answers, items of the queue, failures
    articles   text → tasks → reading       what a page says; a revision of an article
    readings   reading → warehouse          places, days, claims, mentions
    linking    warehouse ↔ events           reports as they are compared, evidence, decisions, corrections
    alerts     watching → warehouse         what somebody is told

Times are aware datetimes in UTC; days are local dates of the place or outlet. Texts hold neither NULs nor surrogates. Wide
records are built with keywords alone.
"""
