"""RepeatVector: a vector becomes a sequence."""

from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.fields import Size
from tdcli.shapes import Shape


class RepeatVector(Layer):
    """Repeats a vector at `n` timesteps: `(batch, features)` -> `(batch, n, features)`.

    >>> RepeatVector(n=3).output_shape((None, 8))
    (None, 3, 8)
    """

    axes = ("batch", "features")
    examples = (Example({"n": 3}, (None, 8)), Example({"n": 2}, (None, None)))

    n: Size

    def over_time(self, input_shape: Shape) -> str:
        """Describe the new time axis."""
        return f"creates a time axis: the same vector is repeated at each of {self.n:,} timesteps"

    def _output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.n, input_shape[1])
