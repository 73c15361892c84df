"""The base class of all kinds: a section of the spec that lowers to an input shape and a chain of layers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from tdcli.layers.core.base import Layer
from tdcli.shapes import Shape
from tdcli.text.key_path import KeyPath
from tdcli.text.section import Section


class LayerNode(NamedTuple):
    """A layer and the path in the document that it comes from.

    `residual_length`: the number of layers in a residual block, for the sum at its end; 0 for other layers.
    `key`: the name of the layer at that path; empty if the kind made the layer.
    """

    layer: Layer
    key_path: KeyPath
    residual_length: int = 0
    key: str = ""


@dataclass(frozen=True)
class Chain:
    """The result of lowering a kind. The shape has the batch first. Later stages do not know the kinds.

    `mask_value`: the value that marks a padded timestep, for inputs that a `Masking` layer does not support.
    """

    input_shape: Shape
    layers: tuple[LayerNode, ...]
    input_dtype: str = "float32"
    mask_value: float | None = None


@dataclass(frozen=True)
class DataHints:
    """The values of the data section that an architecture needs: the number of features, the value of padding."""

    features: int | None = None
    padding: float | None = None


class Architecture(Section, ABC):
    """The `architecture` section."""

    kind: str

    @abstractmethod
    def lower(self, data: DataHints) -> Chain:
        """Return the chain. Raises UndeclaredFeaturesError if neither spec nor data give the number of features."""


class UndeclaredFeaturesError(Exception):
    """The number of features is neither in the spec nor in the data's header."""
