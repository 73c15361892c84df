"""Random chains of layers, sound and unsound: Keras's verdict, and where it accepts every shape and count.

`python tests/layers/test_random_architectures.py --count 3000 --seed 1` tries more than every run does.
"""

import argparse
import sys
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.base import ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import freeze, keras_layer
from tdcli.nn.model.chain import apply_layer
from tdcli.nn.runtime.tensorflow import keras
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.plan.unknown_timesteps import unwraps
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.errors import SpecError

ARCHITECTURES = 150
LONG = 24
"""Timesteps where their number is left open: enough for every window."""
MOST_NUMBERS = 4096
"""Values a sample may hold; larger chains would only be slower."""

small = st.integers(1, 3)
rates = st.sampled_from([0.0, 0.25])
paddings = st.sampled_from(["valid", "same"])
formats = st.sampled_from([None, "channels_last", "channels_first"])
activations = st.sampled_from([None, "relu", "tanh", "softmax"])
initializers = st.sampled_from(["he_normal", {"VarianceScaling": {"scale": 2.0, "mode": "fan_avg"}}])
regularizers = st.sampled_from([None, "l2", {"L1L2": {"l1": 0.1, "l2": 0.2}}])


def arguments(required: dict[str, Any] | None = None, **optional: Any) -> st.SearchStrategy:
    return st.fixed_dictionaries(required or {}, optional={**optional, "trainable": st.booleans()})


def sizes(rank: int) -> st.SearchStrategy:
    return small | st.tuples(*[small] * rank)


def convolution(rank: int) -> st.SearchStrategy:
    """Strides or dilation, not both, and groups that divide the filters."""
    required = {"filters": st.sampled_from([2, 4]), "kernel_size": sizes(rank)}
    shared = {"data_format": formats, "use_bias": st.booleans(), "groups": st.sampled_from([1, 1, 1, 2])}
    padding = st.sampled_from(["valid", "same", "causal"]) if rank == 1 else paddings
    strided = arguments(required, **shared, padding=padding, strides=sizes(rank), activation=activations)
    dilated = arguments(required, **shared, padding=padding, dilation_rate=sizes(rank), kernel_initializer=initializers)
    return strided | dilated


def pooling(rank: int) -> st.SearchStrategy:
    return arguments({"pool_size": sizes(rank)}, strides=sizes(rank), padding=paddings, data_format=formats)


def recurrent(**more: Any) -> st.SearchStrategy:
    return arguments(
        {"units": small},
        return_sequences=st.booleans(),
        use_bias=st.booleans(),
        recurrent_dropout=rates,
        kernel_regularizer=regularizers,
        unroll=st.booleans(),
        **more,
    )


