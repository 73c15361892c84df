"""What every kind is: a section of the spec that lowers to an input shape and a chain of layers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from tdcli.layers.core.base import Layer
from tdcli.shapes import Shape
from tdcli.text.key_path import KeyPath
from tdcli.text.section import Section


class LayerNode(NamedTuple):
    """A layer and the path to the place in the document that it comes from.

    `residual_length`: for the sum behind a residual block, how many layers the block has; else 0.
    `key`: the name that the document gives the layer at that place; empty where the kind made the layer.
    """

    layer: Layer
    key_path: KeyPath
    residual_length: int = 0
    key: str = ""


@dataclass(frozen=True)
class Chain:
    """What a kind lowers to; the shape has the batch first. Nothing behind this knows the kinds.

    `mask_value` says which value of a step means padding, where no `Masking` layer can say it.
    """

    input_shape: Shape
    layers: tuple[LayerNode, ...]
    input_dtype: str = "float32"
    mask_value: float | None = None


@dataclass(frozen=True)
class DataHints:
    """What the data section tells the architecture: the number of features, the value of padding."""

    features: int | None = None
    padding: float | None = None


class Architecture(Section, ABC):
    """The `architecture` section."""

    kind: str

    @abstractmethod
    def lower(self, data: DataHints) -> Chain:
        """Return the chain. Raises UndeclaredFeaturesError where neither spec nor data tell their number."""


class UndeclaredFeaturesError(Exception):
    """The number of features is neither in the spec nor in the data's header."""
