"""A saved model prepared for other runtimes: time folded into the batch, and for some of them recurrence unrolled."""

from typing import Any

from tdcli.nn.model.folding import FoldedTimeDistributed
from tdcli.nn.model.pooling_3d import PLANE_BY_PLANE
from tdcli.nn.model.reversed_rnn import REVERSED
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasModel, Tensor


class _WithConstants(keras.layers.Normalization):  # type: ignore[misc]
    """Normalization whose mean and variance are part of the graph; tf2onnx 1.17 takes Keras's for inputs."""

    def convert_weight(self, weight: Tensor) -> Tensor:
        """Return a tensor of the graph that is being made."""
        return tf.constant(weight.numpy())


_FOLDED = {"TimeDistributed": FoldedTimeDistributed, "Normalization": _WithConstants}


def prepare_for_onnx(model: KerasModel) -> KerasModel:
    """Return the same model with the same weights, its graph as small for many timesteps as for few."""
    return _copy_model(model, _FOLDED, {})


def prepare_for_litert(model: KerasModel, timesteps: int) -> KerasModel:
    """Return the same model for sequences of this length, without loops and without pooling over volumes."""
    return _copy_model(model, {**_FOLDED, **PLANE_BY_PLANE, **REVERSED}, {"unroll": True}, timesteps)


def _copy_model(
    model: KerasModel, classes: dict[str, Any], arguments: dict[str, Any], timesteps: int | None = None
) -> KerasModel:
    """Copy a model with other classes in place of Keras's, and other arguments wherever a layer has them."""

    def copy_operation(operation: Any) -> Any:
        if not isinstance(operation, keras.layers.Layer):  # as a comparison is, which holds nothing
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
    """Return a configuration with other arguments and classes, those of inner layers among them."""
    if isinstance(config, list):
        return [_replace_in_config(item, classes, arguments) for item in config]
    if not isinstance(config, dict):
        return config
    changed = {key: arguments.get(key, _replace_in_config(value, classes, arguments)) for key, value in config.items()}
    name = config.get("class_name")
    return changed | ({"registered_name": name} if name in classes else {})
