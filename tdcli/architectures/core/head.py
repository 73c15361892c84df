"""The layers after the recurrent ones: the head and the output layer."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf

from tdcli.architectures.core.base import LayerNode
from tdcli.architectures.core.blocks import block_nodes
from tdcli.layers.core.base import Layer
from tdcli.layers.dense import Dense
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.text.section import invalid
from tdcli.text.violation import describe_value


def _as_dense(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return Dense.model_validate({"units": value})
    if isinstance(value, dict):
        return Dense.model_validate(value)
    if isinstance(value, Dense):
        return value
    message = f"`outputs` must be a number of units or the arguments of a Dense, got {describe_value(value)}"
    raise invalid("wrong-type", message, "write `outputs: 1`")


Outputs = Annotated[InstanceOf[Dense], BeforeValidator(_as_dense)]
"""A number of units, or the arguments of the output layer, which is a Dense."""


def head_layers(head: tuple[Any, ...], outputs: Dense, per_step: bool) -> Iterator[LayerNode]:
    """Yield the head and the output layer, each in TimeDistributed if there is one output per timestep."""
    wrap = time_distributed if per_step else _unchanged
    yield from block_nodes(head, ("architecture", "head"), wrap)
    yield LayerNode(wrap(outputs), ("architecture", "outputs"))


def _unchanged(layer: Layer) -> Layer:
    return layer


def time_distributed(layer: Layer) -> TimeDistributed:
    """Wrap a layer so that it is applied to each timestep."""
    return TimeDistributed.model_validate({"layer": layer})
