"""Fetching: each rule by itself, and the client against servers on loopback."""
