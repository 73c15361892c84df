"""Whether the loss of one training can be held against that of another."""

import numpy as np

from tdcli.data.dataset import Dataset, Scaling
from tdcli.services.specs.compile import Compiled
from tdcli.services.tune.setup import Searchable

TOLERANCE = 0.02
"""How far scalings may be apart, of the deviation and of the variance: windows of other lengths begin at other rows."""

INSTEAD = "compare by a metric, as `training: {monitor: val_mae}`"


def incomparable(base: Searchable, compiled: Compiled, data: Dataset) -> str:
    """Say why a trial's loss means something else than the base's; nothing where it does not, or is not compared.

    Metrics are told in the target's units, the loss in those of the scaled target.
    """
    if base.monitor.removeprefix("val_") != "loss":
        return ""
    here, there = compiled.objective.loss, base.compiled.objective.loss
    if here != there:
        return f"its loss is `{here}`, that of the spec `{there}`; {INSTEAD}"
    if not are_alike(data.y_scaling, base.data.y_scaling):
        return f"its target is scaled otherwise than that of the spec, and `{base.monitor}` with it; {INSTEAD}"
    return ""


def are_alike(one: Scaling | None, other: Scaling | None) -> bool:
    """Compare means by the deviation, since that is what a mean near 0 is small against."""
    if one is None or other is None:
        return one is other
    if np.shape(one.variance) != np.shape(other.variance):
        return False
    near = np.abs(np.subtract(one.mean, other.mean)) <= TOLERANCE * np.sqrt(other.variance)
    return bool(np.all(near)) and np.allclose(one.variance, other.variance, rtol=TOLERANCE, atol=0)
