"""The commands: one file each.

A file holds a function with Typer's annotations and exports it as `COMMAND`. It parses, calls one service and renders
with `report/`. Its docstring is the help, and ends with an example that a test runs. Heavy imports stay in the body.
"""
