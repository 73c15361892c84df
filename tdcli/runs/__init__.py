"""The files of runs and of studies. Does not depend on any framework.

`folder.py` defines the files of a run, and `study.py` those of a search. `files.py` writes all files atomically.
`stored.py` reads JSON files and validates them like any other input. `lock.py` allows only one training at a time in a
run's folder.
"""
