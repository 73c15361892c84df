"""The terminal: parses arguments, calls one service, prints. The only package that prints.

`app.py` registers each file of `commands/` and is the boundary where every error becomes a message and an exit code.
Output goes through `console.py`: results to stdout, progress and diagnostics to stderr. `options.py` holds options
that several commands share, and `display/` what moves on the screen.
"""
