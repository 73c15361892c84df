"""Every layer against the installed Keras: arguments, defaults, shapes, counts, refusals, masks."""

import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError, PydanticUndefined

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import keras_layer
from tdcli.nn.model.chain import apply_layer
from tdcli.nn.runtime.tensorflow import keras
from tdcli.shapes import Shape

EXAMPLES = [(name, example) for name in layer_names() for example in find_layer(name).examples]
BY_NAME = [pytest.param(name, example, id=f"{name}-{index}") for index, (name, example) in enumerate(EXAMPLES)]

# Arguments of Keras's that are left out everywhere: they need Python objects, hold state between
# batches, or serve models that are trained already.
LEFT_OUT = {
    "attention_axes",
    "flash_attention",
    "output_shape",
    "lora_rank",
    "lora_alpha",
    "quantization_config",
    "weights",
    "return_state",
    "stateful",
    "backward_layer",
}
OF_EVERY_LAYER = {"name", "trainable", "dtype"}


def layer_of(name: str, arguments: dict[str, Any]) -> Layer:
    return read_layer({name: arguments})


def symbolic_input(shape: Shape, layer: Layer) -> Any:
    return keras.Input(shape[1:], dtype="int32" if layer.takes_integers else "float32")


def count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def test_every_layer_has_an_example() -> None:
    assert layer_names()
    assert {name for name, _ in EXAMPLES} == set(layer_names())


@pytest.mark.parametrize("name", layer_names())
def test_a_layer_is_recurrent_where_keras_makes_it_of_an_rnn(name: str) -> None:
    layer = layer_of(name, find_layer(name).examples[0].arguments)
    stock = getattr(keras.layers, name, None)
    is_rnn = isinstance(stock, type) and issubclass(stock, keras.layers.RNN | keras.layers.Bidirectional)
    assert layer.is_recurrent == is_rnn


@pytest.mark.parametrize(("name", "example"), BY_NAME)
def test_a_layer_names_as_many_axes_as_keras_takes(name: str, example: Example) -> None:
    layer = layer_of(name, example.arguments)
    assert len(layer.axes) in (0, len(example.input_shape))
    assert layer.axes[:1] in ((), ("batch",))
    wanted = getattr(keras_layer(layer), "input_spec", None)
    rank = getattr(wanted, "ndim", None)
    assert not layer.axes or rank in (None, len(layer.axes))


@pytest.mark.parametrize(("name", "example"), BY_NAME)
def test_an_example_has_keras_shape_and_counts(name: str, example: Example) -> None:
    layer = layer_of(name, example.arguments)
    stock = keras_layer(layer)
    inputs = symbolic_input(example.input_shape, layer)
    outputs = apply_layer(stock, layer, inputs)
    model = keras.Model(inputs, outputs)
    parameters = layer.parameters(example.input_shape)
    assert layer.output_shape(example.input_shape) == tuple(outputs.shape)
    assert parameters.trainable == count(stock.trainable_weights) == count(model.trainable_weights)
    assert parameters.non_trainable == count(stock.non_trainable_weights)


@pytest.mark.parametrize(("name", "example"), BY_NAME)
def test_a_formula_worked_out_gives_the_count(name: str, example: Example) -> None:
    parameters = layer_of(name, example.arguments).parameters(example.input_shape)
    arithmetic = parameters.formula.replace("x", "*").replace("^", "**") or "0"
    assert set(arithmetic) <= set("0123456789 ()+*")
    assert eval(arithmetic) == parameters.total  # noqa: S307 (digits and operators alone, as asserted)


@pytest.mark.parametrize("name", layer_names())
def test_the_arguments_are_keras_own_with_keras_defaults(name: str) -> None:
    theirs = inspect.signature(getattr(keras.layers, name).__init__).parameters
    ours = find_layer(name).model_fields
    takes_more = any(each.kind is each.VAR_KEYWORD for each in theirs.values())
    of_every = OF_EVERY_LAYER if takes_more else set()
    assert set(ours) | of_every == set(theirs) - {"self", "kwargs"} - LEFT_OUT | of_every
    defaults = {key: plain(field.default) for key, field in ours.items() if key in theirs}
    assert defaults == {key: plain(theirs[key].default) for key in defaults}


def plain(default: Any) -> Any:
    """Write one size for each axis as one size, and either library's word for "none" as None."""
    if default is PydanticUndefined or default is inspect.Parameter.empty:
        return "required"
    return default[0] if isinstance(default, tuple) else default


def test_the_union_of_left_out_arguments_is_still_keras() -> None:
    known = {
        key for name in layer_names() for key in inspect.signature(getattr(keras.layers, name).__init__).parameters
    }
    assert known >= LEFT_OUT


