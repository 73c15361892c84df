"""Log a training to other tools. Each tool has one module.

`--log mlflow` selects the module `mlflow.py`. A logger receives the run folder and the settings at the start, the
results after each epoch, and the state at the end.
"""
