"""Lists of layers that may contain residual blocks."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, InstanceOf, TypeAdapter, ValidationError

from tdcli.architectures.core.base import LayerNode
from tdcli.layers.core.add import Add
from tdcli.layers.core.base import Layer
from tdcli.layers.core.registry import read_layer
from tdcli.text.key_path import KeyPath
from tdcli.text.section import Section, below_key, invalid, invalid_at
from tdcli.text.violation import describe_value

_KEY = "Residual"


class Residual(Section):
    """`Residual: [layers]` adds the output of the layers to their input (https://arxiv.org/abs/1512.03385)."""

    layers: Annotated[tuple["AnyBlock", ...], Field(min_length=1)]


def read_block(value: Any) -> Layer | Residual:
    """Make a layer or a residual block. Raises Pydantic's errors."""
    if isinstance(value, Residual):
        return value
    if not (isinstance(value, dict) and list(value) == [_KEY]):
        return read_layer(value)
    if not isinstance(value[_KEY], tuple) or not value[_KEY]:
        message = f"`Residual` must be a list of layers, got {describe_value(value[_KEY])}"
        raise invalid_at(_KEY, invalid("wrong-type", message, "write `Residual: [{Dense: {units: 8}}]`"))
    try:
        return Residual(layers=TypeAdapter(tuple[AnyBlock, ...]).validate_python(value[_KEY]))
    except ValidationError as error:
        raise below_key(_KEY, error) from None


AnyBlock = Annotated[InstanceOf[Layer] | InstanceOf[Residual], BeforeValidator(read_block)]


def block_nodes(
    blocks: tuple[Any, ...], key_path: KeyPath, wrap: Callable[[Layer], Layer] = lambda layer: layer
) -> Iterator[LayerNode]:
    """Yield the layers in order, each through `wrap`. The sum follows the layers of a residual block."""
    for index, block in enumerate(blocks):
        place = (*key_path, index)
        if not isinstance(block, Residual):
            yield LayerNode(wrap(block), place, key=block.title())
            continue
        inner = tuple(block_nodes(block.layers, (*place, _KEY), wrap))
        yield from inner
        yield LayerNode(Add(), place, len(inner), _KEY)
