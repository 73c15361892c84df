"""Prepare a saved model for other runtimes: fold time into the batch axis, and for LiteRT unroll recurrent layers."""

from typing import Any

from tdcli.nn.model.folding import FoldedTimeDistributed
from tdcli.nn.model.pooling_3d import PLANE_BY_PLANE
from tdcli.nn.model.reversed_rnn import REVERSED
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasModel, Tensor


class _WithConstants(keras.layers.Normalization):  # type: ignore[misc]
    """Normalization whose mean and variance are constants. tf2onnx 1.17 would turn Keras's into inputs of the graph."""

    def convert_weight(self, weight: Tensor) -> Tensor:
        """Return the weight as a constant of the current graph."""
        return tf.constant(weight.numpy())


_FOLDED = {"TimeDistributed": FoldedTimeDistributed, "Normalization": _WithConstants}


def prepare_for_onnx(model: KerasModel) -> KerasModel:
    """Return a copy of the model with the same weights. The size of its graph does not depend on the timesteps."""
    return _copy_model(model, _FOLDED, {})


def prepare_for_litert(model: KerasModel, timesteps: int) -> KerasModel:
    """Return a copy of the model for sequences of this length, without loops and without 3D pooling."""
    return _copy_model(model, {**_FOLDED, **PLANE_BY_PLANE, **REVERSED}, {"unroll": True}, timesteps)


def _copy_model(
    model: KerasModel, classes: dict[str, Any], arguments: dict[str, Any], timesteps: int | None = None
) -> KerasModel:
    """Copy a model. Use other classes in place of Keras's, and other arguments in every layer that has them."""

    def copy_operation(operation: Any) -> Any:
        if not isinstance(operation, keras.layers.Layer):  # an operation such as a comparison has no weights
            return operation
        return keras.layers.deserialize(_replace_in_config(keras.layers.serialize(operation), classes, arguments))

    inputs = None
    if timesteps is not None:
        (model_input,) = model.inputs
        inputs = keras.Input((timesteps, *model_input.shape[2:]), dtype=model_input.dtype, name=model_input.name)
    with keras.saving.custom_object_scope(classes):
        copy = keras.models.clone_model(model, input_tensors=inputs, clone_function=copy_operation)
    copy.set_weights(model.get_weights())
    return copy


def _replace_in_config(config: Any, classes: dict[str, Any], arguments: dict[str, Any]) -> Any:
    """Return a configuration with other arguments and classes, also in inner layers."""
    if isinstance(config, list):
        return [_replace_in_config(item, classes, arguments) for item in config]
    if not isinstance(config, dict):
        return config
    changed = {key: arguments.get(key, _replace_in_config(value, classes, arguments)) for key, value in config.items()}
    name = config.get("class_name")
    return changed | ({"registered_name": name} if name in classes else {})
