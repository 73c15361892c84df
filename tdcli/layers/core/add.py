"""The sum at the end of a residual block."""

from tdcli.layers.core.base import Elementwise, ShapeError
from tdcli.shapes import Shape, format_shape


class Add(Elementwise):
    """Adds the input of a residual block to the output of its layers. Both must have the same shape."""

    def over_time(self, input_shape: Shape) -> str:
        """Describe what is added."""
        return "adds the input of the residual block to its output, element by element"

    @staticmethod
    def check_summands(block_input: Shape, input_shape: Shape) -> None:
        """Raise ShapeError unless the output of the block has the shape of its input."""
        if block_input != input_shape:
            why = "a residual block adds its input to the output of its layers, element by element"
            help = f"give the block's last layer the size `{block_input[-1]}`, and keep the length of the time axis"
            needs = f"`{format_shape(block_input)}`, the shape of the block's input"
            raise ShapeError("size", needs, input_shape, why, help)
