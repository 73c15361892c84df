"""Write `model.compile`, `model.fit` and their arguments."""

from __future__ import annotations

from typing import Any

from tdcli.script.python import Call, KeywordArgument, literal, wrapped_lines
from tdcli.spec.losses import METRICS
from tdcli.spec.objective import Objective
from tdcli.spec.schedules import Epochs, KerasSchedule, Plateau
from tdcli.spec.training import EarlyStopping, Training

CAPITALS = {"adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}
"""Keras's classes whose names are not the optimizer's with a capital."""


def compile_lines(training: Training, objective: Objective) -> list[str]:
    """Return the call of `model.compile`."""
    metrics = Call("", tuple(_metric_text(name, objective) for name in objective.metrics), "[]")
    arguments = [
        KeywordArgument("optimizer", _optimizer_call(training)),
        KeywordArgument("loss", literal(objective.loss)),
        KeywordArgument("metrics", metrics),
        *([] if training.jit_compile == "auto" else [KeywordArgument("jit_compile", literal(training.jit_compile))]),
    ]
    return wrapped_lines("", Call("model.compile", tuple(arguments)))


def _optimizer_call(training: Training) -> Call:
    optimizer = training.optimizer
    arguments: dict[str, Any] = {key: literal(value) for key, value in optimizer.arguments.items()}
    if isinstance(training.schedule, KerasSchedule):
        arguments["learning_rate"] = _schedule_call(training.schedule, training)
    named = tuple(KeywordArgument(key, value) for key, value in arguments.items())
    return Call(f"keras.optimizers.{CAPITALS.get(optimizer.name, optimizer.name.capitalize())}", named)


def counts_steps(training: Training) -> bool:
    """Say whether a schedule needs to know how many steps an epoch has."""
    return isinstance(training.schedule, KerasSchedule)


def _schedule_call(schedule: KerasSchedule, training: Training) -> Call:
    arguments = schedule.arguments(training.optimizer.learning_rate, training.epochs)
    named = tuple(KeywordArgument(key, _steps_text(value)) for key, value in arguments.items())
    return Call(f"keras.optimizers.schedules.{schedule.keras_name}", named)


def _steps_text(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_steps_text(each) for each in value) + "]"
    return f"{value.count:g} * steps_per_epoch" if isinstance(value, Epochs) else literal(value)


def _metric_text(name: str, objective: Objective) -> str:
    title = METRICS[name]
    if title == "F1Score":
        threshold = "" if objective.form(name) == "one-hot" else ", threshold=0.5"
        return f'keras.metrics.F1Score(average="macro"{threshold})'
    if title == "R2Score":
        return "keras.metrics.R2Score()"
    return f'keras.metrics.{title}(name="rmse")' if title == "RootMeanSquaredError" else literal(name)


def fit_lines(training: Training, monitor: str, *, validates: bool) -> list[str]:
    """Return the body of `train(model, data)`."""
    stopping, schedule = training.early_stopping, training.schedule
    callbacks = [
        *([_early_stopping_call(stopping, monitor)] if stopping else []),
        *(
            [_plateau_call(schedule, (stopping and stopping.monitor) or monitor)]
            if isinstance(schedule, Plateau)
            else []
        ),
    ]
    arguments = [
        '*data["train"]',
        *([KeywordArgument("validation_data", 'data["validation"]')] if validates else []),
        *(
            []
            if training.class_weight is None
            else [KeywordArgument("sample_weight", 'class_weights(data["train"][1])')]
        ),
        KeywordArgument("epochs", literal(training.epochs)),
        KeywordArgument("batch_size", literal(training.batch_size)),
        *([] if training.shuffle else [KeywordArgument("shuffle", "False")]),
        *([KeywordArgument("callbacks", Call("", tuple(callbacks), "[]"))] if callbacks else []),
    ]
    return wrapped_lines("return ", Call("model.fit", tuple(arguments)))


def _early_stopping_call(stopping: EarlyStopping, monitor: str) -> Call:
    named = [
        KeywordArgument("monitor", literal(stopping.monitor or monitor)),
        KeywordArgument("patience", literal(stopping.patience)),
        *([KeywordArgument("min_delta", literal(stopping.min_delta))] if stopping.min_delta else []),
        KeywordArgument("restore_best_weights", literal(stopping.restore_best_weights)),
    ]
    return Call("keras.callbacks.EarlyStopping", tuple(named))


def _plateau_call(schedule: Plateau, monitor: str) -> Call:
    arguments = {"monitor": schedule.monitor or monitor, **schedule.model_dump(exclude={"name", "monitor"})}
    return Call(
        "keras.callbacks.ReduceLROnPlateau",
        tuple(KeywordArgument(key, literal(each)) for key, each in arguments.items()),
    )
