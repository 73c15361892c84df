"""Classify the direction of a dot that moves through the frames. A single frame does not show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.tasks.core.task import GeneratedSamples, Noisy, class_misfit, each_step

if TYPE_CHECKING:
    import numpy as np


class MovingDot(Noisy):
    """A dot of value 1 on a background of 0 that moves one pixel per timestep and wraps around at the edges.

    It starts at a random position, so that only its motion distinguishes the classes.
    """

    class_names = ("left", "right", "up", "down", "back", "forth")

    task: Literal["moving-dot"]

    def misfit(self, signature: Signature) -> str:
        """Require frames of at least 3 pixels along each axis of motion, and 2 timesteps."""
        sizes = signature.step_shape[:-1]
        if not sizes:
            return "needs frames: `frame: [8, 8, 1]` with `kind: cnn-lstm`"
        if min(size or 0 for size in sizes) < 3 or self.steps(signature) < 2:
            return "needs at least 2 timesteps, and frames of at least 3 pixels along each axis"
        return class_misfit(signature, most=2 * len(sizes))

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate x `(samples, time, *frame)`, y `(samples,)` or `(samples, time)`."""
        import numpy as np

        steps, frame = self.steps(signature), [size or 1 for size in signature.step_shape]
        sizes = np.array(frame[:-1])
        labels = rng.integers(outputs_for_classes(signature), size=self.samples)
        motion = np.zeros((self.samples, len(sizes)), np.int64)
        motion[np.arange(self.samples), len(sizes) - 1 - labels // 2] = np.where(labels % 2, 1, -1)
        start = rng.integers(sizes, size=motion.shape)
        path = (start[:, None] + np.arange(steps)[:, None] * motion[:, None]) % sizes
        x = np.zeros((self.samples, steps, *frame), np.float32)
        x[np.arange(self.samples)[:, None], np.arange(steps), *np.moveaxis(path, -1, 0)] = 1
        return GeneratedSamples(self.noised(x, rng), each_step(labels, signature, steps))
