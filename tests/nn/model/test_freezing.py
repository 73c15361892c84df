"""What a spec freezes is frozen in the plan, in the model, in the script and while training."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.data.dataset import Dataset, Part
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import build_core, build_model
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.divergence import measured_step
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.setup import build_loop
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.script.model import model_lines
from tdcli.shapes import Shape
from tdcli.spec.objective import resolve_objective
from tdcli.spec.training import Training
from tdcli.text.document import Document

LENGTH = 9
"""Steps or places where a layer's example leaves their number open."""
SAMPLES = 4
TRAINING = {"epochs": 9, "optimizer": {"name": "sgd", "learning_rate": 0.1}}
CONV_LSTM = {"filters": 2, "kernel_size": 2}
NESTED: list[tuple[str, dict[str, Any], Shape]] = [
    ("TimeDistributed", {"ConvLSTM1D": CONV_LSTM}, (None, 3, 4, 5, 2)),
    ("TimeDistributed", {"Bidirectional": {"LSTM": {"units": 2}}}, (None, 3, 4, 2)),
    ("TimeDistributed", {"Bidirectional": {"ConvLSTM1D": CONV_LSTM}}, (None, 3, 4, 5, 2)),
    ("TimeDistributed", {"TimeDistributed": {"BatchNormalization": {}}}, (None, 3, 4, 2)),
]


def with_weights() -> Iterator[Any]:
    """Give the first example of each layer that has weights, and wrappers within wrappers."""
    for name in layer_names():
        examples = [(name, each.arguments, sized(each.input_shape)) for each in find_layer(name).examples]
        yield from [each for each in examples if has_weights(*each)][:1]
    yield from NESTED
    yield "Bidirectional", {"ConvLSTM1D": CONV_LSTM}, (None, 4, 5, 3)


def sized(shape: Shape) -> Shape:
    return (None, *(size or LENGTH for size in shape[1:]))


def has_weights(name: str, arguments: dict[str, Any], shape: Shape) -> bool:
    layer = read_layer({name: arguments})
    return "trainable" in type(layer).model_fields and layer.parameters(shape).total > 0


LAYERS = [pytest.param(*each, id=f"{each[0]}-{next(iter(each[1]), '')}") for each in with_weights()]


def planned(layers: list[Any], shape: Shape) -> Plan:
    integers = "Embedding" in layers[0]
    chain = Chain(shape, tuple(LayerNode(read_layer(each), ()) for each in layers), "int32" if integers else "float32")
    return infer(chain, "frozen", "layers", Document(Path("spec.yaml"), {}))


def counts(model: Any) -> tuple[int, int]:
    kinds = (model.trainable_weights, model.non_trainable_weights)
    trainable, fixed = (sum(int(np.prod(each.shape)) for each in kind) for kind in kinds)
    return trainable, fixed


def scripted(plan: Plan) -> Any:
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec("\n".join(model_lines(plan)), names)  # noqa: S102 (it is what is tested)
    return names["model"]


@pytest.fixture
def eager() -> Iterator[None]:
    """Compute without graphs, which take longer to make than these steps take."""
    tf.config.run_functions_eagerly(run_eagerly=True)
    yield
    tf.config.run_functions_eagerly(run_eagerly=False)


def moved(layers: list[Any], shape: Shape) -> list[list[bool]]:
    """Train two steps by our own loop; say of each layer's weights whether they moved."""
    plan = planned(layers, shape)
    rng = np.random.default_rng(0)
    x = (
        rng.integers(0, 2, (SAMPLES, *shape[1:]))
        if "Embedding" in layers[0]
        else rng.normal(size=(SAMPLES, *shape[1:]))
    )
    y = rng.normal(size=(SAMPLES, 1)).astype("float32")
    training = Training.model_validate({**TRAINING, "batch_size": SAMPLES})
    data = Dataset(Part(x.astype(plan.input_dtype), y, np.arange(SAMPLES)))
    loop = build_loop(TrainingInputs(plan, data, training, resolve_objective(training, plan.signature())))
    before = [layer.get_weights() for layer in loop.train_step.problem.core.layers[1:]]
    train_step = measured_step(loop)
    for _ in range(2):
        train_step()
    after = [layer.get_weights() for layer in loop.train_step.problem.core.layers[1:]]
    return [[not np.array_equal(a, b) for a, b in zip(*each, strict=True)] for each in zip(before, after, strict=True)]


@pytest.mark.parametrize("trainable", [True, False])
@pytest.mark.parametrize(("name", "arguments", "shape"), LAYERS)
def test_plan_model_and_script_count_the_same_trainable_weights(
    name: str, arguments: dict[str, Any], shape: Shape, trainable: bool
) -> None:
    plan = planned([{name: {**arguments, "trainable": trainable}}], shape)
    expected = (plan.trainable, plan.non_trainable)
    assert bool(plan.trainable) == (trainable and name != "Normalization")
    assert counts(build_core(plan)) == counts(build_model(plan)) == counts(scripted(plan)) == expected


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize(("name", "arguments", "shape"), LAYERS)
def test_two_steps_of_training_move_what_is_not_frozen(name: str, arguments: dict[str, Any], shape: Shape) -> None:
    head = ["Flatten", {"Dense": {"units": 1}}]
    frozen, _, dense = moved([{name: {**arguments, "trainable": False}}, *head], shape)
    assert (any(frozen), all(dense)) == (False, True)
    if name != "Normalization":  # whose weights a spec has no place to learn
        trained, _, dense = moved([{name: {**arguments, "trainable": True}}, *head], shape)
        assert (any(trained), all(dense)) == (True, True)


INNER = {"ConvLSTM1D": {**CONV_LSTM, "trainable": False}}


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("inner", [INNER, {"Bidirectional": INNER}], ids=["alone", "both ways"])
def test_a_frozen_layer_inside_a_wrapper_that_is_not_stays_as_it_is(inner: dict[str, Any]) -> None:
    frozen, _, dense = moved([{"TimeDistributed": inner}, "Flatten", {"Dense": {"units": 1}}], (None, 3, 4, 5, 2))
    assert (any(frozen), all(dense)) == (False, True)


@pytest.mark.usefixtures("eager")
def test_a_chain_that_is_frozen_as_a_whole_trains_nothing() -> None:
    assert moved([{"Dense": {"units": 1, "trainable": False}}], (None, 3)) == [[False, False]]
