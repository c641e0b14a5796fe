"""When things run: one file a flow (order, schedules, artifacts, no judgement), and `cli`, the same from a terminal.

Prefect reads its environment once, at import: telemetry is turned off here, before any flow can import it, because
offline it fails with a hundred lines of traceback.
"""

import os

for _name, _value in {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "60",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "veille",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}.items():
    os.environ.setdefault(_name, _value)
