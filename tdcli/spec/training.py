"""The `training` section: how the model is trained, in Keras's terms."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from tdcli.spec.losses import LossName, MetricName, MonitorName
from tdcli.spec.optimizers import Optimizer, read_optimizer
from tdcli.spec.schedules import AnySchedule
from tdcli.text.choice import AutoOrNot
from tdcli.text.section import Section, invalid
from tdcli.text.violation import describe_value

HIGHER_IS_BETTER = ("accuracy", "auc", "f1_score", "precision", "r2_score", "recall", "cosine_similarity")


class EarlyStopping(Section):
    """Stops if `monitor` has not improved by `min_delta` for `patience` epochs (`keras.callbacks.EarlyStopping`)."""

    meanings: ClassVar[dict[str, str]] = {
        "monitor": "metric to watch; default: the metric that selects the best epoch",
        "patience": "epochs without improvement before training stops",
        "min_delta": "smallest change that counts as an improvement, in the units of the metric",
        "restore_best_weights": "restore the weights of the best epoch at the end",
    }

    monitor: MonitorName | None = None
    patience: NonNegativeInt = 5
    min_delta: float = Field(0.0, ge=0)
    restore_best_weights: bool = True


class Checkpoint(Section):
    """When the state of a training is saved to its run folder. It is always saved at the end."""

    meanings: ClassVar[dict[str, str]] = {
        "every_epochs": "epochs between checkpoints; null: by time only",
        "every_seconds": "seconds between checkpoints, for at most a hundredth of the time; null: by epochs only",
    }

    every_epochs: PositiveInt | None = None
    every_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = 60.0


def _class_weight(value: Any) -> Any:
    if value is None or value == "balanced":
        return value
    is_table = isinstance(value, dict) and all(_is_weight(weight) for weight in value.values())
    if not is_table or not value:
        expected = "`balanced` or a mapping of classes to weights of 0 or more"
        message = f"`class_weight` must be {expected}, got {describe_value(value)}"
        raise invalid("wrong-value", message, "write it as `{0: 1, 1: 5}`")
    return {str(name): float(weight) for name, weight in value.items()}


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


class Training(Section):
    """How the model is trained."""

    meanings: ClassVar[dict[str, str]] = {
        "epochs": "passes over the training set",
        "batch_size": "samples per training step, on all devices together",
        "optimizer": "name of a Keras optimizer, or a mapping with its arguments; others have Keras's defaults",
        "loss": "name of a Keras loss; default: chosen from the activation of the outputs",
        "metrics": "names of Keras metrics, in any case; default: mae and rmse for numbers, accuracy for classes",
        "class_weight": "balanced, or a weight for each class",
        "early_stopping": "when to stop before the last epoch",
        "schedule": "how the learning rate changes over the epochs; default: constant",
        "checkpoint": "when to save the state of the training",
        "monitor": "metric that selects the best epoch; default: val_loss, or loss without a validation set",
        "folded": "apply layers in TimeDistributed to all timesteps at once; false: one by one, as Keras does",
        "dtype_policy": "precision of the layers during training; weights and the saved model have 32 bits",
        "jit_compile": "compile training steps with XLA; auto: only where it was measured to be faster",
        "shuffle": "use the samples in a new random order in each epoch",
        "seed": "seed of the weights, the order of the samples, dropout and synthetic data",
        "deterministic": "make the result the same each time on one machine",
    }

    epochs: PositiveInt = 10
    batch_size: PositiveInt = 32
    optimizer: Annotated[Optimizer, BeforeValidator(read_optimizer)] = Field("adam", validate_default=True)
    schedule: AnySchedule | None = None
    loss: LossName | None = None
    metrics: tuple[MetricName, ...] | None = None
    class_weight: Annotated[Literal["balanced"] | dict[str, float] | None, BeforeValidator(_class_weight)] = None
    early_stopping: EarlyStopping | None = None
    checkpoint: Checkpoint = Checkpoint()
    monitor: MonitorName | None = None
    shuffle: bool = True
    dtype_policy: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    folded: bool = True
    jit_compile: AutoOrNot = "auto"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    deterministic: bool = True


def best_metric(training: Training, has_validation: bool) -> str:
    """Return the metric that selects the best epoch: that of the spec, or the validation loss."""
    stopping = training.early_stopping
    default = "val_loss" if has_validation else "loss"
    return (stopping and stopping.monitor) or training.monitor or default


def sign(monitor: str) -> float:
    """Return 1 for a metric that is better when it is higher, such as accuracy; -1 for losses and errors."""
    return 1.0 if monitor.removeprefix("val_").endswith(HIGHER_IS_BETTER) else -1.0
