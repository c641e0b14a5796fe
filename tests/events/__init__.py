"""Mentions become events: keys, evidence, constraints, consensus."""
