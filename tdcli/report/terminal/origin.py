"""The run that another one started from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def origin_text(record: Mapping[str, Any]) -> str:
    """Return which weights a run started from, and what these were trained on.

    >>> origin_text({"run": "runs/a", "best_epoch": 12, "data": {"/data/first.csv": {}}})
    'runs/a, epoch 12, trained on first.csv'
    """
    files = ", ".join(Path(path).name for path in record["data"])
    return f"{record['run']}, epoch {record['best_epoch']}" + (f", trained on {files}" if files else "")
