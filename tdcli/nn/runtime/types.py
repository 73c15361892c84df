"""Names for types of TensorFlow and Keras that have no annotations. For mypy all of them are `Any`."""

from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""A `tf.Tensor`, a `tf.Variable`, or a value that TensorFlow converts to a tensor."""

KerasModel: TypeAlias = Any
KerasLayer: TypeAlias = Any
KerasOptimizer: TypeAlias = Any
