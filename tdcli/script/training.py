"""`model.compile`, `model.fit` and what goes into them."""

from __future__ import annotations

from tdcli.script.python import Call, Named, lines, literal
from tdcli.spec._losses import METRICS
from tdcli.spec._optimizers import Optimizer
from tdcli.spec.objective import Objective
from tdcli.spec.training import EarlyStopping, Training

CAPITALS = {"adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}
"""Keras's classes whose names are not the optimizer's with a capital."""


def compile_lines(training: Training, objective: Objective) -> list[str]:
    """Return the call of `model.compile`."""
    metrics = Call("", tuple(_metric(name) for name in objective.metrics), "[]")
    arguments = [
        Named("optimizer", _optimizer(training.optimizer)),
        Named("loss", literal(objective.loss)),
        Named("metrics", metrics),
    ]
    return lines("", Call("model.compile", tuple(arguments)))


def _optimizer(optimizer: Optimizer) -> Call:
    named = tuple(Named(key, literal(value)) for key, value in optimizer.arguments.items())
    return Call(f"keras.optimizers.{CAPITALS.get(optimizer.name, optimizer.name.capitalize())}", named)


def _metric(name: str) -> str:
    return f'keras.metrics.{METRICS[name]}(name="rmse")' if METRICS[name] == "RootMeanSquaredError" else literal(name)


def fit_lines(training: Training, monitor: str, *, validates: bool) -> list[str]:
    """Return the body of `train(model, data)`."""
    stopping = training.early_stopping
    callbacks = Call("", (_stopping(stopping, monitor),), "[]") if stopping else None
    arguments = [
        '*data["train"]',
        *([Named("validation_data", 'data["validation"]')] if validates else []),
        *([] if training.class_weight is None else [Named("sample_weight", 'class_weights(data["train"][1])')]),
        Named("epochs", literal(training.epochs)),
        Named("batch_size", literal(training.batch_size)),
        *([] if training.shuffle else [Named("shuffle", "False")]),
        *([Named("callbacks", callbacks)] if callbacks else []),
    ]
    return lines("return ", Call("model.fit", tuple(arguments)))


def _stopping(stopping: EarlyStopping, monitor: str) -> Call:
    named = [
        Named("monitor", literal(stopping.monitor or monitor)),
        Named("patience", literal(stopping.patience)),
        *([Named("min_delta", literal(stopping.min_delta))] if stopping.min_delta else []),
        Named("restore_best_weights", literal(stopping.restore_best_weights)),
    ]
    return Call("keras.callbacks.EarlyStopping", tuple(named))
