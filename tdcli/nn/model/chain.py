"""The steps that are trained, and how a layer is put behind a tensor."""

from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.masking import Masking
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step


def core_steps(plan: Plan) -> tuple[Step, ...]:
    """Return the steps but for a Masking layer at the start."""
    return plan.steps[1:] if isinstance(plan.steps[0].layer, Masking) else plan.steps


def read_by(step: Step, before: list[Any]) -> Any:
    """Return what a step reads of the tensors before it: the last, and for a sum that in front of its block too."""
    return [before[-1], before[max(0, len(before) - 1 - step.residual_length)]] if step.residual_length else before[-1]


def called(stock: Any, layer: Layer, inputs: Any, **arguments: Any) -> Any:
    """Put a stock layer behind a tensor; self-attention takes it as query and as value."""
    return stock(inputs, inputs, **arguments) if layer.self_attention else stock(inputs, **arguments)
