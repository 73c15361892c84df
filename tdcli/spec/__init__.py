"""The document as a whole: its sections, and loading it.

`load.py` reads a file with `--set` values into the `Spec` of `spec.py`, or all its diagnostics. `training.py`,
`optimizers.py`, `schedules.py` and `search.py` are its sections; `objective.py` decides loss and metrics.
"""