# What a class gives to its bases itself.
INTERNAL = {"cell", "pool_dimensions", "pool_mode", "rank"}
RECURRENT = {"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "SimpleRNN"}


def accepted(stock: type) -> set[str]:
    """Return the arguments of a class of Keras's, those that reach its bases by `**kwargs` among them."""
    names: set[str] = set()
    for each in stock.__mro__:
        if "__init__" in vars(each):
            taken = inspect.signature(each.__init__).parameters.values()
            names |= {one.name for one in taken if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
            if each is keras.layers.Layer or not any(one.kind is one.VAR_KEYWORD for one in taken):
                break
    return names - {"self", *INTERNAL}


def documented() -> dict[str, str]:
    """Return the layers that `docs/concepts/keras.md` names for each argument that is left out."""
    page = (Path(__file__).parents[2] / "docs" / "concepts" / "keras.md").read_text(encoding="utf-8")
    table = page.partition("## Arguments that are not supported")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    return {name: layers for names, layers in rows for name in re.findall("`(.*?)`", names)}


@pytest.mark.parametrize("name", layer_names())
def test_every_argument_of_a_layer_and_its_bases_is_there_or_named_as_left_out(name: str) -> None:
    missing = accepted(getattr(keras.layers, name)) - set(find_layer(name).model_fields)
    page = documented()
    assert missing <= set(page)
    for argument in missing:
        named = set(re.findall("`(.*?)`", page[argument]))
        assert name in (named or {name})
        assert "recurrent" not in page[argument] or name in RECURRENT


def test_the_page_names_no_argument_that_is_there_or_unknown() -> None:
    classes = [getattr(keras.layers, name) for name in layer_names()]
    known = {key for each in classes for key in accepted(each)}
    called_with = set(inspect.signature(keras.layers.MultiHeadAttention.call).parameters)
    assert set(documented()) <= known | called_with | {"input_dim", "input_shape"}
    for argument, layers in documented().items():
        for name in re.findall("`(.*?)`", layers):
            assert argument not in find_layer(name).model_fields


# What both refuse: the arguments, before any shape is known.
WRONG_ARGUMENTS = [
    ("Dense", {"units": 0}),
    ("Dense", {"units": 2, "kernel_regularizer": {"OrthogonalRegularizer": {"factor": -1.0}}}),
    ("Normalization", {"mean": (1.0, 2.0), "variance": 1.0}),
    ("MaxPooling1D", {"pool_size": ()}),
    ("Conv2D", {"filters": 3, "kernel_size": ()}),
    ("Dense", {"units": -3}),
    ("Dense", {"units": 2, "activation": "rleu"}),
    ("Dense", {"units": 2, "kernel_initializer": "glorot"}),
    ("Dense", {"units": 2, "kernel_initializer": {"VarianceScaling": {"mode": "fan"}}}),
    ("Dense", {"units": 2, "kernel_initializer": {"VarianceScaling": {"scale": 0.0}}}),
    ("Dense", {"units": 2, "kernel_initializer": {"RandomNormal": {"variance": 1.0}}}),
    ("Dense", {"units": 2, "kernel_regularizer": {"L2": {"l2": -1.0}}}),
    ("Dense", {"units": 2, "kernel_regularizer": {"L2": {"l2": float("inf")}}}),
    ("Dense", {"units": 2, "kernel_regularizer": "l1_l2"}),
    ("Dense", {"units": 2, "kernel_constraint": "max"}),
    ("Dense", {}),
    ("Dense", {"units": 2, "name": "a/b"}),
    ("Dense", {"units": 2, "trainable": 1}),
    ("Dense", {"units": 2, "unit": 3}),
    ("Conv1D", {"filters": 0, "kernel_size": 3}),
    ("Conv1D", {"filters": 2, "kernel_size": 0}),
    ("Conv1D", {"filters": 2, "kernel_size": 3, "strides": 0}),
    ("Conv1D", {"filters": 2, "kernel_size": 3, "strides": 2, "dilation_rate": 2}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "groups": 2}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "groups": 0}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "padding": "full"}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "data_format": "last"}),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "causal"}),
    ("Conv2D", {"filters": 3, "kernel_size": (3, 3, 3)}),
    ("Conv3D", {"filters": 3, "kernel_size": 3, "dilation_rate": (1, 2)}),
    ("LSTM", {"units": 0}),
    ("LSTM", {"units": 2, "use_cudnn": "yes"}),
    ("GRU", {"units": -1}),
    ("SimpleRNN", {"units": 2, "recurrent_activation": "tanh"}),
    ("MaxPooling1D", {"pool_size": 0}),
    ("MaxPooling2D", {"pool_size": (2, 2, 2)}),
    ("MaxPooling2D", {"strides": -1}),
    ("AveragePooling1D", {}),
    ("AveragePooling2D", {"pool_size": 2, "data_format": "first"}),
    ("GlobalMaxPooling1D", {"data_format": "first"}),
    ("Flatten", {"data_format": "first"}),
    ("Reshape", {"target_shape": (-1, -1)}),
    ("Reshape", {"target_shape": (3, -2)}),
    ("RepeatVector", {"n": 0}),
    ("RepeatVector", {"n": 2.0}),
    ("RepeatVector", {"n": True}),
    ("Permute", {"dims": (0, 1)}),
    ("Permute", {"dims": (1, 3)}),
    ("Permute", {"dims": (1, 1)}),
    ("Activation", {}),
    ("Activation", {"activation": "rleu"}),
    ("Dropout", {"rate": -0.1}),
    ("Dropout", {"rate": 1.1}),
    ("Dropout", {"rate": 0.1, "noise_shape": (0, 1)}),
    ("SpatialDropout1D", {"rate": 2.0}),
    ("SpatialDropout1D", {"rate": 0.2, "trainable": False}),
    ("SpatialDropout2D", {"rate": 0.2, "data_format": "first"}),
    ("BatchNormalization", {"axis": "last"}),
    ("BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": 1.0, "rmin": 2.0}}),
    ("BatchNormalization", {"renorm": True, "renorm_clipping": {"dmax": -1.0}}),
    ("BatchNormalization", {"renorm": True, "renorm_clipping": {"max": 1.0}}),
    ("LayerNormalization", {"axis": "last"}),
    ("Embedding", {"input_dim": 0, "output_dim": 2}),
    ("Embedding", {"input_dim": 2, "output_dim": True}),
    ("Bidirectional", {"layer": {"LSTM": {"units": 2, "go_backwards": True}}}),
    ("Bidirectional", {"layer": {"LSTM": {"units": 2}}, "merge_mode": "max"}),
    ("Bidirectional", {"layer": {"Dense": {"units": 2}}}),
    ("TimeDistributed", {}),
]


