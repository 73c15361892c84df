"""The `input` of the recurrent kinds."""

from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from tdcli.architectures._base import FromData, UndeclaredFeatures
from tdcli.layers._base import Shape
from tdcli.text.section import Section

DEFAULT_PADDING = 0.0


class FeaturesInput(Section):
    """`{features}`: the numbers of one timestep; left out where the data tell it."""

    meanings: ClassVar[dict[str, str]] = {
        "features": "numbers of one timestep; left out: as many as the data has",
    }

    features: PositiveInt | None = None

    def step_shape(self, data: FromData) -> tuple[int, ...]:
        """Return `(features,)`."""
        features = self.features or data.features
        if features is None:
            raise UndeclaredFeatures
        return (features,)


class SequenceInput(FeaturesInput):
    """`{timesteps, features}`; `timesteps: null` means sequences of any length."""

    meanings: ClassVar[dict[str, str]] = {
        "timesteps": "timesteps of a sample; null: any number, padded and masked",
    }

    timesteps: PositiveInt | None

    def shape(self, data: FromData) -> Shape:
        """Return `(batch, time, features)`."""
        return (None, self.timesteps, *self.step_shape(data))


def padding_of(shape: Shape, data: FromData) -> float | None:
    """Return the value that marks padded steps; None where no step is padded. Sequences of any length are."""
    return DEFAULT_PADDING if shape[1] is None and data.padding is None else data.padding


class FrameInput(Section):
    """`{timesteps, frame}`: a frame of 2 sizes suits Conv1D and ConvLSTM1D, of 3 Conv2D, of 4 Conv3D."""

    meanings: ClassVar[dict[str, str]] = {
        "timesteps": "timesteps of a sample; null: any number, padded and masked",
        "frame": "sizes of one timestep, channels last",
    }

    timesteps: PositiveInt | None
    frame: Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=4)]
