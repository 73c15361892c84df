"""Multi-head self-attention."""

from collections.abc import Mapping

from pydantic import Field

from tdcli.layers.core.base import Example, Layer, Parameters, known_size
from tdcli.layers.core.fields import Constraint, Initializer, Regularizer, Size
from tdcli.layers.core.objects import Seed
from tdcli.shapes import Shape


class MultiHeadAttention(Layer):
    """Self-attention: each timestep becomes a weighted mean of all timesteps, with weights from their similarity.

    `(batch, time, features)` -> the same shape. In Keras, the layer has a query and a value; here its input is
    both. `attention_axes`, `flash_attention` and `output_shape` are not supported. Padded timesteps get no weight.

    Parameters: `(features + 1) x heads x size` each for query, key and value, and for a gate with `use_gate`.
    The output has `(heads x size + 1) x features` (Keras, `MultiHeadAttention.build`).

    >>> MultiHeadAttention(num_heads=2, key_dim=3).parameters((None, 5, 4)).formula
    '3 x (4 + 1) x 2 x 3 + (2 x 3 + 1) x 4'
    """

    self_attention = True
    holds_layers = True
    axes = ("batch", "time", "features")
    examples = (
        Example({"num_heads": 2, "key_dim": 3}, (None, 5, 4)),
        Example({"num_heads": 2, "key_dim": 3, "value_dim": 5, "use_bias": False}, (None, None, 4)),
        Example({"num_heads": 1, "key_dim": 2, "value_dim": 3, "use_gate": True, "dropout": 0.1}, (None, 5, 4)),
    )

    num_heads: Size
    key_dim: Size
    value_dim: Size | None = None
    dropout: float = Field(0.0, ge=0, le=1)
    use_bias: bool = True
    sliding_window: Size | None = None
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    use_gate: bool = False
    seed: Seed | None = None

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the axes of features, heads and sizes. A bias has axes of heads and sizes, or of features."""
        return {"kernel": (3,), "bias": (2, 1)}

    def over_time(self, input_shape: Shape) -> str:
        """Describe the attention, which ignores the order of the timesteps."""
        return "each timestep attends to all timesteps, weighted by their similarity; their order has no effect"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. Padded timesteps get no weight (Keras 3.15, `_compute_attention_mask`)."""
        return masked

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return the multiply-adds of the projections, of the products of all pairs of timesteps and of the means."""
        projections, steps = super().multiply_adds(input_shape), input_shape[1]
        sizes = self.num_heads * (self.key_dim + (self.value_dim or self.key_dim))
        return None if projections is None or steps is None else projections + steps**2 * sizes

    def _output_shape(self, input_shape: Shape) -> Shape:
        known_size(input_shape, -1, "a known number of features")
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        features, bias = known_size(input_shape, -1, "a known number of features"), int(self.use_bias)
        sizes = [self.key_dim, self.key_dim, self.value_dim or self.key_dim]
        gates = [sizes[-1]] if self.use_gate else []
        total = sum((features + bias) * self.num_heads * size for size in (*sizes, *gates))
        total += (self.num_heads * sizes[-1] + bias) * features
        return Parameters(total, 0, self._formula(features, [*sizes, *gates]))

    def _formula(self, features: int, sizes: list[int]) -> str:
        """Return the formula, with kernels of the same size grouped: `3 x (4 + 1) x 2 x 3 + (2 x 3 + 1) x 4`."""
        bias = " + 1" if self.use_bias else ""
        inputs = f"({features}{bias})"
        kernels = [f"{sizes.count(size)} x {inputs} x {self.num_heads} x {size}" for size in dict.fromkeys(sizes)]
        return " + ".join([*kernels, f"({self.num_heads} x {self.value_dim or self.key_dim}{bias}) x {features}"])
