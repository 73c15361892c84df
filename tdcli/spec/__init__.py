"""The document as a whole: its sections, and loading it.

`load.py` reads a file and `--set` values into the `Spec` of `spec.py`, or raises all diagnostics. `training.py`,
`optimizers.py`, `schedules.py` and `search.py` are its sections. `objective.py` chooses the loss and the metrics.
"""
