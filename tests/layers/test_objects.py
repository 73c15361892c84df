"""Names and arguments of activations, initializers, regularizers and constraints against the installed Keras."""

import inspect
from types import ModuleType

import pytest
from pydantic import ValidationError

from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.layers.core.objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS, SHORT_NAMES, snake_case
from tdcli.layers.core.registry import read_layer
from tdcli.nn.model.build import keras_layer
from tdcli.nn.runtime.tensorflow import keras, tf

TABLES = [
    (keras.initializers, INITIALIZERS, {"Initializer", "STFT", "STFTInitializer"}),
    (keras.regularizers, REGULARIZERS, {"Regularizer"}),
    (keras.constraints, CONSTRAINTS, {"Constraint"}),
]
GIVEN = {"mode": {"VarianceScaling": "fan_avg", "OrthogonalRegularizer": "columns"}, "distribution": "uniform"}
WHOLE = {"seed": 3, "axis": 0, "input_axes": (0,), "output_axes": (0, -1)}


def classes(module: ModuleType) -> dict[str, type]:
    return {name: each for name, each in vars(module).items() if inspect.isclass(each)}


REQUIRED = {
    "Dense": {"units": 2},
    "Conv1D": {"filters": 2, "kernel_size": 2},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 3},
}


def test_activations_are_keras_but_for_two_that_cannot_be_named() -> None:
    names = {name for name, each in vars(keras.activations).items() if inspect.isfunction(each)}
    assert set(ACTIVATIONS) == names - {"glu", "threshold", "get", "serialize", "deserialize"}


@pytest.mark.parametrize(("module", "table", "left_out"), TABLES)
def test_the_tables_hold_keras_names_and_arguments(module: ModuleType, table: dict, left_out: set[str]) -> None:
    theirs = {each.__name__: each for each in classes(module).values() if each.__name__ not in left_out}
    assert set(table) == set(theirs)
    for name, arguments in table.items():
        signature = inspect.signature(theirs[name].__init__).parameters
        assert set(arguments) == set(signature) - {"self", "args", "kwargs"}, name


INITIALIZER_NAMES = [*INITIALIZERS, *map(snake_case, INITIALIZERS), *SHORT_NAMES]


@pytest.mark.parametrize("name", [name for name in INITIALIZER_NAMES if name.casefold() != "constant"])
def test_keras_knows_every_name_of_an_initializer(name: str) -> None:
    layer = read_layer({"Dense": {"units": 2, "kernel_initializer": name}})
    stock = type(keras_layer(layer).kernel_initializer).__name__
    assert stock == SHORT_NAMES.get(name, next((each for each in INITIALIZERS if name in (each, snake_case(each))), ""))


@pytest.mark.parametrize("name", [*REGULARIZERS, *map(snake_case, REGULARIZERS)])
def test_keras_knows_every_name_of_a_regularizer(name: str) -> None:
    layer = read_layer({"Dense": {"units": 2, "kernel_regularizer": name}})
    assert name in (each := type(keras_layer(layer).kernel_regularizer).__name__, snake_case(each))


@pytest.mark.parametrize("name", [*CONSTRAINTS, *map(snake_case, CONSTRAINTS)])
def test_keras_knows_every_name_of_a_constraint(name: str) -> None:
    layer = read_layer({"Dense": {"units": 2, "kernel_constraint": name}})
    assert name in (each := type(keras_layer(layer).kernel_constraint).__name__, snake_case(each))


def test_every_argument_reaches_keras() -> None:
    seen = 0
    tables = (
        ("kernel_initializer", INITIALIZERS),
        ("kernel_regularizer", REGULARIZERS),
        ("kernel_constraint", CONSTRAINTS),
    )
    for field, table in tables:
        for name, arguments in table.items():
            given = {key: value_for(name, key) for key in arguments}
            layer = read_layer({"Dense": {"units": 2, field: {name: given}}})
            stock = getattr(keras_layer(layer), field)
            assert {key: attribute(stock, key) for key in given} == given, name
            seen += len(given)
    assert seen == 50


def attribute(stock: object, argument: str) -> object:
    found = getattr(stock, argument, None)
    return getattr(stock, f"_{argument}", None) if found is None else found


def value_for(name: str, argument: str) -> object:
    if argument == "mode":
        return GIVEN["mode"][name]
    return GIVEN.get(argument, WHOLE.get(argument, 0.25))


@pytest.mark.parametrize(
    ("layer", "argument", "value"),
    [
        ("Dense", "bias_initializer", "orthogonal"),
        ("Dense", "bias_initializer", "identity"),
        ("Dense", "bias_regularizer", "orthogonal_regularizer"),
        ("Conv1D", "kernel_initializer", {"Identity": {"gain": 2.0}}),
        ("Conv1D", "kernel_regularizer", "OrthogonalRegularizer"),
        ("MultiHeadAttention", "kernel_initializer", "identity"),
        ("MultiHeadAttention", "bias_initializer", "orthogonal"),
        ("MultiHeadAttention", "kernel_regularizer", "OrthogonalRegularizer"),
    ],
)
def test_what_keras_refuses_for_a_weight_with_other_axes_is_refused(layer: str, argument: str, value: object) -> None:
    arguments = REQUIRED[layer]
    with pytest.raises(ValidationError, match="needs a matrix, but this weight is not one"):
        read_layer({layer: {**arguments, argument: value}})
    stock_value = {"class_name": "Identity", "config": {"gain": 2.0}} if isinstance(value, dict) else value
    stock = getattr(keras.layers, layer)(**arguments, **{argument: stock_value})
    with pytest.raises(ValueError, match=r"2D|two-dimensional|rank 2"):
        losses_of(stock)


