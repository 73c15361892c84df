"""Forecast noisy sine waves, each with its own frequency and phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tdcli.signature import Signature
from tdcli.sources.tasks.core.task import GeneratedSamples, Noisy

if TYPE_CHECKING:
    import numpy as np


class Sine(Noisy):
    """Windows of a wave. The targets are its next values, or the next value at every timestep.

    Further features are the same wave, each shifted by a fraction of a period. `frequency`: periods per
    timestep, below the Nyquist frequency of 0.5; without it, each wave has its own.
    """

    meanings: ClassVar[dict[str, str]] = {
        "frequency": "periods per timestep; default: a random frequency for each wave",
    }

    task: Literal["sine"]
    frequency: float | None = Field(None, gt=0, lt=0.5)

    def misfit(self, signature: Signature) -> str:
        """Require features as input and numbers as outputs."""
        if len(signature.step_shape) != 1 or signature.takes == "classes":
            return "needs features as input and numbers as outputs"
        return "needs one number per timestep as output" if signature.returns_sequences and signature.units != 1 else ""

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Return x `(samples, time, features)`, y `(samples, units)`, `(samples, time, 1)` or `(samples, steps, 1)`."""
        import numpy as np

        steps, features = self.steps(signature), signature.step_shape[0] or 1
        ahead = _ahead(signature)
        frequencies = self.frequency or rng.uniform(0.02, 0.1, (self.samples, 1, 1))
        times = np.arange(steps + ahead)[:, None] * frequencies
        phases = rng.random((self.samples, 1, 1)) + np.arange(features) / (2 * features)
        waves = self.noised(np.sin(2 * np.pi * (times + phases)), rng)
        x = waves[:, :steps]
        if signature.per_step:
            return GeneratedSamples(x, waves[:, 1 : steps + 1, :1], x[..., :1])
        y = waves[:, steps:, :1]
        origin = np.repeat(x[:, -1:, :1], ahead, axis=1)
        if signature.returns_sequences:
            return GeneratedSamples(x, y, origin)
        return GeneratedSamples(x, y[..., 0], origin[..., 0])


def _ahead(signature: Signature) -> int:
    """Return the number of values to forecast after a window."""
    if signature.per_step:
        return 1
    return (signature.output_shape[1] if signature.own_steps else signature.units) or 1
