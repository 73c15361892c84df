"""Work is what TensorFlow's profiler counts; memory is arithmetic on shapes."""

from pathlib import Path
from typing import Any

import pytest

from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.cost import cost_of_plan, cost_of_step
from tdcli.plan.plan import Plan
from tdcli.services.specs.compile import compile_spec

SPECS = Path(__file__).parents[2] / "specs"

# What the profiler does not count: loops (a ConvLSTM cannot be unrolled), convolutions backwards other than by a
# rough rule, grouped ones at all, einsum, and with dilation the border of the space-to-batch form.
NOT_COUNTED = ("ConvLSTM", "Transpose", "MultiHeadAttention")


def unrolled(layer: Layer) -> Layer:
    if isinstance(layer, Wrapper):
        return layer.model_copy(update={"layer": unrolled(layer.layer)})
    return layer.model_copy(update={"unroll": True}) if hasattr(layer, "unroll") else layer


def is_counted(name: str, example: Example) -> bool:
    text = f"{name} {example.arguments}"
    special = any(each in text for each in (*NOT_COUNTED, "dilation_rate", "groups", "channels_first", "seed"))
    return not special and "dropout" not in text


def sized(example: Example) -> tuple[int | None, ...]:
    """Return an example's shape with 3 for what is unknown."""
    return (None, *(size or 3 for size in example.input_shape[1:]))


def profiled(model: Any, shape: tuple[int, ...]) -> float:
    """Return the multiply-adds of all MatMul and Conv nodes for one sample; the profiler counts each as two."""
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    from tdcli.nn.runtime.tensorflow import tf

    call = tf.function(lambda x: model(x, training=False)).get_concrete_function(tf.TensorSpec((1, *shape), "float32"))
    graph = convert_variables_to_constants_v2(call).graph
    kinds = {node.name: node.type for node in graph.get_operations()}
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"

    def count(node: Any) -> float:
        is_product = "MatMul" in kinds.get(node.name, "") or "onv" in kinds.get(node.name, "")
        return (node.float_ops if is_product else 0) + sum(count(child) for child in node.children)

    return count(tf.compat.v1.profiler.profile(graph, options=options, cmd="scope")) / 2


LAYERS = [
    pytest.param(name, example, id=f"{name}-{index}")
    for name in layer_names()
    for index, example in enumerate(find_layer(name).examples)
    if is_counted(name, example) and read_layer({name: example.arguments}).multiply_adds(sized(example))
]


@pytest.mark.parametrize(("name", "example"), LAYERS)
def test_a_layers_work_is_what_the_profiler_counts(name: str, example: Example) -> None:
    from tdcli.nn.model.build import keras_layer
    from tdcli.nn.runtime.tensorflow import keras

    _, *shape = sized(example)
    layer = unrolled(read_layer({name: example.arguments}))
    inputs = keras.Input(shape)
    counted = profiled(keras.Model(inputs, keras_layer(layer)(inputs)), tuple(shape))
    assert layer.multiply_adds((None, *shape)) == pytest.approx(counted, rel=0.01)


def test_most_layers_that_multiply_are_compared() -> None:
    assert {value.values[0] for value in LAYERS} >= {
        "Bidirectional", "Conv1D", "Conv2D", "Conv3D", "Dense", "DepthwiseConv1D", "DepthwiseConv2D", "GRU", "LSTM",
        "SeparableConv1D", "SeparableConv2D", "SimpleRNN", "TimeDistributed",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["cnn_lstm", "encoder_decoder", "many_to_many", "pollution"])
def test_a_shipped_models_work_is_what_the_profiler_counts(name: str) -> None:
    from dataclasses import replace

    from tdcli.nn.model.build import build_model

    plan = compile_spec(SPECS / f"{name}.yaml").plan
    steps = tuple(replace(step, layer=unrolled(step.layer)) for step in plan.steps)
    shape = tuple(size or 1 for size in plan.input_shape[1:])
    counted = profiled(build_model(replace(plan, steps=steps)), shape)
    assert cost_of_plan(plan, batch_size=1).multiply_adds == pytest.approx(counted, rel=0.01)


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        ({"ConvLSTM2D": {"filters": 4, "kernel_size": 3}}, (None, 5, 8, 8, 3), 5 * 36 * 4 * 9 * (3 * 4 + 4 * 4)),
        ({"Conv1DTranspose": {"filters": 4, "kernel_size": 3, "strides": 2}}, (None, 8, 2), 8 * 3 * 2 * 4),
        # Projections 5 x (3 x 4 x 6 + 6 x 4), each step with each other 25 x 6, mixtures 25 x 6.
        ({"MultiHeadAttention": {"num_heads": 2, "key_dim": 3}}, (None, 5, 4), 5 * (3 * 24 + 24) + 2 * 25 * 6),
        ({"LSTM": {"units": 5}}, (None, None, 1), None),
        ({"Flatten": {}}, (None, 5, 3), 0),
    ],
)
def test_what_the_profiler_does_not_count_follows_the_formula(layer: Any, shape: Any, expected: int | None) -> None:
    assert read_layer(layer).multiply_adds(shape) == expected


def plan_of(folder: Path, layers: str) -> Plan:
    spec = f"architecture: {{kind: layers, input: [10, 8, 8, 3], layers: [{layers}]}}\n"
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    return compile_spec(folder / "spec.yaml").plan


def test_memory_is_what_shapes_come_to(tmp_path: Path) -> None:
    """Ten frames of 8 x 8 x 3 and 6 x 6 x 4 at 4 bytes; an LSTM(5) keeps 4 gates, state and output at 10 steps."""
    plan = plan_of(
        tmp_path,
        "{TimeDistributed: {Conv2D: {filters: 4, kernel_size: 3}}}, {TimeDistributed: Flatten}, {LSTM: {units: 5}}",
    )
    convolution, flatten, lstm = (cost_of_step(step, batch_size=2) for step in plan.steps)
    assert convolution.inference_bytes == 2 * 4 * (10 * 192 + 10 * 144)
    assert convolution.training_bytes == flatten.training_bytes == 2 * 4 * 10 * 144
    assert lstm.training_bytes == 2 * 4 * 10 * 5 * 6
    whole = cost_of_plan(plan, batch_size=2)
    assert whole.inference_bytes == convolution.inference_bytes
    assert whole.training_bytes == 2 * 4 * (1920 + 1440 + 1440 + 300)
    weights = plan.trainable
    assert whole.weight_bytes == {"as_is": 4 * weights, "float32": 4 * weights, "float16": 2 * weights}


def test_layers_of_another_dtype_take_their_own_bytes(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "Flatten, {Dense: {units: 1, dtype: float16}}, {Dense: {units: 1}}")
    _, half, full = (cost_of_step(step, batch_size=1) for step in plan.steps)
    assert half.weight_bytes["as_is"] == 2 * 1921
    assert full.weight_bytes["as_is"] == 4 * 2
