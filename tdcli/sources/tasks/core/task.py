"""The base classes of synthetic tasks: data sections that generate samples of the model's shape."""

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
    """Samples of a task.

    x: `(samples, time, ...)`; y: class codes or numbers; origin: the last known values, of y's shape, for forecasts.
    """

    x: Array
    y: Array
    origin: Array | None = None


class Task(DataSection):
    """A synthetic task. `class_names` are in the order of the class codes; empty if the targets are numbers."""

    meanings: ClassVar[dict[str, str]] = {
        "task": "name of the synthetic task",
    }

    class_names: ClassVar[tuple[str, ...]] = ()

    source: Literal["synthetic"]
    task: str

    @abstractmethod
    def misfit(self, signature: Signature) -> str:
        """Return the reason why the model cannot learn this task; empty if it can."""

    @abstractmethod
    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate all samples in the model's shape."""

    def inspect(self, folder: Path) -> Header:
        """Return an empty header: the samples take the model's shape."""
        return Header()

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Report a model whose shapes do not fit the task."""
        reason = self.misfit(signature)
        if not reason:
            return ()
        message = f"`{self.task}` {reason}"
        shapes = f"{format_shape(signature.input_shape)} to {format_shape(signature.output_shape)}"
        help = ("change `input` or `outputs` in the architecture, or choose another `task`",)
        return (DataDiagnostic(("task",), "task-mismatch", message, f"the model maps {shapes}", help),)


class Sampled(Task):
    """A task of many independent samples. `length`: their timesteps if the model takes any number."""

    meanings: ClassVar[dict[str, str]] = {
        "samples": "number of samples",
        "length": "timesteps of a sample, if the model takes any number",
    }

    samples: PositiveInt = 100
    length: PositiveInt = 10

    def steps(self, signature: Signature) -> int:
        """Return the number of timesteps."""
        return signature.timesteps or self.length


class Noisy(Sampled):
    """A task that adds Gaussian noise to its samples. `noise`: its standard deviation."""

    meanings: ClassVar[dict[str, str]] = {
        "noise": "standard deviation of the noise",
    }

    noise: float = Field(0.05, ge=0)

    def noised(self, values: Array, rng: np.random.Generator) -> Array:
        """Return the values as float32 with noise added."""
        import numpy as np

        return (values + self.noise * rng.standard_normal(values.shape)).astype(np.float32)


def class_misfit(signature: Signature, most: int) -> str:
    """Return the reason why a model does not distinguish 2 to `most` classes; empty if it does."""
    if signature.takes == "numbers":
        return "has classes as targets, but the model outputs numbers; classes need softmax or a single sigmoid unit"
    outputs = outputs_for_classes(signature)
    many = "2" if most == 2 else f"2 to {most}"
    return "" if 2 <= outputs <= most else f"has {many} classes, but the model distinguishes {outputs}"


def each_step(labels: Array, signature: Signature, steps: int) -> Array:
    """Return the labels `(samples,)`, repeated at every timestep for a model with an output per timestep."""
    import numpy as np

    if not signature.returns_sequences:
        return labels
    return np.repeat(labels[:, None], signature.output_shape[1] or steps, axis=1)
