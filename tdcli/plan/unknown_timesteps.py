"""What TimeDistributed may wrap when the number of timesteps is unknown.

Inside a graph, Keras 3.15's `TimeDistributed` with a dynamic time axis walks over the batch
instead of the time, so the builder leaves the wrapper out there. That changes nothing for a
layer that acts on the last axis alone; any other is refused.
"""

from tdcli.layers._base import Layer, Shape, ShapeFault
from tdcli.layers.time_distributed import TimeDistributed

ACTS_ON_LAST_AXIS = ("Activation", "BatchNormalization", "Dense", "Dropout", "LayerNormalization")


def unwraps(layer: Layer, input_shape: Shape) -> bool:
    """Say whether the builder must leave TimeDistributed out."""
    return isinstance(layer, TimeDistributed) and len(input_shape) > 1 and input_shape[1] is None


def check_unknown_timesteps(layer: Layer, input_shape: Shape) -> None:
    """Raise ShapeFault if the wrapper cannot be left out without changing the result."""
    if not (isinstance(layer, TimeDistributed) and unwraps(layer, input_shape)):
        return
    if layer.layer.title() not in ACTS_ON_LAST_AXIS:
        raise ShapeFault("unknown", "a known number of timesteps", input_shape)
