"""Names for what TensorFlow and Keras leave untyped; mypy takes all of them for `Any`."""

from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""A `tf.Tensor`, a `tf.Variable`, or what TensorFlow converts to a tensor."""

KerasModel: TypeAlias = Any
KerasLayer: TypeAlias = Any
KerasOptimizer: TypeAlias = Any
