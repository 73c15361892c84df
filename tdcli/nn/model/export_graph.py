"""A saved model as other runtimes like it: time folded into the batch, and for some recurrence written out."""

from typing import Any

from tdcli.nn.model.folding import Folded
from tdcli.nn.model.pooling_3d import PLANE_BY_PLANE
from tdcli.nn.model.reversed_rnn import TURNED
from tdcli.nn.runtime.tensorflow import keras, tf


class _WithConstants(keras.layers.Normalization):  # type: ignore[misc]
    """Normalization whose mean and variance are part of the graph; tf2onnx 1.17 takes Keras's for inputs."""

    def convert_weight(self, weight: Any) -> Any:
        """Return a tensor of the graph that is being made."""
        return tf.constant(weight.numpy())


_FLAT = {"TimeDistributed": Folded, "Normalization": _WithConstants}


def flattened(model: Any) -> Any:
    """Return the same model with the same weights, its graph as small for many timesteps as for few."""
    return _remade(model, _FLAT, {})


def unrolled(model: Any, timesteps: int) -> Any:
    """Return the same model for sequences of this length, without loops and without pooling over volumes."""
    return _remade(model, {**_FLAT, **PLANE_BY_PLANE, **TURNED}, {"unroll": True}, timesteps)


def _remade(model: Any, classes: dict[str, Any], arguments: dict[str, Any], timesteps: int | None = None) -> Any:
    """Copy a model with other classes in place of Keras's, and other arguments wherever a layer has them."""

    def remade(operation: Any) -> Any:
        if not isinstance(operation, keras.layers.Layer):  # as a comparison is, which holds nothing
            return operation
        return keras.layers.deserialize(_changed(keras.layers.serialize(operation), classes, arguments))

    inputs = None
    if timesteps is not None:
        (taken,) = model.inputs
        inputs = keras.Input((timesteps, *taken.shape[2:]), dtype=taken.dtype, name=taken.name)
    with keras.saving.custom_object_scope(classes):
        copy = keras.models.clone_model(model, input_tensors=inputs, clone_function=remade)
    copy.set_weights(model.get_weights())
    return copy


def _changed(config: Any, classes: dict[str, Any], arguments: dict[str, Any]) -> Any:
    """Return a configuration with other arguments and classes, those of inner layers among them."""
    if isinstance(config, list):
        return [_changed(each, classes, arguments) for each in config]
    if not isinstance(config, dict):
        return config
    changed = {key: arguments.get(key, _changed(value, classes, arguments)) for key, value in config.items()}
    name = config.get("class_name")
    return changed | ({"registered_name": name} if name in classes else {})
