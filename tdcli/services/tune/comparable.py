"""Check that a trial's loss means the same as the spec's."""

import numpy as np

from tdcli.data.dataset import Dataset, Scaling
from tdcli.services.specs.compile import Compiled
from tdcli.services.tune.setup import SearchSetup

SCALING_TOLERANCE = 0.02
"""How far two scalings may differ, relative to deviation and variance: windows of other lengths start at other rows."""

COMPARE_BY_METRIC = "compare by a metric, as `training: {monitor: val_mae}`"


def incomparability(setup: SearchSetup, compiled: Compiled, data: Dataset) -> str:
    """Return why a trial cannot be compared with the spec by its loss; empty if it can.

    Metrics always can: they are in the target's units, while the loss is in those of the scaled target.
    """
    if setup.monitor.removeprefix("val_") != "loss":
        return ""
    loss, spec_loss = compiled.objective.loss, setup.compiled.objective.loss
    if loss != spec_loss:
        return f"its loss is `{loss}`, that of the spec `{spec_loss}`; {COMPARE_BY_METRIC}"
    if not scalings_match(data.y_scaling, setup.data.y_scaling):
        reason = f"its target is scaled otherwise than that of the spec, and `{setup.monitor}` with it"
        return f"{reason}; {COMPARE_BY_METRIC}"
    return ""


def scalings_match(one: Scaling | None, other: Scaling | None) -> bool:
    """Compare two scalings, means relative to the deviation: a mean near 0 has no scale of its own."""
    if one is None or other is None:
        return one is other
    if np.shape(one.variance) != np.shape(other.variance):
        return False
    near = np.abs(np.subtract(one.mean, other.mean)) <= SCALING_TOLERANCE * np.sqrt(other.variance)
    return bool(np.all(near)) and np.allclose(one.variance, other.variance, rtol=SCALING_TOLERANCE, atol=0)
