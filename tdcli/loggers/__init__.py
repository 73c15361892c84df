"""Other tools that follow a training: one file each.

`--log mlflow` names the file `mlflow.py`. A logger gets the run folder at the beginning, results epoch by epoch, and
the state at the end.
"""
