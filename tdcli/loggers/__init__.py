"""Trainings written down for other tools: one file a tool. `--log mlflow` names the file `mlflow.py`."""