@pytest.mark.parametrize(("name", "arguments"), WRONG_ARGUMENTS)
def test_arguments_that_keras_refuses_are_refused(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, PydanticCustomError)):
        layer_of(name, arguments)
    with pytest.raises((ValueError, TypeError, AttributeError)):
        getattr(keras.layers, name)(**stock_arguments(arguments))


def stock_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """Turn `{L2: {...}}` into Keras's form without asking our own layers, which refuse it."""
    return {key: stock_value(key, value) for key, value in arguments.items()}


def stock_value(key: str, value: Any) -> Any:
    if not isinstance(value, dict) or key == "renorm_clipping":
        return value
    ((name, config),) = value.items()
    return getattr(keras.layers, name)(**config) if key == "layer" else {"class_name": name, "config": config}


# What both refuse: a shape that the layer does not fit.
WRONG_SHAPES = [
    ("Dense", {"units": 2}, (None,), "rank"),
    ("Dense", {"units": 2}, (None, 3, None), "unknown"),
    ("Dense", {"units": 2, "bias_initializer": "zeros"}, (None,), "rank"),
    ("Conv1D", {"filters": 2, "kernel_size": 3}, (None, 5), "rank"),
    ("Conv1D", {"filters": 2, "kernel_size": 3}, (None, 2, 4), "size"),
    ("Conv1D", {"filters": 2, "kernel_size": 3, "dilation_rate": 3}, (None, 6, 4), "size"),
    ("Conv1D", {"filters": 2, "kernel_size": 3}, (None, 5, None), "unknown"),
    ("Conv2D", {"filters": 2, "kernel_size": 3}, (None, 4, 8, 8, 3), "rank"),
    ("Conv2D", {"filters": 2, "kernel_size": 3, "groups": 2}, (None, 8, 8, 3), "size"),
    ("Conv3D", {"filters": 2, "kernel_size": (1, 1, 5)}, (None, 8, 8, 4, 3), "size"),
    ("LSTM", {"units": 2}, (None, 5), "rank"),
    ("LSTM", {"units": 2}, (None, 5, 4, 4, 3), "rank"),
    ("LSTM", {"units": 2}, (None, 5, None), "unknown"),
    ("GRU", {"units": 2}, (None, 5), "rank"),
    ("SimpleRNN", {"units": 2}, (None, 5), "rank"),
    ("Bidirectional", {"LSTM": {"units": 2}}, (None, 5), "rank"),
    ("TimeDistributed", {"Dense": {"units": 2}}, (None, 5), "rank"),
    ("TimeDistributed", {"LSTM": {"units": 2}}, (None, 5, 3), "rank"),
    ("TimeDistributed", {"Conv2D": {"filters": 2, "kernel_size": 3}}, (None, 5, 2, 2, 3), "size"),
    ("MaxPooling1D", {}, (None, 5), "rank"),
    ("MaxPooling1D", {}, (None, 1, 4), "size"),
    ("MaxPooling2D", {"pool_size": (1, 9)}, (None, 8, 8, 4), "size"),
    ("MaxPooling3D", {}, (None, 8, 8, 4), "rank"),
    ("AveragePooling2D", {"pool_size": 2}, (None, 8, 1, 4), "size"),
    ("GlobalMaxPooling2D", {}, (None, 8, 4), "rank"),
    ("GlobalAveragePooling1D", {}, (None, 8, 8, 4), "rank"),
    ("Reshape", {"target_shape": (3, 4)}, (None, 5), "size"),
    ("Reshape", {"target_shape": (-1, 4)}, (None, 6, 3), "size"),
    ("RepeatVector", {"n": 2}, (None, 4, 3), "rank"),
    ("Permute", {"dims": (2, 1)}, (None, 4), "rank"),
    ("SpatialDropout1D", {"rate": 0.1}, (None, 4), "rank"),
    ("SpatialDropout2D", {"rate": 0.1}, (None, 4, 3), "rank"),
    ("BatchNormalization", {"axis": 3}, (None, 4, 3), "rank"),
    ("BatchNormalization", {"axis": 0}, (None, 4, 3), "rank"),
    ("BatchNormalization", {"axis": -3}, (None, 4, 3), "rank"),
    ("BatchNormalization", {"axis": 1}, (None, None, 3), "unknown"),
    ("LayerNormalization", {"axis": (1, 3)}, (None, 4, 3), "rank"),
    ("LayerNormalization", {"axis": 0}, (None, 4, 3), "rank"),
    ("LayerNormalization", {"axis": 1}, (None, None, 3), "unknown"),
]


