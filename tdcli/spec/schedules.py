"""Schedules of the learning rate. They are those of Keras (`keras.optimizers.schedules`), but count epochs."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, NonNegativeInt, PositiveInt

from tdcli.spec.losses import MonitorName
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, invalid, invalid_at
from tdcli.text.violation import describe_value


@dataclass(frozen=True)
class Epochs:
    """A number of epochs, which is converted into Keras's steps."""

    count: float


Arguments = dict[str, float | bool | Epochs | list[float] | list[Epochs]]


class Schedule(Section):
    """The base class of schedules."""

    name: str


class KerasSchedule(Schedule):
    """A schedule that a class of `keras.optimizers.schedules` computes for each step."""

    keras_name: ClassVar[str]
    """The name of the class in Keras."""

    @abstractmethod
    def arguments(self, learning_rate: float, epochs: int) -> Arguments:
        """Return the arguments of Keras's class for the optimizer's learning rate and the number of epochs."""


class Constant(Schedule):
    """Keeps the learning rate of the optimizer."""

    name: Literal["constant"] = "constant"


class Cosine(KerasSchedule):
    """Raises the learning rate from 0 over `warmup` epochs, then lowers it along half a cosine to `alpha` times it."""

    keras_name: ClassVar[str] = "CosineDecay"
    meanings: ClassVar[dict[str, str]] = {
        "warmup": "epochs over which the learning rate grows from 0",
        "alpha": "fraction of the learning rate at the end",
    }

    name: Literal["cosine"] = "cosine"
    warmup: float = Field(0.0, ge=0, allow_inf_nan=False)
    alpha: float = Field(0.0, ge=0, le=1)

    def arguments(self, learning_rate: float, epochs: int) -> Arguments:
        """Return the arguments of `CosineDecay`, which counts the warm-up and the decay separately."""
        warmup = min(self.warmup, epochs)
        decay: Arguments = {"decay_steps": Epochs(max(epochs - warmup, 1e-9)), "alpha": self.alpha}
        if not warmup:
            return {"initial_learning_rate": learning_rate, **decay}
        target: Arguments = {"warmup_target": learning_rate, "warmup_steps": Epochs(warmup)}
        return {"initial_learning_rate": 0.0, **decay, **target}


class Exponential(KerasSchedule):
    """Multiplies the learning rate by `decay_rate` every `decay_epochs`: gradually, or with `staircase` at once."""

    keras_name: ClassVar[str] = "ExponentialDecay"
    meanings: ClassVar[dict[str, str]] = {
        "decay_rate": "factor by which the learning rate is multiplied",
        "decay_epochs": "epochs in which the learning rate is multiplied by `decay_rate` once",
        "staircase": "multiply at the end of these epochs instead of gradually",
    }

    name: Literal["exponential"] = "exponential"
    decay_rate: float = Field(gt=0, le=1)
    decay_epochs: float = Field(1.0, gt=0, allow_inf_nan=False)
    staircase: bool = False

    def arguments(self, learning_rate: float, epochs: int) -> Arguments:
        """Return the arguments of `ExponentialDecay`."""
        return {
            "initial_learning_rate": learning_rate,
            "decay_steps": Epochs(self.decay_epochs),
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
        }


class Step(KerasSchedule):
    """Multiplies the learning rate by `factor` after each of the epochs in `boundaries`."""

    keras_name: ClassVar[str] = "PiecewiseConstantDecay"
    meanings: ClassVar[dict[str, str]] = {
        "boundaries": "the epochs after which the learning rate is multiplied by `factor`, in ascending order",
        "factor": "factor by which the learning rate is multiplied",
    }

    name: Literal["step"] = "step"
    boundaries: tuple[PositiveInt, ...] = Field(min_length=1)
    factor: float = Field(0.1, gt=0, lt=1)

    def arguments(self, learning_rate: float, epochs: int) -> Arguments:
        """Return the arguments of `PiecewiseConstantDecay`, whose boundaries belong to the steps before them."""
        values = [learning_rate * self.factor**power for power in range(len(self.boundaries) + 1)]
        return {"boundaries": [Epochs(each) for each in self.boundaries], "values": values}


class Plateau(Schedule):
    """Multiplies the learning rate by `factor` after `patience` epochs without improvement (`ReduceLROnPlateau`)."""

    meanings: ClassVar[dict[str, str]] = {
        "monitor": "metric to watch; default: the metric that selects the best epoch",
        "factor": "factor by which the learning rate is multiplied",
        "patience": "epochs without improvement before the learning rate is reduced",
        "min_delta": "smallest change that counts as an improvement, in the units of the metric",
        "cooldown": "epochs after a reduction that do not count towards `patience`",
        "min_lr": "lower limit of the learning rate",
    }

    name: Literal["plateau"] = "plateau"
    monitor: MonitorName | None = None
    factor: float = Field(0.1, gt=0, lt=1)
    patience: PositiveInt = 10
    min_delta: float = Field(1e-4, ge=0)
    cooldown: NonNegativeInt = 0
    min_lr: float = Field(0.0, ge=0)


def _ascending(schedule: Schedule) -> Schedule:
    if isinstance(schedule, Step) and list(schedule.boundaries) != sorted(set(schedule.boundaries)):
        error = invalid("wrong-value", "`boundaries` must be in ascending order", "write it as `[10, 20]`")
        raise invalid_at("boundaries", error)
    return schedule


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "cosine": Cosine,
    "exponential": Exponential,
    "plateau": Plateau,
    "step": Step,
}


def read_schedule(value: Any) -> Any:
    """Make a Schedule from `cosine` or `{name: cosine, warmup: 2}`."""
    if isinstance(value, Schedule):
        return value
    name = value.get("name") if isinstance(value, dict) else value
    if not isinstance(name, str):
        message = f"`schedule` must be a name or a mapping with a `name`, got {describe_value(value)}"
        raise invalid("wrong-type", message, "write `{name: cosine, warmup: 2}`")
    if name not in SCHEDULES:
        error = invalid("wrong-value", f"there is no schedule `{name}`", suggest(name, tuple(SCHEDULES), "schedules"))
        raise invalid_at("name", error) if isinstance(value, dict) else error
    return SCHEDULES[name].model_validate(value if isinstance(value, dict) else {"name": name})


AnySchedule = Annotated[InstanceOf[Schedule], AfterValidator(_ascending), BeforeValidator(read_schedule)]
