"""Normalization within groups of channels."""

from pydantic import field_validator

from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.normalization import TIME_AXIS, LearnedNormalization, normalized_size, resolve_axis
from tdcli.shapes import Shape
from tdcli.text.section import invalid

EVERY_CHANNEL = -1


class GroupNormalization(LearnedNormalization):
    """Normalizes each group of channels over all other axes of a sample, including time.

    `(batch, ..., channels)` -> the same shape. With `groups: -1`, each channel is a group.

    Parameters: `2 x channels`: `gamma` and `beta` (Keras, `GroupNormalization.build`).

    >>> GroupNormalization(groups=4).parameters((None, 10, 64)).formula
    '2 x 64'
    """

    examples = (
        Example({"groups": 4}, (None, None, 8)),
        Example({}, (None, 5, 64)),
        Example({"groups": -1, "axis": 1, "center": False}, (None, 3, 5, 5)),
        Example({"groups": 1, "center": False, "scale": False}, (None, 5, 8)),
    )

    groups: int = 32
    axis: int = -1

    @field_validator("groups")
    @classmethod
    def _some_groups(cls, groups: int) -> int:
        if groups < 1 and groups != EVERY_CHANNEL:
            raise invalid("wrong-value", f"`groups` must be 1 or more, or -1, got {groups}")
        return groups

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on if each timestep is a group. Raises ShapeError if a mean includes several timesteps."""
        own_groups = self.groups in (EVERY_CHANNEL, input_shape[self.axis])
        if masked and not (resolve_axis(self.axis, input_shape) == TIME_AXIS and own_groups):
            why = "its means include the padded timesteps of a sample"
            raise ShapeError(
                "mask", "", input_shape, why, "write `LayerNormalization`, which normalizes each timestep separately"
            )
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        size = normalized_size(self.axis, input_shape)
        if self.groups != EVERY_CHANNEL and size % self.groups:
            needs = f"a number of channels divisible by `groups: {self.groups}`"
            why = "the channels are divided equally among the groups"
            raise ShapeError("size", needs, input_shape, why, "choose `groups` so that it divides the channels")
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        learnt, size = self.center + self.scale, normalized_size(self.axis, input_shape)
        return Parameters(learnt * size, 0, f"{learnt} x {size}" if learnt else "")
