"""The `input` of the recurrent kinds."""

from pydantic import PositiveInt

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
