"""Build the record of a run, `run.json`: what is needed to repeat it, and to read other files for its model."""

import os
import platform
import sys
import time
from typing import Any

import numpy as np
import polars as pl

from tdcli.nn.runtime.tensorflow import versions
from tdcli.services.evaluate.score import fit_baseline
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.spec.training import best_metric
from tdcli.version import __version__


def build_record(compiled: Compiled, prepared: Prepared, command: str, began: float) -> dict[str, Any]:
    """Return the record of a training that started at `began`, in seconds since 1970."""
    data, origin = prepared.data, prepared.origin
    parts = {"train": data.train, "validation": data.validation, "test": data.test}
    return {
        "name": compiled.spec.name,
        "kind": compiled.plan.kind,
        "parameters": compiled.plan.parameters,
        "input_shape": compiled.plan.input_shape,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(began)),
        "command": command,
        "pid": os.getpid(),
        "seed": compiled.spec.training.seed,
        "versions": _versions(),
        "samples": {name: 0 if part is None else len(part) for name, part in parts.items()},
        "data": prepared.fingerprints,
        "loss": compiled.objective.loss,
        "metrics": list(compiled.objective.metrics),
        "monitor": best_metric(compiled.spec.training, data.validation is not None),
        "classes": None if data.classes is None else list(data.classes),
        "features": list(data.feature_names),
        "targets": list(data.target_names),
        **({"fractions": True} if compiled.plan.fractions else {}),
        "learnt": dict(data.fitted),
        "naive": fit_baseline(data),
        **({"from": dict(origin.record)} if origin and origin.record else {}),
    }


def _versions() -> dict[str, str]:
    """Return the versions of the libraries that are used."""
    return {
        "tdcli": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "numpy": np.__version__,
        "polars": pl.__version__,
        **versions(),
    }
