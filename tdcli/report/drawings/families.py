"""The family of a layer, which decides how it is drawn: as a rule the one under which Keras's pages list it."""

from tdcli.layers.core.add import Add
from tdcli.layers.core.base import Layer
from tdcli.layers.core.edges import Edges
from tdcli.layers.core.global_pooling import GlobalPooling
from tdcli.layers.core.kernel import Kernel
from tdcli.layers.core.normalization import LearnedNormalization
from tdcli.layers.core.pooling import Pooling
from tdcli.layers.core.random_dropout import RandomDropout
from tdcli.layers.core.recurrent import Recurrent
from tdcli.layers.core.windows import SlidingKernel

ANY = "any"
"""The family of layers that have no other."""

_BY_BASE: tuple[tuple[type[Layer], str], ...] = (
    (Recurrent, "recurrent"),  # before the convolutions, for a ConvLSTM is both
    (SlidingKernel, "convolution"),
    (Kernel, "dense"),
    (Pooling, "pooling"),
    (GlobalPooling, "pooling"),
    (LearnedNormalization, "normalization"),
    (RandomDropout, "regularization"),
    (Edges, "reshaping"),
    (Add, "merging"),
)
_BY_NAME = {
    **dict.fromkeys(("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"), "activation"),
    **dict.fromkeys(("Flatten", "Permute", "RepeatVector", "Reshape"), "reshaping"),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), "reshaping"),
    **dict.fromkeys(("RMSNormalization", "UnitNormalization"), "normalization"),
    "GaussianNoise": "regularization",
}


def family_of(layer: Layer) -> str:
    """Return the family of a layer, or of the one that a wrapper holds.

    >>> from tdcli.layers.core.registry import read_layer
    >>> [family_of(read_layer(layer)) for layer in ({"TimeDistributed": "Flatten"}, {"LSTM": {"units": 5}}, "Masking")]
    ['reshaping', 'recurrent', 'any']
    """
    inner = layer.innermost
    if inner.self_attention:
        return "attention"
    if inner.takes_integers:
        return "embedding"
    by_base = (family for base, family in _BY_BASE if isinstance(inner, base))
    return next(by_base, _BY_NAME.get(inner.title(), ANY))
