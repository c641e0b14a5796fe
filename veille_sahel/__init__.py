"""What is installed under our name: the command `veille` and the service that `veille up` runs.

    cli          the command line: one module of `commands` per command
    terminal     what a command prints while it works
    commands     terminal in, plain functions called, words out
    service      what `veille up` runs: supervisor, processes, automations, jobs for the server
    demo         a press of five invented outlets

What does not belong here: steps (`tasks`), judgement (`veille`), SQL (`warehouse`). Nothing imports `commands`.
"""
