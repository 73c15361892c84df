"""Build the parts of a training: the core, the optimizer, the batches and the loop over them."""

from collections.abc import Sequence
from typing import Any

from tdcli.data.dataset import Array, Part, is_streamed, take_samples
from tdcli.nn.batches.batches import Batches, Shard
from tdcli.nn.batches.stream import StreamedBatches
from tdcli.nn.batches.tensors import build_tensors
from tdcli.nn.distributed.optimizers import fused_class, replicated_class
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.model.build import build_core
from tdcli.nn.model.folding import FoldedTimeDistributed
from tdcli.nn.model.recurrent import FAST_LAYERS
from tdcli.nn.model.synchronized import SYNCHRONIZED
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasModel, KerasOptimizer
from tdcli.nn.training.best import BestEpoch
from tdcli.nn.training.epochs import EpochLengths, EpochState
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.problem import Problem
from tdcli.nn.training.schedule import ReduceOnPlateau, keras_optimizer
from tdcli.nn.training.state import variable_names
from tdcli.nn.training.steps import EvaluationStep, TrainStep
from tdcli.plan.cost import cost_of_plan
from tdcli.plan.plan import Plan
from tdcli.spec import schedules
from tdcli.spec.objective import Objective
from tdcli.spec.training import Training, best_metric

VALIDATION_BYTES = 2**25
"""Maximum memory for the outputs of a validation batch. The batch size does not affect the metrics."""


def build_loop(
    inputs: TrainingInputs, replicas: Replicas | None = None, weights: Sequence[Array] | None = None
) -> Loop:
    """Return the loop of a training before its first step.

    weights: the initial weights of the core. None initializes them at random.
    """
    plan, data, training, objective = inputs.plan, inputs.data, inputs.training, inputs.objective
    replicas = replicas or Replicas()
    with replicas.scope():
        core = build_core(plan, _substitutes(training, replicas), training.dtype_policy)
        if weights is not None:
            core.set_weights(list(weights))
    shard = Shard(replicas.process, replicas.processes)
    train, validation = _build_batches(inputs, shard)
    epochs = _build_epochs(core, training, objective, EpochLengths(train.steps, validation.steps if validation else 0))
    optimizer = _build_optimizer(core, training, train.steps, mirrored=replicas.local_count > 1)
    problem = Problem(core, objective, data.y_scaling, replicas.count)
    # XLA is rarely faster on a CPU, and on a GPU it prevents layers from using cuDNN.
    jit_compile = training.jit_compile is True and replicas.count == 1
    train_step = TrainStep(problem, optimizer, epochs.train_totals, replicas, jit_compile=jit_compile)
    evaluation_step = EvaluationStep(problem, epochs.validation_totals, replicas)
    return Loop(epochs, train_step, evaluation_step, train, validation, replicas)


def _substitutes(training: Training, replicas: Replicas) -> dict[str, Any]:
    """Return the classes to train in place of stock classes. On a GPU, recurrent layers stay stock to use cuDNN."""
    recurrent = {} if tf.config.list_physical_devices("GPU") else FAST_LAYERS
    folded = {"TimeDistributed": FoldedTimeDistributed} if training.folded else {}
    return {**recurrent, **folded, **(SYNCHRONIZED if replicas.count > 1 else {})}


def _build_batches(inputs: TrainingInputs, shard: Shard) -> tuple[Batches, Batches | None]:
    plan, data, training = inputs.plan, inputs.data, inputs.training
    integers, trimmed = plan.input_dtype != "float32", plan.input_shape[1] is None

    def build(part: Part, weights: Array | None, size: int, **order: Any) -> Batches:
        tensors = build_tensors(part, data, weights, integers)
        order |= {"trimmed": trimmed, "shard": shard}
        if not is_streamed(part):
            return Batches(tensors, size, **order)
        read = lambda positions: data.inputs(take_samples(part.x, positions), integers=integers)  # noqa: E731 (a line is enough)
        return StreamedBatches(tensors, read, part.x.shape[1:], size, **order)

    train = build(data.train, inputs.class_weights, training.batch_size, shuffle=training.shuffle, seed=training.seed)
    if data.validation is None:
        return train, None
    return train, build(data.validation, None, _validation_batch(plan, training.batch_size))


def _validation_batch(plan: Plan, batch_size: int) -> int:
    """Return the batch size for validation. Larger batches fit into memory, because there is no backward pass."""
    sample_bytes = cost_of_plan(plan, 1).inference_bytes
    return max(batch_size, VALIDATION_BYTES // max(sample_bytes, 1)) if sample_bytes else batch_size


def _build_epochs(core: KerasModel, training: Training, objective: Objective, lengths: EpochLengths) -> EpochState:
    validated, stopping = lengths.validation > 0, training.early_stopping
    monitor = best_metric(training, validated)
    watched = dict(zip(variable_names(core.weights), core.weights, strict=True))
    best = BestEpoch(
        monitor, _result_index(monitor, objective), watched, min_delta=stopping.min_delta if stopping else 0.0
    )
    patience = stopping.patience if stopping else None
    plateau = _build_plateau(training, objective, validated=validated)
    return EpochState(training.epochs, lengths, objective, best, patience=patience, plateau=plateau)


def _result_index(monitor: str, objective: Objective) -> int:
    """Return the index of a metric in an epoch's results."""
    names = objective.names
    return names.index(monitor) if monitor in names else len(names) + names.index(monitor.removeprefix("val_"))


def _build_optimizer(core: KerasModel, training: Training, steps: int, *, mirrored: bool) -> KerasOptimizer:
    """Return the optimizer. With 16-bit floats it scales the loss, as in Keras's `compile`."""
    substitute = replicated_class if mirrored else fused_class
    optimizer = keras_optimizer(training.optimizer, training.schedule, training.epochs, steps, substitute)
    if training.dtype_policy != "mixed_float16":
        return optimizer
    optimizer.build(core.trainable_variables)  # LossScaleOptimizer would lose track of Nadam's variables
    return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale")


def _build_plateau(training: Training, objective: Objective, *, validated: bool) -> ReduceOnPlateau | None:
    settings = training.schedule
    if not isinstance(settings, schedules.Plateau):
        return None
    monitor = settings.monitor or best_metric(training, validated)
    return ReduceOnPlateau(settings, monitor, _result_index(monitor, objective))
