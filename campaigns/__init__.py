"""Long reliability runs over the real flow, on loopback: kills, faults, foreign feeds, simulated days, readers, damage.

`make campaign` runs them all; each also runs alone, `python -m campaigns.kills --help`. What does not belong here: what is
quick enough for the tests. Last figures: docs/reliability.md.
"""
