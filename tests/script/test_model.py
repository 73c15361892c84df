"""`build_model()` of a script makes the layers that `tdcli build` makes, whatever form their arguments have."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.layers.core.objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS, SHORT_NAMES, snake_case
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import build_model
from tdcli.nn.runtime.tensorflow import keras
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.script.model import model_lines
from tdcli.shapes import Shape
from tdcli.text.document import Document

Form = tuple[str, dict[str, Any], Shape]
SHAPES: dict[int, Shape] = {1: (None, 8, 2), 2: (None, 8, 8, 2), 3: (None, 8, 8, 8, 2)}
TABLES = {"initializer": INITIALIZERS, "regularizer": REGULARIZERS, "constraint": CONSTRAINTS}
VALUES = {"seed": 3, "axis": 0, "input_axes": 0, "output_axes": (-1,), "distribution": "uniform"}
MODES = {"VarianceScaling": "fan_avg", "OrthogonalRegularizer": "columns"}
DTYPES = ("float16", "float32", "float64")


def examples() -> Iterator[Form]:
    for name in layer_names():
        for example in find_layer(name).examples:
            yield name, example.arguments, example.input_shape


def objects() -> Iterator[Form]:
    """Every initializer, regularizer and constraint: by its name, by its aliases, and with all of its arguments."""
    for what, table in TABLES.items():
        for name, arguments in table.items():
            for alias in (name, snake_case(name)):
                given = {key: MODES.get(name) if key == "mode" else VALUES.get(key, 0.25) for key in arguments}
                forms = [{alias: given}] if name == "Constant" else [alias, {alias: None}, {alias: given}]
                yield from (("Dense", {"units": 4, f"kernel_{what}": form}, (None, 4)) for form in forms)
    for alias in SHORT_NAMES:
        yield "LSTM", {"units": 2, "kernel_initializer": alias}, (None, 3, 2)
    yield "Dense", {"units": 4, "kernel_constraint": {"max_norm": {"axis": (0, 1)}}}, (None, 4)


def sizes() -> Iterator[Form]:
    """Sizes as one number, as one for each axis, and as pairs."""
    for rank, shape in SHAPES.items():
        for name, key in ((f"ZeroPadding{rank}D", "padding"), (f"Cropping{rank}D", "cropping")):
            pairs = ((1, 2), (0, 1), (2, 0))[:rank]
            for form in (1, (1, 2), pairs) if rank < 3 else (1, (1, 2, 0), pairs):
                yield name, {key: pairs[0] if rank == 1 and form == pairs else form}, shape
        for form in (2, (2,), (2, 1, 2)[:rank]):
            yield f"MaxPooling{rank}D", {"pool_size": form, "strides": form}, shape
            yield f"Conv{rank}D", {"filters": 2, "kernel_size": form, "strides": form}, shape
            yield f"Conv{rank}DTranspose", {"filters": 2, "kernel_size": form, "dilation_rate": form}, shape
            frames = (None, 2, *shape[1:])
            yield f"ConvLSTM{rank}D", {"filters": 2, "kernel_size": form, "return_sequences": True}, frames


def others() -> Iterator[Form]:
    sequence = (None, 4, 4)
    yield from (("Activation", {"activation": each}, sequence) for each in (None, *ACTIVATIONS))
    yield from (("LSTM", {"units": 2, "dtype": each}, sequence) for each in DTYPES)
    yield from (("TimeDistributed", {"Dense": {"units": 2}, "dtype": each}, sequence) for each in DTYPES)
    for name in ("LayerNormalization", "UnitNormalization", "Softmax"):
        yield from ((name, {"axis": axis}, sequence) for axis in (1, (2,), (1, 2)))
    yield "Dense", {"units": 2, "name": "the-name.1_x"}, sequence
    yield "Normalization", {"mean": 1, "variance": (2.5,)}, sequence
    yield "BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": None, "rmin": 0.5}}, sequence
    yield "GRU", {"units": 2, "use_cudnn": False, "activation": None}, sequence
    yield "PReLU", {"shared_axes": (1, 2)}, sequence
    yield "Bidirectional", {"layer": {"LSTM": {"units": 2}}, "merge_mode": "sum"}, sequence


KINDS = {each.__name__: list(each()) for each in (examples, objects, sizes, others)}


def layer_node(name: str, arguments: dict[str, Any]) -> LayerNode:
    return LayerNode(read_layer({name: arguments}), ())


def planned(nodes: Sequence[LayerNode], shape: Shape) -> Plan:
    dtype = "int32" if nodes[0].layer.title() == "Embedding" else "float32"
    return infer(Chain(shape, tuple(nodes), dtype), "form", "layers", Document(Path("spec.yaml"), {}))


def chained(forms: Iterable[Form]) -> list[Plan]:
    """Put each form behind one whose output has the shape of its input, for a model costs more than a layer.

    What makes a mask has nothing behind it, for many layers refuse one.
    """
    chains: dict[Shape, tuple[Shape, list[LayerNode]]] = {}
    whole: list[tuple[Shape, list[LayerNode]]] = []
    for name, arguments, shape in forms:
        node = layer_node(name, arguments)
        plan = planned([node], shape)
        chain = chains.pop(shape, None) if plan.input_dtype == "float32" else None
        if chain is None:
            chain = (shape, [])
            whole.append(chain)
        chain[1].append(node)
        if not node.layer.output_masked(masked=False, input_shape=shape):
            chains[plan.output_shape] = chain
    return [planned(nodes, shape) for shape, nodes in whole]


def scripted(plan: Plan) -> Any:
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec("\n".join(model_lines(plan)), names)  # noqa: S102 (it is what is tested)
    return names["model"]


def configurations(model: Any) -> list[Any]:
    layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
    return [plain(json.loads(json.dumps(keras.layers.serialize(each), default=str))) for each in layers]


def plain(value: Any) -> Any:
    """Leave out names, which differ from model to model, and write a list of one axis as that axis."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key not in ("name", "build_config")}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 else [plain(each) for each in value]
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_of_every_argument_becomes_the_layer_that_is_built(kind: str) -> None:
    plans = chained(KINDS[kind])
    assert sum(len(plan.steps) for plan in plans) >= len(KINDS[kind])
    for plan in plans:
        keras.backend.clear_session(free_memory=False)
        built, script = build_model(plan), scripted(plan)
        assert script.output_shape == built.output_shape == plan.output_shape
        assert script.count_params() == built.count_params() == plan.trainable + plan.non_trainable
        pairs = zip(configurations(script), configurations(built), strict=True)
        assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_the_forms_are_as_many_as_they_seem() -> None:
    counts = {kind: len(forms) for kind, forms in KINDS.items()}
    assert min(counts.values()) > 40
    assert counts["objects"] > 6 * len(INITIALIZERS)