def losses_of(layer: keras.layers.Layer) -> list:
    inputs = keras.ops.ones((1, 4, 3))
    layer(*[inputs] * (2 if isinstance(layer, keras.layers.MultiHeadAttention) else 1))
    return layer.losses


@pytest.mark.parametrize(
    ("layer", "counts"),
    [
        ({"Dense": {"units": 2}}, {"kernel": 2, "bias": 1}),
        ({"Conv2D": {"filters": 2, "kernel_size": 3}}, {"kernel": 4, "bias": 1}),
        ({"Conv1DTranspose": {"filters": 2, "kernel_size": 3}}, {"kernel": 3, "bias": 1}),
        ({"DepthwiseConv1D": {"kernel_size": 3}}, {"depthwise": 3, "bias": 1}),
        ({"SeparableConv2D": {"filters": 2, "kernel_size": 3}}, {"depthwise": 4, "pointwise": 4, "bias": 1}),
        ({"ConvLSTM2D": {"filters": 2, "kernel_size": 3}}, {"kernel": 4, "recurrent": 4, "bias": 1}),
        ({"LSTM": {"units": 2}}, {"kernel": 2, "recurrent": 2, "bias": 1}),
        ({"GRU": {"units": 2}}, {"kernel": 2, "recurrent": 2, "bias": 2}),
        ({"GRU": {"units": 2, "reset_after": False}}, {"kernel": 2, "recurrent": 2, "bias": 1}),
        ({"LayerNormalization": {"axis": (1, 2)}}, {"beta": 2, "gamma": 2}),
        ({"Embedding": {"input_dim": 3, "output_dim": 2}}, {"embeddings": 2}),
    ],
)
def test_an_object_may_name_the_axes_that_keras_gives_its_weight(layer: dict, counts: dict[str, int]) -> None:
    ((name, arguments),) = layer.items()
    theirs = inspect.signature(getattr(keras.layers, name)).parameters
    for weight, axes in counts.items():
        constrained = f"{weight}_constraint" in theirs
        field = f"{weight}_constraint" if constrained else f"{weight}_initializer"
        last = {"UnitNorm": {"axis": axes - 1}} if constrained else {"HeNormal": {"input_axes": axes - 1}}
        beyond = {key: dict.fromkeys(value, axes) for key, value in last.items()}
        read_layer({name: {**arguments, field: last}})
        with pytest.raises(ValidationError, match=f"got axis `{axes}`"):
            read_layer({name: {**arguments, field: beyond}})


@pytest.mark.parametrize(
    ("field", "value", "dtype"),
    [("recurrent_initializer", "orthogonal", "bfloat16"), ("kernel_regularizer", "orthogonal_regularizer", "float16")],
)
def test_what_tensorflow_does_not_compute_in_a_dtype_is_refused(field: str, value: str, dtype: str) -> None:
    with pytest.raises(ValidationError, match=f"in {dtype}"):
        read_layer({"LSTM": {"units": 2, field: value, "dtype": dtype}})
    with pytest.raises(tf.errors.InvalidArgumentError):
        losses_of(keras.layers.LSTM(2, dtype=dtype, **{field: value}))


def test_a_constant_without_a_value_is_refused_as_keras_does() -> None:
    for written in ("constant", {"Constant": None}, {"Constant": {}}):
        with pytest.raises(ValidationError, match=r"the initializer `[Cc]onstant` needs a `value`"):
            read_layer({"Dense": {"units": 2, "bias_initializer": written}})
    with pytest.raises(KeyError, match="value"):
        keras.initializers.get("constant")


def test_a_wrong_argument_is_placed_under_the_object_name() -> None:
    with pytest.raises(ValidationError) as caught:
        read_layer({"Dense": {"units": 2, "kernel_regularizer": {"L2": {"l2": "x", "l3": 1.0}}}})
    found = [(each["type"], each["loc"]) for each in caught.value.errors()]
    way = ("Dense", "kernel_regularizer", "L2")
    assert found == [("wrong-type", (*way, "l2")), ("unknown-key", (*way, "l3"))]


@pytest.mark.parametrize(
    "name", ["LSTM", "GRU", "SimpleRNN", "Conv2D", "GlobalMaxPooling1D", "TimeDistributed", "L1L2"]
)
def test_snake_case_is_keras_own(name: str) -> None:
    assert snake_case(name) == keras.src.utils.naming.to_snake_case(name)