gated = {"recurrent_activation": activations, "use_cudnn": st.sampled_from([False, "auto"])}
CELLS = {
    "LSTM": recurrent(**gated, unit_forget_bias=st.booleans()),
    "GRU": recurrent(**gated, reset_after=st.booleans()),
    "SimpleRNN": recurrent(seed=small),
}
normalized = {"center": st.booleans(), "scale": st.booleans(), "epsilon": st.just(0.01)}
pooled = arguments(data_format=formats, keepdims=st.booleans())
# A layer that is not listed is drawn from its own examples.
LEAVES: dict[str, st.SearchStrategy] = {
    **{f"Conv{rank}D": convolution(rank) for rank in (1, 2, 3)},
    **{f"{kind}Pooling{rank}D": pooling(rank) for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **{f"Global{kind}Pooling{rank}D": pooled for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **CELLS,
    "Dense": arguments(
        {"units": small}, use_bias=st.booleans(), activation=activations, kernel_constraint=st.just("NonNeg")
    ),
    "Flatten": arguments(data_format=formats),
    "RepeatVector": arguments({"n": small}),
    "Activation": arguments({"activation": activations}),
    "Dropout": arguments({"rate": rates}, seed=small),
    "SpatialDropout1D": st.fixed_dictionaries({"rate": rates}),
    "SpatialDropout2D": st.fixed_dictionaries({"rate": rates}, optional={"data_format": formats}),
    "BatchNormalization": arguments(axis=st.sampled_from([-1, 1]), renorm=st.booleans(), **normalized),
    "LayerNormalization": arguments(axis=st.sampled_from([-1, 1, (1, 2), (-2, -1)]), **normalized),
    "Masking": arguments(mask_value=st.just(-1.0)),
}

CANDIDATES, LONGEST, DEEPEST = 5, 8, 2


class State(NamedTuple):
    """What stands between two layers. `integers`: nothing but an Embedding can follow."""

    shape: Shape
    masked: bool = False
    integers: bool = False

    @property
    def dtype(self) -> str:
        return "int32" if self.integers else "float32"


def names_for(state: State, depth: int) -> list[str]:
    """The layers that have the rank for a shape, though perhaps not the room."""
    rank = len(state.shape)
    nested = ["TimeDistributed"] * 8 if rank > 2 and depth else []
    if state.integers:
        return ["Embedding", *nested]
    layers = {name: find_layer(name) for name in layer_names() if name not in ("Embedding", "TimeDistributed")}
    wrappable = depth == DEEPEST
    axes_of = {name: layer.axes for name, layer in layers.items() if wrappable or not layer.self_attention}
    of_any_rank = [name for name, axes in axes_of.items() if not axes]
    of_this_rank = [name for name, axes in axes_of.items() if axes and len(axes) == rank]
    return [*of_any_rank, *8 * of_this_rank, *nested]


@st.composite
def candidate(draw: st.DrawFn, state: State, depth: int, random: Random) -> dict[str, Any]:
    """A layer of that rank. Its name is drawn evenly by `random`, its arguments by Hypothesis."""
    name = random.choice(names_for(state, depth))
    if name == "TimeDistributed":
        step = State((None, *state.shape[2:]), integers=state.integers)
        inner = draw(fitting_layer(step, random, depth - 1))
        return {name: {**inner, "trainable": draw(st.booleans())}}
    if name == "Bidirectional":
        cell = random.choice(sorted(CELLS))
        return {name: {cell: draw(CELLS[cell]), "merge_mode": draw(st.sampled_from(["concat", "sum", "mul", "ave"]))}}
    of_the_shape = {
        "Embedding": arguments({"input_dim": small, "output_dim": small}, mask_zero=st.booleans()),
        "Permute": st.permutations(range(1, len(state.shape))).map(lambda dims: {"dims": tuple(dims)}),
        "Reshape": st.sampled_from(targets(state.shape)).map(lambda target: {"target_shape": target}),
    }
    examples = st.sampled_from([example.arguments for example in find_layer(name).examples])
    return {name: draw({**LEAVES, **of_the_shape}.get(name, examples))}


def targets(shape: Shape) -> list[tuple[int, ...]]:
    whole = [] if None in shape[1:] else [tuple(reversed(shape[1:]))]
    return [(-1,), (1, -1), (-1, 1), *whole]


def behind(layer: Any, state: State) -> State | None:
    """Return what stands behind a layer; None where it does not fit or the chain would grow too large."""
    read = read_layer(layer)
    try:
        shape = read.output_shape(state.shape)
        masked = read.output_masked(state.masked, state.shape)
    except ShapeError:
        return None
    return State(shape, masked) if np.prod([size or 9 for size in shape[1:]]) <= MOST_NUMBERS else None


@st.composite
def fitting_layer(draw: st.DrawFn, state: State, random: Random, depth: int = DEEPEST) -> dict[str, Any]:
    """The first of a few candidates that our own layers find fitting; the last resort always fits."""
    for _ in range(CANDIDATES):
        layer = draw(candidate(state, depth, random))
        if behind(layer, state):
            return layer
    return last_resort(state)


def last_resort(state: State) -> dict[str, Any]:
    """A layer that fits: numbers take an activation, integers an Embedding for each innermost vector."""
    if not state.integers:
        return {"Activation": {"activation": "relu"}}
    if len(state.shape) > 2:
        return {"TimeDistributed": last_resort(State((None, *state.shape[2:]), integers=True))}
    return {"Embedding": {"input_dim": 2, "output_dim": 1}}


@st.composite
def architectures(draw: st.DrawFn) -> tuple[State, list[Any]]:
    """An input with its batch and a list of layers, as a spec of kind `layers` writes them."""
    # Hypothesis draws some seeds again and again, and with them the same number of axes.
    axes = draw(st.sampled_from([0, 1, 1, 1, 2, 2, 3, 3, 4]))
    random = draw(st.randoms(use_true_random=True))
    behind_time = [random.randint(1, 6) for _ in range(axes)]
    timesteps = random.choice([None, *range(2, 10)]) if behind_time else random.randint(2, 9)
    start = state = State((None, timesteps, *behind_time), integers=random.random() < 0.1)
    layers = []
    for _ in range(random.randint(1, LONGEST)):
        layers.append(draw(fitting_layer(state, random)))
        following = behind(layers[-1], state)
        if following is None:  # the last resort would make the sample too large
            break
        state = following
    return start, layers


def names_in(layer: Any) -> set[str]:
    """Return a layer's name, with the names of the layers inside it."""
    ((name, given),) = layer.items()
    inner = [{key: value} for key, value in given.items() if key[0].isupper()]
    return {name}.union(*map(names_in, inner))


def count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


# Why a chain is refused here that Keras takes: docs/keras.md has a section for each.
STRICTER = {
    "dtype-mismatch": "token numbers and measured numbers",
    "mask-lost": "padded steps",
    "unknown-length": "any number of timesteps",
}
LAX = set(
    "Dropout Embedding Masking MultiHeadAttention RMSNormalization Softmax TimeDistributed UnitNormalization".split()
)
"""Layers of which Keras takes other axes than were meant, whose reasons `test_verdicts.py` gives."""


@st.composite
def mixed_architectures(draw: st.DrawFn) -> tuple[State, list[Any]]:
    """An architecture; in half of them another layer, which need not fit, stands somewhere."""
    start, layers = draw(architectures())
    random = draw(st.randoms(use_true_random=True))
    if random.random() < 0.5:
        name = random.choice(layer_names())
        stray: Any = {name: random.choice(find_layer(name).examples).arguments}
        if random.random() < 0.3 and not find_layer(name).self_attention:
            stray = {"TimeDistributed": stray}
        layers.insert(random.randint(0, len(layers)), stray)
    return start, layers


def ours(start: State, layers: list[Any]) -> Plan | Diagnostic:
    """Return the plan, or the first fault."""
    chain = Chain(start.shape, tuple(LayerNode(read_layer(layer), ()) for layer in layers), start.dtype)
    try:
        return infer(chain, "chain", "layers", Document(Path("spec.yaml"), {}))
    except SpecError as error:
        return error.diagnostics[0]


class Stock(NamedTuple):
    """The layers as Keras builds them, with the model around them."""

    layers: list[Any]
    model: Any


def theirs(start: State, layers: list[Any]) -> Stock | None:
    """Build the chain and run it on two samples; None where Keras refuses either. A warning is no refusal."""
    with warnings.catch_warnings(action="ignore"):
        return built_and_run(start, layers)


def built_and_run(start: State, layers: list[Any]) -> Stock | None:
    inputs = outputs = keras.Input(start.shape[1:], dtype=start.dtype)
    built = []
    try:
        for layer in map(read_layer, layers):
            shape = tuple(outputs.shape)
            stock = keras_layer(layer.layer if unwraps(layer, shape) else layer)
            outputs = apply_layer(stock, layer, outputs)
            freeze(stock, layer)
            built.append(stock)
        model = keras.Model(inputs, outputs)
        values = np.zeros if start.integers else np.ones
        model(values([size or LONG for size in (2, *start.shape[1:])], start.dtype))
    except Exception:  # Keras refuses with whatever its backend raises
        return None
    return Stock(built, model)


def assert_equal(plan: Plan, stock: Stock) -> None:
    for step, layer in zip(plan.steps, stock.layers, strict=True):
        assert step.output_shape == tuple(layer.output.shape)
        assert step.parameters.trainable == count(layer.trainable_weights)
        assert step.parameters.non_trainable == count(layer.non_trainable_weights)
    assert plan.trainable == count(stock.model.trainable_weights)


def is_stricter(diagnostic: Diagnostic, layers: list[Any]) -> bool:
    """Say whether a fault is one that Keras does not know, and that is meant."""
    if diagnostic.name in STRICTER or diagnostic.why.startswith("`TimeDistributed` removes the time axis"):
        return True
    return any(f"`{name}" in diagnostic.message for name in LAX & names_of(layers))


def names_of(layers: list[Any]) -> set[str]:
    return set().union(*map(names_in, layers))


def try_architectures(number: int, seed_of_run: int) -> Counter[str]:
    """Try so many, and return how often each verdict fell and each layer was seen."""
    seen: Counter[str] = Counter()

    @seed(seed_of_run)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(mixed_architectures())
    def check(architecture: tuple[State, list[Any]]) -> None:
        keras.backend.clear_session(free_memory=False)
        start, layers = architecture
        plan, stock = ours(start, layers), theirs(start, layers)
        if isinstance(plan, Plan):
            assert stock is not None, "Keras refuses what is accepted here"
            assert_equal(plan, stock)
        elif stock is not None:
            assert is_stricter(plan, layers), f"Keras accepts what is refused here: {plan.message}"
        verdict = "accepted" if isinstance(plan, Plan) else "stricter" if stock else "refused"
        seen.update([verdict, f"rank {len(start.shape)}", *names_of(layers)])

    try:
        check()
    except BaseException:
        sys.stderr.write(f"seed {seed_of_run}\n")
        raise
    return seen


def test_random_architectures_have_keras_verdict_shapes_and_counts() -> None:
    seen = try_architectures(ARCHITECTURES, seed_of_run=3)
    assert seen["accepted"] + seen["refused"] + seen["stricter"] == ARCHITECTURES
    assert min(seen["accepted"], seen["refused"]) > ARCHITECTURES / 10
    assert {rank for rank in range(2, 7) if seen[f"rank {rank}"]} == {2, 3, 4, 5, 6}
    assert len(set(layer_names()) & set(seen)) >= len(layer_names()) - 3


def test_each_reason_to_be_stricter_than_keras_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "concepts" / "keras.md").read_text(encoding="utf-8")
    assert [name for name in (*STRICTER, *LAX) if f"`{name}`" not in page] == []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    found = try_architectures(chosen.count, chosen.seed)
    verdicts = ", ".join(f"{found[name]} {name}" for name in ("accepted", "refused", "stricter"))
    sys.stdout.write(f"seed {chosen.seed}: {verdicts}; {len(set(layer_names()) & set(found))} layers\n")
