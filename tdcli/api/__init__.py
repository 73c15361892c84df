"""What a program or a notebook calls: `import tdcli`.

`spec.py` loads and checks, `training.py` and `tuning.py` train, `run.py` opens what they left, and `looking.py`
compares, draws and reads data. `memory.py` takes data that are in memory. Each calls the services that a command
calls; `shown.py` lets the results show themselves in a notebook as in the terminal.
"""
