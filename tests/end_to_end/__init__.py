"""The flow, the commands and the service as their users run them. Slow, hence few."""
