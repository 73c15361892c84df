"""A search over settings, trial by trial.

`setup.py` prepares the search, `study.py` opens the Optuna study in the storage of `storage.py`, `search.py` runs the
trials and `jobs.py` runs them in several processes. `results.py` holds what came of them.
"""
