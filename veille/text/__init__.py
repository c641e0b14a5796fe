"""A page becomes an article: its text, its language, and whether it is a copy of a wire text seen before.

What does not belong here: fetching (`web`), and what the text says (`reading`).
"""
