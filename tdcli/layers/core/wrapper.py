"""The base class of wrappers. The wrapped layer is the one CamelCase key next to the wrapper's arguments."""

from typing import Any, Self

from pydantic import ValidationInfo, field_validator, model_validator

from tdcli.layers.core.base import Layer
from tdcli.layers.core.ranges import ValueRange
from tdcli.layers.core.registry import AnyLayer, read_layer
from tdcli.text.section import invalid


class Wrapper(Layer):
    """Wraps one layer: `TimeDistributed: Flatten`, `Bidirectional: {LSTM: {units: 8}, merge_mode: sum}`."""

    layer: AnyLayer

    @model_validator(mode="before")
    @classmethod
    def _read_inner(cls, values: Any) -> Any:
        if isinstance(values, str):
            return {"layer": read_layer(values)}
        if not isinstance(values, dict) or "layer" in values:
            return values
        inner = [key for key in values if key[:1].isupper()]
        inner = inner or [key for key in values if key not in cls.model_fields]
        if len(inner) != 1:
            found = ", ".join(f"`{key}`" for key in inner) or "none"
            help = f"write it as `{cls.title()}: {{Dense: {{units: 1}}}}`"
            raise invalid("wrong-value", f"`{cls.title()}` must wrap exactly one layer, got {found}", help)
        others = {key: value for key, value in values.items() if key not in inner}
        return {**others, "layer": read_layer({inner[0]: values[inner[0]]})}

    @field_validator("layer")
    @classmethod
    def _of_one_input(cls, layer: Layer) -> Layer:
        if layer.self_attention:
            raise invalid(
                "wrong-value", f"`{cls.title()}` cannot wrap `{layer.title()}`, which has two inputs in Keras"
            )
        return layer

    @field_validator("layer")
    @classmethod
    def _frozen_together(cls, layer: Layer, info: ValidationInfo) -> Layer:
        """Freeze the layer inside a frozen wrapper, which Keras 3.15 reports as frozen and trains all the same."""
        return layer if info.data.get("trainable", True) else layer.frozen()

    @property
    def full_title(self) -> str:
        """The wrapper's name with the wrapped layer in brackets."""
        return f"{self.title()}({self.layer.full_title})"

    @property
    def output_range(self) -> ValueRange:
        """The range of the wrapped layer."""
        return self.layer.output_range

    def output_activation(self, rank: int) -> str | None:
        """Return the activation of the wrapped layer."""
        return self.layer.output_activation(rank)

    @property
    def innermost(self) -> Layer:
        """The layer inside all wrappers."""
        return self.layer.innermost

    def frozen(self) -> Self:
        """Return the same wrapper around a frozen layer."""
        return self.model_copy(update={"trainable": False, "layer": self.layer.frozen()})

    @property
    def is_frozen(self) -> bool:
        """Whether the wrapper or the layer inside is frozen. A wrapper has no weights of its own."""
        return not self.trainable or self.layer.is_frozen

    @property
    def forgets_trainable(self) -> bool:
        """Whether Keras 3.15 trains the frozen layer inside."""
        return self.layer.forgets_trainable
