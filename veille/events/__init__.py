"""Mentions become events: candidates by shared keys, evidence with weights, one decision per mention, one row per event.

What does not belong here: reading texts (`reading`), and storing anything (`warehouse`).
"""
