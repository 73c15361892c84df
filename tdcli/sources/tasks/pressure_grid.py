"""Classify whether a person stands or sits on a mat of pressure sensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.signature import Signature
from tdcli.sources.tasks.core.task import GeneratedSamples, Noisy, class_misfit, each_step

if TYPE_CHECKING:
    import numpy as np

    from tdcli.sources.tasks.core.task import Array

FOOT, SEAT = 0.12, 0.3
"""Widths of a patch of pressure, as a fraction of the mat."""


class PressureGrid(Noisy):
    """Two narrow patches for standing, one wide patch for sitting. They sway from timestep to timestep.

    The total force is the same for both classes, so that the sum of the sensors does not reveal the class.
    """

    class_names = ("standing", "sitting")

    task: Literal["pressure-grid"]

    def misfit(self, signature: Signature) -> str:
        """Require frames `[height, width, channels]` of at least 3 x 3 sensors."""
        if len(signature.step_shape) != 3 or min(size or 0 for size in signature.step_shape[:2]) < 3:
            return "needs frames of at least 3 x 3 sensors, such as `frame: [5, 5, 1]`"
        return class_misfit(signature, most=2)

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate x `(samples, time, height, width, channels)`, y `(samples,)` or `(samples, time)`."""
        import numpy as np

        steps = self.steps(signature)
        height, width, channels = (size or 1 for size in signature.step_shape)
        labels = rng.integers(2, size=self.samples)
        sway = 0.03 * rng.standard_normal((self.samples, steps, 2)).cumsum(axis=1)
        sway += rng.uniform(-0.1, 0.1, (self.samples, 1, 2))
        feet = _patch(sway, -0.25, FOOT, height, width) + _patch(sway, 0.25, FOOT, height, width)
        seat = _patch(sway, 0.0, SEAT, height, width)
        pressed = np.where(labels[:, None, None, None], seat, feet)
        force = rng.uniform(0.8, 1.2, (self.samples, 1, 1, 1)) * height * width / 5
        x = pressed / pressed.sum(axis=(2, 3), keepdims=True) * force
        x = np.repeat(x[..., None], channels, axis=-1)
        return GeneratedSamples(self.noised(x, rng), each_step(labels, signature, steps))


def _patch(sway: Array, aside: float, wide: float, height: int, width: int) -> Array:
    """Return `(samples, time, height, width)`: a Gaussian patch, `aside` from the swaying centre of the mat."""
    import numpy as np

    rows = np.linspace(-0.5, 0.5, height) - sway[..., :1]
    columns = np.linspace(-0.5, 0.5, width) - sway[..., 1:] - aside
    distance = rows[..., :, None] ** 2 + columns[..., None, :] ** 2
    return np.asarray(np.exp(-distance / (2 * wide**2)))
