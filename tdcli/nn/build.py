"""A plan to a Keras model, with no case per layer: a layer's fields are Keras's arguments."""

from typing import Any

from tdcli.layers._base import Layer
from tdcli.layers._wrapper import Wrapper
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.nn.chain import called, core_steps, read_by
from tdcli.nn.folding import Folded
from tdcli.nn.memory import enough_memory
from tdcli.nn.start import keras
from tdcli.nn.whole import whole_model
from tdcli.plan.plan import Plan, Step
from tdcli.plan.unknown_timesteps import unwraps


def keras_layer(layer: Layer, name: str | None = None, *, folded: bool = False) -> Any:
    """Return the stock Keras layer, an inner layer of a wrapper built first; `folded`: TimeDistributed as Folded."""
    arguments = {
        key: keras_layer(value, folded=folded) if isinstance(value, Layer) else value
        for key, value in layer.arguments().items()
    }
    if name is not None:
        arguments["name"] = name
    made = Folded if folded and isinstance(layer, TimeDistributed) else getattr(keras.layers, layer.title())
    return made(**arguments)


def freeze(stock: Any, layer: Layer) -> None:
    """Freeze what the spec freezes in a built layer.

    Keras 3.15's ConvLSTM keeps `trainable` from its cell, which a model then trains.
    """
    if not layer.trainable:
        getattr(stock, "cell", stock).trainable = False
    if isinstance(layer, Wrapper):
        for place in ("layer", "forward_layer", "backward_layer"):
            if hasattr(stock, place):
                freeze(getattr(stock, place), layer.layer)


@enough_memory()
def build_model(plan: Plan) -> Any:
    """Return the whole chain as a Functional model with fresh weights."""
    return whole_model(build_core(plan), plan)


def build_core(plan: Plan, *, folded: bool = False) -> Any:
    """Return the chain without a Masking layer at its start: training says itself which steps are real.

    Call it with `mask=`, of shape `(batch, time)`. `folded`: for training, with the weights of stock in their order.
    """
    inputs = keras.Input(plan.input_shape[1:], dtype=plan.input_dtype, name="input")
    tensors = [inputs]
    for step in core_steps(plan):
        stock = _made(step, folded=folded)
        tensors.append(called(stock, step.layer, read_by(step, tensors)))
        freeze(stock, step.layer)
    core = keras.Model(inputs, tensors[-1], name=model_name(plan))
    core.supports_masking = True
    return core


def stock_core(core: Any, plan: Plan) -> Any:
    """Return a core of stock layers with the weights of a trained one, which may be folded."""
    stock = build_core(plan)
    stock.set_weights(core.get_weights())
    return stock


def _made(step: Step, *, folded: bool) -> Any:
    """Return a step's layer; TimeDistributed is left out where it would walk over the batch."""
    if unwraps(step.layer, step.input_shape):
        return keras_layer(step.layer.layer, step.name)  # type: ignore[attr-defined]
    return keras_layer(step.layer, step.name, folded=folded)


def model_name(plan: Plan) -> str:
    """Return the plan's name with the letters that TensorFlow allows in a scope."""
    return "".join(letter if letter.isalnum() else "_" for letter in plan.name)
