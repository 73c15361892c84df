"""The end of a residual block."""

from tdcli.layers.core.base import Elementwise, ShapeError
from tdcli.shapes import Shape, format_shape


class Add(Elementwise):
    """Adds what a residual block has read to what its layers made of it: two inputs of one shape."""

    def over_time(self, input_shape: Shape) -> str:
        """Say what is added."""
        return "what the residual block has read is added, step by step and number by number"

    @staticmethod
    def check_summands(block_input: Shape, input_shape: Shape) -> None:
        """Raise ShapeError unless the block gives the shape that it has read."""
        if block_input != input_shape:
            why = "a residual block adds its input to what its layers give, number by number"
            help = f"let the block's last layer give `{block_input[-1]}` numbers, and keep the time axis as it is"
            raise ShapeError("size", f"`{format_shape(block_input)}`, as `Residual` reads it", input_shape, why, help)
