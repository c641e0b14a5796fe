"""Rules by package; `end_to_end` runs the whole. Shared: the small press, loopback servers, helpers."""
