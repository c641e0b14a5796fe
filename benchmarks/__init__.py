"""How fast and how well: each module is a script, `python benchmarks/NAME.py --help`."""
