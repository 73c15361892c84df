"""Check which layers TimeDistributed wraps when the number of timesteps is unknown.

Inside a graph, `TimeDistributed` of Keras 3.15 iterates over the batch instead of the time axis if
the number of timesteps is dynamic. The builder therefore removes the wrapper. The result is the same
for a layer that only acts on the last axis. Other layers are rejected.
"""

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.shapes import Shape

ACT_ON_LAST_AXIS = ("Activation", "BatchNormalization", "Dense", "Dropout", "LayerNormalization")


def unwraps(layer: Layer, input_shape: Shape) -> bool:
    """Return whether the builder must remove TimeDistributed."""
    return isinstance(layer, TimeDistributed) and len(input_shape) > 1 and input_shape[1] is None


def check_unknown_timesteps(layer: Layer, input_shape: Shape) -> None:
    """Raise ShapeError if removing the wrapper would change the result."""
    if not (isinstance(layer, TimeDistributed) and unwraps(layer, input_shape)):
        return
    if not acts_on_last_axis(layer.layer):
        raise ShapeError("unknown", "a known number of timesteps", input_shape)


def acts_on_last_axis(layer: Layer) -> bool:
    """Return whether a layer applies the same computation to each timestep, for any number of axes before the last.

    >>> from tdcli.layers.core.registry import read_layer
    >>> acts_on_last_axis(read_layer({"LayerNormalization": {}}))
    True
    >>> acts_on_last_axis(read_layer({"LayerNormalization": {"axis": 1}}))
    False
    """
    if layer.title() not in ACT_ON_LAST_AXIS:
        return False
    arguments = layer.arguments()
    return arguments.get("axis", -1) in (-1, (-1,)) and arguments.get("noise_shape") is None