@pytest.mark.parametrize(("name", "arguments", "shape", "kind"), WRONG_SHAPES)
def test_shapes_that_keras_refuses_are_refused(name: str, arguments: dict[str, Any], shape: Shape, kind: str) -> None:
    layer = layer_of(name, arguments)
    with pytest.raises(ShapeError) as caught:
        layer.output_shape(shape)
    assert caught.value.kind == kind
    assert caught.value.needs
    with pytest.raises((ValueError, TypeError, IndexError)):
        apply_layer(keras_layer(layer), layer, symbolic_input(shape, layer))


# What Keras takes when it builds the layer and fails on when it computes.
WRONG_WHEN_COMPUTED = [
    ("Dropout", {"rate": 0.5, "noise_shape": (None, 1)}, (2, 3, 5), "size"),
    ("Dropout", {"rate": 0.5, "noise_shape": (None, 2, 1)}, (2, 3, 5), "size"),
    ("LayerNormalization", {"axis": (1, -2)}, (2, 3, 5), "rank"),
    ("Softmax", {"axis": (1, -2)}, (2, 3, 5), "rank"),
    ("Dense", {"units": 2, "activity_regularizer": "orthogonal_regularizer"}, (2, 3, 5), "size"),
    ("PReLU", {"alpha_regularizer": "orthogonal_regularizer"}, (2, 3, 5, 4), "size"),
    ("PReLU", {"alpha_constraint": {"MaxNorm": {"axis": 2}}}, (2, 3, 5), "size"),
]


@pytest.mark.parametrize(("name", "arguments", "shape", "kind"), WRONG_WHEN_COMPUTED)
def test_what_would_fail_in_training_is_refused_before(
    name: str, arguments: dict[str, Any], shape: Shape, kind: str
) -> None:
    layer = layer_of(name, arguments)
    with pytest.raises(ShapeError) as caught:
        layer.output_shape((None, *shape[1:]))
    assert caught.value.kind == kind
    with pytest.raises(Exception, match=r"Exception encountered when calling|must have rank 2|reduction dimension"):
        step(keras_layer(layer), np.ones(shape, "float32"))


def step(stock: Any, inputs: Any) -> None:
    """Compute what a step of training computes: outputs, penalties and constraints."""
    stock(inputs, training=True)
    assert all(each is not None for each in stock.losses)
    for weight in stock.weights:
        if weight.constraint is not None:
            weight.assign(weight.constraint(weight))


def test_unrolling_an_unknown_number_of_steps_is_refused() -> None:
    layer = layer_of("LSTM", {"units": 2, "unroll": True})
    with pytest.raises(ShapeError, match="timesteps to unroll"):
        layer.output_shape((None, None, 3))


@pytest.mark.parametrize("name", layer_names())
def test_a_layer_reads_a_mask_where_keras_does(name: str) -> None:
    layer = layer_of(name, find_layer(name).examples[0].arguments)
    assert layer.reads_mask == keras_layer(layer)._call_has_mask_arg
