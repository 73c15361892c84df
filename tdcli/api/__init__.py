"""The Python API of programs and notebooks: `import tdcli`.

`spec.py` loads and checks specs. `training.py` and `tuning.py` train and search. `run.py` opens runs. `looking.py`
compares and draws specs, and `data.py` reads their data. `memory.py` accepts DataFrames and arrays in place of files.
All of them call the services that the commands call. `shown.py` displays results in a notebook as in the terminal.
"""
