"""How much a run may cost: what is done side by side, in batches of how many, and for how long. (One request: `web.limits`.)"""

from __future__ import annotations

#: Feeds asked at the same time (each on a host of its own: a host is never asked twice at once).
POLLS_AT_ONCE = 8
#: Hosts from which pages are fetched at the same time.
HOSTS_AT_ONCE = 12
#: Pages fetched, extracted and held in memory together.
PAGES_PER_BATCH = 200
#: Pages asked of one host in one run; the rest stays pending for the next.
PAGES_PER_HOST = 500
#: Seconds that one host's pages may take in one run, and seconds of them that requests may wait for nothing.
HOST_S = 1200.0
HOST_LOST_S = 45.0
#: Articles read together in one process; a run of fewer is read in the flow's own.
ARTICLES_PER_BATCH = 50
#: Seconds for parsing one page or feed, after which its process is killed.
PARSE_S = 20.0
#: Seconds that a writer waits for another one to end.
LOCK_WAIT_S = 1800.0
