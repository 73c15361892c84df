"""The `recurrent` key of the kinds: one recurrent layer or a stack of them."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf
from pydantic_core import PydanticCustomError

from tdcli.architectures.core.base import LayerNode
from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.core.base import Layer
from tdcli.layers.core.registry import find_layer
from tdcli.text.nearest import suggest
from tdcli.text.section import invalid, invalid_at, must_be
from tdcli.text.violation import describe_value

VECTOR_CELLS = ("LSTM", "GRU", "SimpleRNN")
FRAME_CELLS = ("ConvLSTM2D", "ConvLSTM1D", "ConvLSTM3D")
BIDIRECTIONAL_ARGUMENTS = ("merge_mode",)


def _read_cell(value: Any, cells: tuple[str, ...]) -> Layer:
    """Make a recurrent layer from `{cell: LSTM, units: 32, bidirectional: true}`. The first cell is the default."""
    if isinstance(value, Layer):
        return value
    if not isinstance(value, dict):
        raise _no_cell(value, cells)
    arguments = dict(value)
    cell = arguments.pop("cell", cells[0])
    if cell not in cells:
        helps = (suggest(str(cell), cells, "cells"), "use one of: " + ", ".join(cells))
        raise invalid_at("cell", invalid("wrong-value", f"there is no cell `{cell}`", *helps), cell)
    _refuse_return_sequences(arguments)
    cell_class = find_layer(cell) or Layer
    if not _both_ways(arguments):
        return cell_class.model_validate(arguments)
    outer = {key: arguments.pop(key) for key in BIDIRECTIONAL_ARGUMENTS if key in arguments}
    return Bidirectional.model_validate({**outer, "layer": cell_class.model_validate(arguments)})


def _no_cell(value: Any, cells: tuple[str, ...]) -> PydanticCustomError:
    return must_be("a mapping, or a list of them", value, f"write `{{cell: {cells[0]}, ...}}`")


def _both_ways(arguments: dict[str, Any]) -> bool:
    bidirectional = arguments.pop("bidirectional", False)
    if not isinstance(bidirectional, bool):
        message = f"`bidirectional` must be true or false, got {describe_value(bidirectional)}"
        raise invalid_at("bidirectional", invalid("wrong-type", message))
    if "merge_mode" in arguments and not bidirectional:
        error = invalid("wrong-value", "`merge_mode` needs `bidirectional: true`", "add `bidirectional: true`")
        raise invalid_at("merge_mode", error)
    return bidirectional


def _refuse_return_sequences(arguments: dict[str, Any]) -> None:
    if "return_sequences" in arguments:
        help = "remove it; for an output at each timestep, use `kind: many-to-many`"
        error = invalid("unknown-key", "`return_sequences` cannot be set here, because the kind sets it", help)
        raise invalid_at("return_sequences", error)


def _stack_of(*cells: str) -> BeforeValidator:
    """Read one mapping or a list of mappings. The errors of a single mapping are at its own keys."""

    def read(value: Any) -> Any:
        if isinstance(value, dict):
            return (_read_cell(value, cells),)
        if isinstance(value, tuple) and value:
            return value
        raise _no_cell(value, cells)

    return BeforeValidator(read)


def _cell_of(*cells: str) -> BeforeValidator:
    return BeforeValidator(lambda value: _read_cell(value, cells))


VectorCell = Annotated[InstanceOf[Layer], _cell_of(*VECTOR_CELLS)]
Stack = Annotated[tuple[VectorCell, ...], _stack_of(*VECTOR_CELLS)]
"""One recurrent layer or several. All except the last return sequences."""
FrameCell = Annotated[InstanceOf[Layer], _cell_of(*FRAME_CELLS)]
FrameStack = Annotated[tuple[FrameCell, ...], _stack_of(*FRAME_CELLS)]
"""One recurrent layer over frames or several."""


def recurrent_layers(cells: tuple[Layer, ...], return_sequences: bool, key: str = "recurrent") -> Iterator[LayerNode]:
    """Yield the stack at `key`. All layers except the last return sequences; the kind decides for the last."""
    for index, cell in enumerate(cells):
        sequences = return_sequences or index < len(cells) - 1
        yield LayerNode(_returning(cell, sequences), ("architecture", key, index))


def _returning(cell: Layer, sequences: bool) -> Layer:
    if isinstance(cell, Bidirectional):
        return cell.model_copy(update={"layer": _returning(cell.layer, sequences)})
    return cell.model_copy(update={"return_sequences": sequences})
