"""The DuckDB files of Veille Sahel: open, load, publish; SQL in files.

What does not belong here: judgement. A query finds candidates; whether two reports are one event is for
`veille.events`.
"""
