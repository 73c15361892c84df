"""The `input` of the recurrent kinds."""

from typing import Annotated

from pydantic import Field, PositiveInt

from tdcli.architectures._base import FromData, UndeclaredFeatures
from tdcli.layers._base import Shape
from tdcli.text.section import Section


class FeaturesInput(Section):
    """`{features}`: the numbers of one timestep; left out where the data tell it."""

    features: PositiveInt | None = None

    def step_shape(self, data: FromData) -> tuple[int, ...]:
        """Return `(features,)`."""
        features = self.features or data.features
        if features is None:
            raise UndeclaredFeatures
        return (features,)


class SequenceInput(FeaturesInput):
    """`{timesteps, features}`; `timesteps: null` means sequences of any length."""

    timesteps: PositiveInt | None

    def shape(self, data: FromData) -> Shape:
        """Return `(batch, time, features)`."""
        return (None, self.timesteps, *self.step_shape(data))


class FrameInput(Section):
    """`{timesteps, frame}`: a frame of 2 sizes suits Conv1D and ConvLSTM1D, of 3 Conv2D, of 4 Conv3D."""

    timesteps: PositiveInt | None
    frame: Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=4)]
