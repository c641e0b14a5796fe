"""Mentions become events: candidates by shared keys, evidence with weights, one decision a mention, one row an event.

What does not belong here: reading texts (`reading`), and storing anything (`warehouse`).
"""
