"""The data that ships, and that each fact has one place."""
