"""Compare a plan with the model that Keras builds from it, layer by layer."""

from typing import Any

from tdcli.nn.model.build import build_model
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.text.change import as_helps
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import ExecutionError


def verify_plan(plan: Plan) -> int:
    """Return the number of layers compared. Raises ExecutionError with every layer that differs."""
    model = build_model(plan)
    pairs = [(step, model.get_layer(step.name)) for step in plan.steps]
    differences = [_disagreement(step, stock) for step, stock in pairs if _built(stock) != _planned_values(step)]
    if differences:
        raise ExecutionError(*differences)
    return len(pairs)


def _planned_values(step: Step) -> tuple[Any, int, int]:
    return step.output_shape, step.parameters.trainable, step.parameters.non_trainable


def _built(stock: Any) -> tuple[Any, int, int]:
    """Return the output shape and the numbers of trainable and non-trainable weights."""
    return tuple(stock.output.shape), _weight_count(stock.trainable_weights), _weight_count(stock.non_trainable_weights)


def _weight_count(weights: Any) -> int:
    return sum(int(weight.shape.num_elements()) for weight in weights)


def _disagreement(step: Step, stock: Any) -> Diagnostic:
    message = f"Keras has {_built(stock)} for `{step.title}`, but the plan has {_planned_values(step)}"
    why = "the output shape and the numbers of trainable and non-trainable weights should be equal"
    help = ("report this spec as a bug in tdcli",)
    return Diagnostic("keras-disagrees", message, step.span, why=why, helps=as_helps(help))
