"""The commands: a module each, named as it is typed.

A module has `add_arguments(parser)` and `run(args)`, which returns the exit code; what a user can cause is a `VeilleError`.
`veille_sahel.cli.COMMANDS` lists them with their help, and imports the one that is called. Nothing imports a command.
"""
