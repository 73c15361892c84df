"""The `input` of the recurrent kinds."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar

from pydantic import Field, PositiveInt, model_validator

from tdcli.architectures.core.base import DataHints, UndeclaredFeaturesError
from tdcli.shapes import Shape
from tdcli.text.change import Help
from tdcli.text.interpret import interpretations
from tdcli.text.section import Section, invalid
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml

DEFAULT_PADDING = 0.0


class NamedInput(Section, ABC):
    """An input whose sizes have names. A list or a Python tuple is rejected, with the names as help."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_list(cls, value: Any) -> Any:
        if not isinstance(value, tuple | str):
            return value
        named = next(filter(None, map(cls._named_without_batch, _lists_meant_by(value))), None)
        written = to_inline_yaml(named)
        help = (Help(f"write `input: {written}`", replacement=written),) if named else ()
        raise invalid("wrong-type", f"`input` must be a mapping of keys, got {describe_value(value)}", *help)

    @classmethod
    def _named_without_batch(cls, sizes: tuple[Any, ...]) -> dict[str, Any] | None:
        named = cls.named(sizes)
        return cls.named(sizes[1:]) if named is None and sizes[:1] == (None,) else named

    @classmethod
    @abstractmethod
    def named(cls, sizes: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return the sizes by name; None if the number of sizes is wrong."""


def _lists_meant_by(value: tuple[Any, ...] | str) -> tuple[tuple[Any, ...], ...]:
    meant = interpretations(value) if isinstance(value, str) else (value,)
    return tuple(tuple(sizes) for sizes in meant if isinstance(sizes, list | tuple))


class FeaturesInput(NamedInput):
    """`{features}`: the number of features of each timestep. By default it is taken from the data."""

    meanings: ClassVar[dict[str, str]] = {
        "features": "number of features of each timestep; default: taken from the data",
    }

    features: PositiveInt | None = None

    @classmethod
    def named(cls, sizes: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return `{features}`."""
        return {"features": sizes[-1]} if len(sizes) == 1 or sizes[:-1] == (1,) else None

    def step_shape(self, data: DataHints) -> tuple[int, ...]:
        """Return `(features,)`."""
        features = self.features or data.features
        if features is None:
            raise UndeclaredFeaturesError
        return (features,)


class SequenceInput(FeaturesInput):
    """`{timesteps, features}`; `timesteps: null` means sequences of any length."""

    meanings: ClassVar[dict[str, str]] = {
        "timesteps": "timesteps per sample; null: any number, padded and masked",
    }

    timesteps: PositiveInt | None

    @classmethod
    def named(cls, sizes: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return `{timesteps, features}`."""
        return {"timesteps": sizes[0], "features": sizes[1]} if len(sizes) == 2 else None

    def shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""
        return (None, self.timesteps, *self.step_shape(data))


def padding_of(shape: Shape, data: DataHints) -> float | None:
    """Return the value that marks padded timesteps; None without padding. Sequences of any length are padded."""
    return DEFAULT_PADDING if shape[1] is None and data.padding is None else data.padding


class FrameInput(NamedInput):
    """`{timesteps, frame}`. A frame has 2 sizes for Conv1D and ConvLSTM1D, 3 for Conv2D, 4 for Conv3D."""

    meanings: ClassVar[dict[str, str]] = {
        "timesteps": "timesteps per sample; null: any number, padded and masked",
        "frame": "sizes of one timestep, channels last",
    }

    timesteps: PositiveInt | None
    frame: Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=4)]

    @classmethod
    def named(cls, sizes: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return `{timesteps, frame}`."""
        return {"timesteps": sizes[0], "frame": list(sizes[1:])} if len(sizes) in (3, 4, 5) else None
