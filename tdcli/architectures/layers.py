"""The kind `layers`: a list of layers."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PositiveInt
from pydantic_core import PydanticCustomError

from tdcli.architectures.core.base import Architecture, Chain, DataHints
from tdcli.architectures.core.blocks import AnyBlock, block_nodes
from tdcli.layers.core.keras_config import first_layer_shape
from tdcli.layers.masking import Masking
from tdcli.text.section import Section, invalid
from tdcli.text.yaml_writer import to_inline_yaml


class ShapeInput(Section):
    """`[timesteps, ...]` without the batch, or `{shape: [20], dtype: int32}` before an Embedding."""

    meanings: ClassVar[dict[str, str]] = {
        "shape": "sizes without the batch, time first; null: any number of timesteps",
        "dtype": "float32, or int32 before an Embedding",
    }

    shape: Annotated[tuple[PositiveInt | None, ...], Field(min_length=1)]
    dtype: Literal["float32", "int32"] = "float32"


_INPUT_KEYS_OF_KINDS = ({"timesteps", "features"}, {"timesteps", "frame"}, {"timesteps"}, {"features"})


def _as_mapping(value: Any) -> Any:
    if isinstance(value, dict) and set(value) in _INPUT_KEYS_OF_KINDS:
        raise _named_sizes(value)
    return {"shape": value} if isinstance(value, tuple) else value


def _named_sizes(value: dict[str, Any]) -> PydanticCustomError:
    step = value.get("frame", (value.get("features", 1),))
    sizes = [value.get("timesteps", 1), *(step if isinstance(step, tuple) else (step,))]
    help = f"write `input: {to_inline_yaml(sizes)}`"
    return invalid("wrong-type", "the `input` of kind `layers` must be a list of sizes, got a mapping", help)


class Layers(Architecture):
    """Any chain of layers, with its input: `input: [20, 10]` and `layers: [...]`."""

    meanings: ClassVar[dict[str, str]] = {
        "layers": "list of layers",
    }

    kind: Literal["layers"]
    input: Annotated[ShapeInput, BeforeValidator(_as_mapping)]
    layers: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]

    @classmethod
    def implied_value(cls, key: str, values: Any) -> Any:
        """Return the input shape if the first layer has it as an argument, as in Keras."""
        shape = first_layer_shape(values.get("layers")) if key == "input" else None
        return list(shape) if shape else None

    def lower(self, data: DataHints) -> Chain:
        """Return the layers of the list."""
        layers = block_nodes(self.layers, ("architecture", "layers"))
        shape = (None, *self.input.shape)
        # Keras's Masking does not support frames: the data section declares their padding.
        padding = data.padding if len(shape) > len(Masking.axes) and self.input.dtype == "float32" else None
        return Chain(shape, tuple(layers), self.input.dtype, padding)
