"""Check that the loss of a trial can be compared with the loss of the spec."""

import numpy as np

from tdcli.data.dataset import Dataset, Scaling
from tdcli.services.specs.compile import Compiled
from tdcli.services.tune.setup import SearchSetup

SCALING_TOLERANCE = 0.02
"""The largest difference between comparable scalings, relative to the standard deviation and the variance.

Scalings differ slightly because windows of different lengths start at different rows.
"""

COMPARE_BY_METRIC = "compare by a metric with `training: {monitor: val_mae}`"


def incomparability(setup: SearchSetup, compiled: Compiled, data: Dataset) -> str:
    """Return why the loss of a trial cannot be compared with that of the spec, or an empty text if it can.

    Metrics can always be compared, because they use the units of the target. The loss uses those of the scaled target.
    """
    if setup.monitor.removeprefix("val_") != "loss":
        return ""
    loss, spec_loss = compiled.objective.loss, setup.compiled.objective.loss
    if loss != spec_loss:
        return f"its loss is `{loss}`, but the loss of the spec is `{spec_loss}`; {COMPARE_BY_METRIC}"
    if not scalings_match(data.y_scaling, setup.data.y_scaling):
        reason = f"its target is scaled differently from that of the spec, which changes `{setup.monitor}`"
        return f"{reason}; {COMPARE_BY_METRIC}"
    return ""


def scalings_match(one: Scaling | None, other: Scaling | None) -> bool:
    """Return whether two scalings are nearly equal. Means are compared relative to the standard deviation."""
    if one is None or other is None:
        return one is other
    if np.shape(one.variance) != np.shape(other.variance):
        return False
    near = np.abs(np.subtract(one.mean, other.mean)) <= SCALING_TOLERANCE * np.sqrt(other.variance)
    return bool(np.all(near)) and np.allclose(one.variance, other.variance, rtol=SCALING_TOLERANCE, atol=0)
