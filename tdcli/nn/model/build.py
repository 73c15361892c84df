"""Build a Keras model from a plan. No layer needs its own code, because its fields are Keras's arguments."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.objects import snake_case
from tdcli.nn.model.chain import apply_layer, core_steps, inputs_of
from tdcli.nn.model.serving import serving_model
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import keras, using_channels_last, using_dtype_policy
from tdcli.nn.runtime.types import KerasLayer, KerasModel
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import unwraps

NO_SUBSTITUTES: Mapping[str, Any] = MappingProxyType({})


def keras_layer(layer: Layer, name: str | None = None, substitutes: Mapping[str, Any] = NO_SUBSTITUTES) -> KerasLayer:
    """Return the Keras layer. A wrapper contains its inner layer.

    substitutes: classes to use in place of stock Keras classes, by the names of the stock classes.

    A layer with `forgets_trainable` is created as trainable; `freeze` freezes it after it is built. An inner layer is
    named after its class, as in a new process. Keras would add a number, because it numbers all layers of a process.
    """
    arguments = {
        key: keras_layer(value, snake_case(value.title()), substitutes) if isinstance(value, Layer) else value
        for key, value in layer.arguments().items()
    }
    if layer.forgets_trainable:
        arguments["trainable"] = True
    if name is not None:
        arguments["name"] = name
    return substitutes.get(layer.title(), getattr(keras.layers, layer.title()))(**arguments)


def freeze(built: KerasLayer, layer: Layer) -> None:
    """Freeze a built layer if the `trainable` argument of its constructor does not affect its weights.

    With TensorFlow, Keras 3.15 applies `trainable = False` only to a layer that was trainable before.
    """
    if layer.forgets_trainable:
        built.trainable = False


@enough_memory()
def build_model(plan: Plan) -> KerasModel:
    """Return the whole model as a Functional model with newly initialized weights."""
    return serving_model(build_core(plan), plan)


def build_core(
    plan: Plan, substitutes: Mapping[str, Any] = NO_SUBSTITUTES, dtype_policy: str = "float32"
) -> KerasModel:
    """Return the model for training, without a Masking layer at its start.

    Training computes the mask itself. Call the model with `mask=`, of shape `(batch, time)`.

    substitutes: classes to train in place of stock Keras classes, by the names of the stock classes. They must have
    the same weights in the same order.
    """
    with using_channels_last(), using_dtype_policy(dtype_policy):
        return _chain_model(plan, substitutes)


def _chain_model(plan: Plan, substitutes: Mapping[str, Any]) -> KerasModel:
    inputs = keras.Input(plan.input_shape[1:], dtype=plan.input_dtype, name="input")
    tensors = [inputs]
    for step in core_steps(plan):
        layer = _step_layer(step, substitutes)
        tensors.append(apply_layer(layer, step.layer, inputs_of(step, tensors)))
        freeze(layer, step.layer)
    core = keras.Model(inputs, tensors[-1], name=model_name(plan))
    core.supports_masking = True
    return core


def _step_layer(step: Step, substitutes: Mapping[str, Any]) -> KerasLayer:
    """Return a step's layer, without its TimeDistributed wrapper if that would iterate over the batch axis."""
    if unwraps(step.layer, step.input_shape):
        return keras_layer(step.layer.layer, step.name, substitutes)  # type: ignore[attr-defined]
    return keras_layer(step.layer, step.name, substitutes)


def model_name(plan: Plan) -> str:
    """Return the plan's name. Characters that TensorFlow does not allow in a scope are replaced by underscores."""
    return "".join(letter if letter.isalnum() else "_" for letter in plan.name)
