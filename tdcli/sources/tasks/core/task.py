"""What every synthetic task is: a data section that makes its samples to the model's shape."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import Field, PositiveInt

from tdcli.shapes import format_shape
from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.core.section import DataDiagnostic, DataSection, Header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Array: TypeAlias = "NDArray[Any]"


class GeneratedSamples(NamedTuple):
    """x `(samples, time, ...)`; y: codes or numbers; origin: the last known value, of y's shape, for forecasts."""

    x: Array
    y: Array
    origin: Array | None = None


class Task(DataSection):
    """A task; `class_names` in the order of their codes, empty for numbers."""

    meanings: ClassVar[dict[str, str]] = {
        "task": "what is made up",
    }

    class_names: ClassVar[tuple[str, ...]] = ()

    source: Literal["synthetic"]
    task: str

    @abstractmethod
    def misfit(self, signature: Signature) -> str:
        """Say in words why the model cannot learn this task; empty if it can."""

    @abstractmethod
    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Make all samples, shaped by the model."""

    def inspect(self, folder: Path) -> Header:
        """Tell nothing: the samples are made to the model's shape."""
        return Header()

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Refuse a model whose shapes the task does not go with."""
        reason = self.misfit(signature)
        if not reason:
            return ()
        message = f"`{self.task}` {reason}"
        shapes = f"{format_shape(signature.input_shape)} to {format_shape(signature.output_shape)}"
        help = ("change `input` or `outputs` in the architecture, or choose another `task`",)
        return (DataDiagnostic(("task",), "task-mismatch", message, f"the model goes from {shapes}", help),)


class Sampled(Task):
    """A task of many independent samples. `length`: their timesteps where the model leaves them open."""

    meanings: ClassVar[dict[str, str]] = {
        "samples": "samples made",
        "length": "timesteps where the model leaves them open",
    }

    samples: PositiveInt = 100
    length: PositiveInt = 10

    def steps(self, signature: Signature) -> int:
        """Return the number of timesteps."""
        return signature.timesteps or self.length


class Noisy(Sampled):
    """A task whose samples are overlaid with Gaussian noise of this standard deviation."""

    meanings: ClassVar[dict[str, str]] = {
        "noise": "standard deviation of the noise",
    }

    noise: float = Field(0.05, ge=0)

    def noised(self, values: Array, rng: np.random.Generator) -> Array:
        """Return float32 values with the noise on them."""
        import numpy as np

        return (values + self.noise * rng.standard_normal(values.shape)).astype(np.float32)


def class_misfit(signature: Signature, most: int) -> str:
    """Say why a model does not tell 2 to `most` classes apart; empty if it does."""
    if signature.takes == "numbers":
        return "has classes as answers, the model gives numbers: softmax, or one sigmoid unit, gives classes"
    outputs = outputs_for_classes(signature)
    many = "2" if most == 2 else f"2 to {most}"
    return "" if 2 <= outputs <= most else f"has {many} classes here, the model tells {outputs} apart"


def each_step(labels: Array, signature: Signature, steps: int) -> Array:
    """Return the labels `(samples,)`, repeated on every step for a model that answers each."""
    import numpy as np

    if not signature.returns_sequences:
        return labels
    return np.repeat(labels[:, None], signature.output_shape[1] or steps, axis=1)
