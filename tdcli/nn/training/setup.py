"""The parts of a training put together: core, optimizer, batches, what is best."""

from collections.abc import Sequence
from typing import Any

from tdcli.data.dataset import Array, Dataset, Part, samples_at, streamed
from tdcli.nn.batches.batches import Batches, Share
from tdcli.nn.batches.stream import Streamed
from tdcli.nn.batches.tensors import tensors
from tdcli.nn.distributed.optimizers import fused, updating_once
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.model.build import build_core
from tdcli.nn.model.folding import Folded
from tdcli.nn.model.recurrent import FAST
from tdcli.nn.model.synchronized import SYNCHRONIZED
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.best import Best
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.schedule import Plateau, keras_optimizer
from tdcli.plan.cost import cost_of_plan
from tdcli.plan.plan import Plan
from tdcli.spec import schedules
from tdcli.spec.objective import Objective
from tdcli.spec.training import Training, monitored

VALIDATION_BYTES = 2**25
"""How much the outputs of a layer may take for a batch of validation, whose size changes no figure."""


def loop_of(
    plan: Plan, data: Dataset, training: Training, objective: Objective, class_weights: Array | None,
    replicas: Replicas | None = None, weights: Sequence[Array] | None = None,
) -> Loop:  # fmt: skip
    """Return the loop of a training, before its first step; weights: those of the core, where none are to be drawn."""
    replicas = replicas or Replicas()
    with replicas.scope():
        core = build_core(plan, _faster(training, replicas), training.dtype_policy)
        if weights is not None:
            core.set_weights(list(weights))
    train, validation = _batches(plan, data, training, class_weights, Share(replicas.process, replicas.processes))
    best = _best(core, training, objective, validated=validation is not None)
    stopping = training.early_stopping
    optimizer = _optimizer(training, train.steps, mirrored=replicas.copies_here > 1)
    return Loop(
        core, optimizer, objective, train, best, training.epochs, validation=validation,
        y_scaling=data.y_scaling, patience=stopping.patience if stopping else None,
        plateau=_plateau(training, objective, validated=validation is not None),
        has_schedule=training.schedule is not None and training.schedule.name != "constant",
        # On a CPU it rarely pays, on a GPU it keeps layers from cuDNN.
        jit_compile=training.jit_compile is True and replicas.count == 1,
        replicas=replicas,
    )  # fmt: skip


def _faster(training: Training, replicas: Replicas) -> dict[str, Any]:
    """Return the classes that train in place of stock ones; on a GPU recurrent layers are cuDNN's."""
    recurrent = {} if tf.config.list_physical_devices("GPU") else FAST
    folded = {"TimeDistributed": Folded} if training.folded else {}
    return {**recurrent, **folded, **(SYNCHRONIZED if replicas.count > 1 else {})}


def _batches(
    plan: Plan, data: Dataset, training: Training, class_weights: Array | None, share: Share
) -> tuple[Batches, Batches | None]:
    integers, trimmed = plan.input_dtype != "float32", plan.input_shape[1] is None

    def batches(part: Part, weights: Array | None, size: int, **order: Any) -> Batches:
        whole = tensors(part, data, weights, integers)
        order |= {"trimmed": trimmed, "share": share}
        if not streamed(part):
            return Batches(whole, size, **order)
        read = lambda positions: data.inputs(samples_at(part.x, positions), integers=integers)  # noqa: E731 (a line is enough)
        return Streamed(whole, read, part.x.shape[1:], size, **order)

    train = batches(data.train, class_weights, training.batch_size, shuffle=training.shuffle, seed=training.seed)
    if data.validation is None:
        return train, None
    return train, batches(data.validation, None, _validation_batch(plan, training.batch_size))


def _validation_batch(plan: Plan, batch_size: int) -> int:
    """Return a batch size for validation: as large as memory likes, for there is no backward pass."""
    of_one = cost_of_plan(plan, 1).inference_bytes
    return max(batch_size, VALIDATION_BYTES // max(of_one, 1)) if of_one else batch_size


def _best(core: Any, training: Training, objective: Objective, *, validated: bool) -> Best:
    monitor, stopping = monitored(training, validated), training.early_stopping
    column = _column(monitor, objective)
    return Best(monitor, column, core.weights, stopping.min_delta if stopping else 0.0)


def _column(monitor: str, objective: Objective) -> int:
    """Return where a figure stands among an epoch's results."""
    names = objective.names
    return names.index(monitor) if monitor in names else len(names) + names.index(monitor.removeprefix("val_"))


def _optimizer(training: Training, steps: int, *, mirrored: bool) -> Any:
    """Return the optimizer; with 16-bit floats it scales the loss, as `compile` of Keras arranges it."""
    faster = updating_once if mirrored else fused
    optimizer = keras_optimizer(training.optimizer, training.schedule, training.epochs, steps, faster)
    return keras.optimizers.LossScaleOptimizer(optimizer) if training.dtype_policy == "mixed_float16" else optimizer


def _plateau(training: Training, objective: Objective, *, validated: bool) -> Plateau | None:
    settings = training.schedule
    if not isinstance(settings, schedules.Plateau):
        return None
    monitor = settings.monitor or monitored(training, validated)
    return Plateau(settings, monitor, _column(monitor, objective))
