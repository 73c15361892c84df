"""A dot that moves through the frames: which way? A single frame does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.tasks.core.task import GeneratedSamples, Noisy, class_misfit, each_step

if TYPE_CHECKING:
    import numpy as np


class MovingDot(Noisy):
    """A dot of 1 on a ground of 0 that moves by one place a step and comes back at the other side.

    It starts anywhere, so that only its motion tells the classes apart.
    """

    class_names = ("left", "right", "up", "down", "back", "forth")

    task: Literal["moving-dot"]

    def misfit(self, signature: Signature) -> str:
        """Ask for frames of at least 3 places along each axis of motion, and 2 steps."""
        sizes = signature.step_shape[:-1]
        if not sizes:
            return "needs frames: `frame: [8, 8, 1]` with `kind: cnn-lstm`"
        if min(size or 0 for size in sizes) < 3 or self.steps(signature) < 2:
            return "needs 2 steps and frames of at least 3 places: in smaller ones left is right"
        return class_misfit(signature, most=2 * len(sizes))

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Make x `(samples, time, *frame)`, y `(samples,)` or `(samples, time)`."""
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
