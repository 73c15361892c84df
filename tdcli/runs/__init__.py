"""The files of a run and of a study; knows no framework.

`folder.py` names the files of a run, `study.py` those of a search. Everything is written by `files.py`, whole or not
at all, and read back through `stored.py`, which checks JSON as any input. `lock.py` lets one training at a time in.
"""
