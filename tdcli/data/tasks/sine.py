"""Noisy sine waves, each of its own frequency and phase: what comes next?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.data._signature import Signature
from tdcli.data.tasks._task import Made, Noisy

if TYPE_CHECKING:
    import numpy as np


class Sine(Noisy):
    """Windows of a wave; the answer is its next values, or at every step the next one.

    Further features are the same wave, each a part of a period later.
    """

    task: Literal["sine"]

    def misfit(self, signature: Signature) -> str:
        """Ask for features and numbers."""
        if len(signature.step_shape) != 1 or signature.takes == "classes":
            return "has features as input and numbers as answers"
        return "has one number a step as answer" if signature.per_step and signature.units != 1 else ""

    def make(self, signature: Signature, rng: np.random.Generator) -> Made:
        """Make x `(samples, time, features)`, y `(samples, units)` or `(samples, time, 1)`."""
        import numpy as np

        steps, features = self.steps(signature), signature.step_shape[0] or 1
        times = np.arange(steps + signature.units)[:, None] * rng.uniform(0.02, 0.1, (self.samples, 1, 1))
        phases = rng.random((self.samples, 1, 1)) + np.arange(features) / (2 * features)
        waves = self.noised(np.sin(2 * np.pi * (times + phases)), rng)
        x = waves[:, :steps]
        if signature.per_step:
            return Made(x, waves[:, 1:, :1], x[..., :1])
        y = waves[:, steps:, 0]
        return Made(x, y, np.repeat(x[:, -1:, 0], y.shape[1], axis=1))
