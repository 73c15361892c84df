"""The steps of a plan that are trained, and how a layer is applied to a tensor."""

from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.masking import Masking
from tdcli.nn.runtime.types import KerasLayer, Tensor
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step


def core_steps(plan: Plan) -> tuple[Step, ...]:
    """Return the steps but for a Masking layer at the start."""
    return plan.steps[1:] if isinstance(plan.steps[0].layer, Masking) else plan.steps


def inputs_of(step: Step, tensors: list[Tensor]) -> Any:
    """Return what a step reads of the tensors before it: the last, and for a sum the one in front of its block too."""
    if not step.residual_length:
        return tensors[-1]
    return [tensors[-1], tensors[max(0, len(tensors) - 1 - step.residual_length)]]


def apply_layer(keras_layer: KerasLayer, layer: Layer, inputs: Any, **arguments: Any) -> Tensor:
    """Apply a Keras layer to a tensor; self-attention takes it as query and as value."""
    return keras_layer(inputs, inputs, **arguments) if layer.self_attention else keras_layer(inputs, **arguments)
