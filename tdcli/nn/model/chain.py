"""Select the steps of a plan to train, and apply a layer to a tensor."""

from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.masking import Masking
from tdcli.nn.runtime.types import KerasLayer, Tensor
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step


def core_steps(plan: Plan) -> tuple[Step, ...]:
    """Return the steps without a Masking layer at the start."""
    return plan.steps[1:] if isinstance(plan.steps[0].layer, Masking) else plan.steps


def inputs_of(step: Step, tensors: list[Tensor]) -> Any:
    """Return the inputs of a step: the last tensor, and for a residual sum also the input of its block."""
    if not step.residual_length:
        return tensors[-1]
    return [tensors[-1], tensors[max(0, len(tensors) - 1 - step.residual_length)]]


def apply_layer(keras_layer: KerasLayer, layer: Layer, inputs: Any, **arguments: Any) -> Tensor:
    """Apply a Keras layer to a tensor. Self-attention uses the tensor as query and as value."""
    return keras_layer(inputs, inputs, **arguments) if layer.self_attention else keras_layer(inputs, **arguments)
