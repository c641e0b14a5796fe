"""What `veille up` runs: Prefect's server and worker, watched over by one process.

supervisor     starts, watches and ends the parts
processes      finds what they started, by a mark in the environment
automations    what Prefect watches and notifies
server_jobs    small jobs for the server, in a process of their own
project        where a worker finds the project
"""
