"""Lists of layers, with residual blocks among them."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, InstanceOf, TypeAdapter, ValidationError

from tdcli.architectures.core.base import LayerNode
from tdcli.layers.core.add import Add
from tdcli.layers.core.base import Layer
from tdcli.layers.core.registry import read_layer
from tdcli.text.document import Way
from tdcli.text.section import Section, described, fault, fault_at, under

_KEY = "Residual"


class Residual(Section):
    """`Residual: [layers]`: what the layers give, added to what they read (https://arxiv.org/abs/1512.03385)."""

    layers: Annotated[tuple["AnyBlock", ...], Field(min_length=1)]


def read_block(value: Any) -> Layer | Residual:
    """Make a layer, or a residual block of them. Raises Pydantic's errors."""
    if isinstance(value, Residual):
        return value
    if not (isinstance(value, dict) and list(value) == [_KEY]):
        return read_layer(value)
    if not isinstance(value[_KEY], tuple) or not value[_KEY]:
        message = f"`Residual` takes a list of layers, got {described(value[_KEY])}"
        raise fault_at(_KEY, fault("wrong-type", message, "write `Residual: [{Dense: {units: 8}}]`"))
    try:
        return Residual(layers=TypeAdapter(tuple[AnyBlock, ...]).validate_python(value[_KEY]))
    except ValidationError as error:
        raise under(_KEY, error) from None


AnyBlock = Annotated[InstanceOf[Layer] | InstanceOf[Residual], BeforeValidator(read_block)]


def block_nodes(
    blocks: tuple[Any, ...], way: Way, wrap: Callable[[Layer], Layer] = lambda layer: layer
) -> Iterator[LayerNode]:
    """Yield the layers in a row, each through `wrap`; behind those of a residual block the sum."""
    for index, block in enumerate(blocks):
        place = (*way, index)
        if not isinstance(block, Residual):
            yield LayerNode(wrap(block), place, key=block.title())
            continue
        inner = tuple(block_nodes(block.layers, (*place, _KEY), wrap))
        yield from inner
        yield LayerNode(Add(), place, len(inner), _KEY)
