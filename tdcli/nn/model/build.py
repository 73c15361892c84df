"""A plan to a Keras model, with no case per layer: a layer's fields are Keras's arguments."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.nn.model.chain import called, core_steps, read_by
from tdcli.nn.model.serving import whole_model
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import computing_in, keras
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import unwraps

STOCK: Mapping[str, Any] = MappingProxyType({})
"""No class in place of Keras's own."""


def keras_layer(layer: Layer, name: str | None = None, faster: Mapping[str, Any] = STOCK) -> Any:
    """Return the Keras layer, an inner layer of a wrapper made first; faster: classes in place of stock ones.

    A frozen layer that forgets it is made trainable, for `freeze` once it is built.
    """
    arguments = {
        key: keras_layer(value, faster=faster) if isinstance(value, Layer) else value
        for key, value in layer.arguments().items()
    }
    if layer.forgets_trainable:
        arguments["trainable"] = True
    if name is not None:
        arguments["name"] = name
    return faster.get(layer.title(), getattr(keras.layers, layer.title()))(**arguments)


def freeze(stock: Any, layer: Layer) -> None:
    """Freeze a built layer whose constructor's `trainable` does not reach its weights.

    On TensorFlow Keras 3.15 takes `trainable = False` only from a layer that is trainable until then.
    """
    if layer.forgets_trainable:
        stock.trainable = False


@enough_memory()
def build_model(plan: Plan) -> Any:
    """Return the whole chain as a Functional model with fresh weights."""
    return whole_model(build_core(plan), plan)


def build_core(plan: Plan, faster: Mapping[str, Any] = STOCK, dtype_policy: str = "float32") -> Any:
    """Return the chain without a Masking layer at its start: training says itself which steps are real.

    Call it with `mask=`, of shape `(batch, time)`. faster: classes that train in place of stock ones, by the
    names of these, with the same weights in the same order.
    """
    with computing_in(dtype_policy):
        return _core(plan, faster)


def _core(plan: Plan, faster: Mapping[str, Any]) -> Any:
    inputs = keras.Input(plan.input_shape[1:], dtype=plan.input_dtype, name="input")
    tensors = [inputs]
    for step in core_steps(plan):
        stock = _made(step, faster)
        tensors.append(called(stock, step.layer, read_by(step, tensors)))
        freeze(stock, step.layer)
    core = keras.Model(inputs, tensors[-1], name=model_name(plan))
    core.supports_masking = True
    return core


def _made(step: Step, faster: Mapping[str, Any]) -> Any:
    """Return a step's layer; TimeDistributed is left out where it would walk over the batch."""
    if unwraps(step.layer, step.input_shape):
        return keras_layer(step.layer.layer, step.name, faster)  # type: ignore[attr-defined]
    return keras_layer(step.layer, step.name, faster)


def model_name(plan: Plan) -> str:
    """Return the plan's name with the letters that TensorFlow allows in a scope."""
    return "".join(letter if letter.isalnum() else "_" for letter in plan.name)
