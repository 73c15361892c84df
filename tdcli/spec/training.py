"""The `training` section: how the model is trained, in Keras's words."""

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
    """Stop when `monitor` has not improved by `min_delta` for `patience` epochs (`keras.callbacks.EarlyStopping`)."""

    meanings: ClassVar[dict[str, str]] = {
        "monitor": "what is watched; left out: what decides which epoch is best",
        "patience": "epochs without improvement",
        "min_delta": "least change that counts, in the monitor's units",
        "restore_best_weights": "end with the best epoch's weights",
    }

    monitor: MonitorName | None = None
    patience: NonNegativeInt = 5
    min_delta: float = Field(0.0, ge=0)
    restore_best_weights: bool = True


class Checkpoint(Section):
    """When the state of the training is written to the run folder, besides its end."""

    meanings: ClassVar[dict[str, str]] = {
        "every_epochs": "after so many epochs; left out: by time alone",
        "every_seconds": "after so many seconds, for at most a hundredth of the time; left out: by epochs alone",
    }

    every_epochs: PositiveInt | None = None
    every_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = 60.0


def _class_weight(value: Any) -> Any:
    if value is None or value == "balanced":
        return value
    is_table = isinstance(value, dict) and all(_is_weight(weight) for weight in value.values())
    if not is_table or not value:
        message = f"`class_weight` must be `balanced`, or a weight of 0 or more by class, got {describe_value(value)}"
        raise invalid("wrong-value", message, "write it as `{0: 1, 1: 5}`")
    return {str(name): float(weight) for name, weight in value.items()}


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


class Training(Section):
    """Epochs, batches, optimizer, loss. The seed decides the weights, the order and the dropout."""

    meanings: ClassVar[dict[str, str]] = {
        "epochs": "times through the training part",
        "batch_size": "samples a step, whatever the number of devices",
        "optimizer": "Keras's name, or a mapping with its arguments; those not named have Keras's defaults",
        "loss": "Keras's name; left out: from the outputs' activation",
        "metrics": "Keras's names, in any case; left out: mae and rmse for numbers, accuracy for classes",
        "class_weight": "balanced, or a weight by class",
        "early_stopping": "when to stop before the last epoch",
        "schedule": "how the learning rate changes over the epochs; left out: not at all",
        "checkpoint": "when to write down where training stands",
        "monitor": "what decides which epoch is best; left out: val_loss, or loss without a validation part",
        "folded": "fold time into the batch under TimeDistributed; false: as Keras has it, step by step",
        "dtype_policy": "what layers compute in; weights have 32 bits in any case, and so has the saved model",
        "jit_compile": "compile steps with XLA; auto: where measurements say that it pays",
        "shuffle": "another order of the samples in each epoch",
        "seed": "decides weights, order, dropout and made-up data",
        "deterministic": "the same result each time on one machine",
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
    """Return what "best" means: the spec's word, or the loss on the part that is not trained on."""
    stopping = training.early_stopping
    default = "val_loss" if has_validation else "loss"
    return (stopping and stopping.monitor) or training.monitor or default


def sign(monitor: str) -> float:
    """Return 1 for a figure that is better when higher, as accuracy is; -1 for losses and errors."""
    return 1.0 if monitor.removeprefix("val_").endswith(HIGHER_IS_BETTER) else -1.0
