"""Random chains that take a mask: what stands in the padding changes nothing, and all is as stock Keras has it."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import build_core, keras_layer
from tdcli.nn.model.chain import apply_layer
from tdcli.nn.model.folding import FoldedTimeDistributed
from tdcli.nn.model.recurrent import FAST_LAYERS
from tdcli.nn.model.serving import serving_model
from tdcli.nn.runtime.tensorflow import keras
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.shapes import Shape
from tdcli.text.document import Document
from tdcli.text.errors import SpecError

STEPS, BATCH, CHAINS, LONGEST = 3, 3, 40, 5
VALID = np.arange(STEPS) < np.array([[3], [1], [2]])
BEHIND_AND_IN_FRONT = np.concatenate([VALID, VALID[:, ::-1]])
FILLERS = (1.0, 8.0)
"""What stands in the padding."""

FASTER = {**FAST_LAYERS, "TimeDistributed": FoldedTimeDistributed}
SEQUENCES: list[Any] = [{name: {"units": 3, "return_sequences": True}} for name in ("LSTM", "GRU", "SimpleRNN")]
SEQUENCES += [{"Bidirectional": each} for each in SEQUENCES]
SEQUENCES += [{"MultiHeadAttention": {"num_heads": 2, "key_dim": 3}}, {"TimeDistributed": {"Dense": {"units": 4}}}]
FRAMES: list[Any] = [{"TimeDistributed": "Flatten"}, {"TimeDistributed": {"Conv1D": {"filters": 2, "kernel_size": 2}}}]


def candidate(random: Random, rank: int) -> Layer:
    """Draw a layer from those that take sequences, or with one of its examples."""
    if random.random() < 0.4:
        return read_layer(random.choice(SEQUENCES if rank == 3 else FRAMES))
    name = random.choice([each for each in layer_names() if each not in ("Masking", "Embedding")])
    return read_layer({name: random.choice(find_layer(name).examples).arguments})


def fits(layer: Layer, shape: Shape, *, masked: bool) -> bool:
    try:
        layer.output_shape(shape)
        layer.output_masked(masked, shape)
    except ShapeError:
        return False
    return True


def chain(seed: int) -> Chain:
    """Return a chain behind a Masking, an Embedding that skips zeros, or frames that the data mark."""
    random = Random(seed)
    kind = random.choice(["numbers", "numbers", "tokens", "frames"])
    first: dict[str, list[Layer]] = {
        "numbers": [read_layer({"Masking": {"mask_value": -7.0}})],
        "tokens": [read_layer({"Embedding": {"input_dim": 9, "output_dim": 4, "mask_zero": True}})],
        "frames": [],
    }
    start: Shape = {"numbers": (None, STEPS, 4), "tokens": (None, STEPS), "frames": (None, STEPS, 5, 2)}[kind]
    layers, shape, masked = first[kind], (None, STEPS, 4) if kind != "frames" else start, True
    for _ in range(random.randint(1, LONGEST)):
        drawn = (candidate(random, len(shape)) for _ in range(60))
        layer = next((each for each in drawn if fits(each, shape, masked=masked)), None)
        if layer is None:
            break
        layers.append(layer)
        masked, shape = layer.output_masked(masked, shape), layer.output_shape(shape)
    placed = tuple(LayerNode(each, ()) for each in layers)
    integers = "int32" if kind == "tokens" else "float32"
    return Chain(start, placed, integers, -7.0 if kind == "frames" else None)


def planned(seed: int) -> Plan | None:
    try:
        return infer(chain(seed), "chain", "layers", Document(Path("spec.yaml"), {}))
    except SpecError:
        return None


def inputs(plan: Plan, valid: Any, filler: float) -> Any:
    rng = np.random.default_rng(0)
    shape = (len(valid), *(size or STEPS for size in plan.input_shape[1:]))
    tokens = plan.input_dtype == "int32"
    x = rng.integers(1, 9, shape) if tokens else rng.normal(size=shape)
    axes = valid.reshape(valid.shape + (1,) * (x.ndim - 2))
    return np.where(axes, x, filler).astype(plan.input_dtype)


def answers(core: Any, plan: Plan, valid: Any) -> list[Any]:
    """Answer twice, with something else in the padding; of tokens, whose padding is 0, with another vector for it."""
    if plan.input_dtype == "int32":
        return [answer_of_tokens(core, plan, valid, filler) for filler in FILLERS]
    x = np.concatenate([inputs(plan, valid, filler) for filler in FILLERS])
    mask = np.concatenate([valid] * len(FILLERS))
    return np.split(np.asarray(core(x, mask=mask)), len(FILLERS))


def answer_of_tokens(core: Any, plan: Plan, valid: Any, filler: float) -> Any:
    vectors, *rest = core.get_weights()
    vectors[0] = filler
    core.set_weights([vectors, *rest])
    return np.asarray(core(inputs(plan, valid, 0), mask=valid))


def padded(plan: Plan, valid: Any) -> Any:
    """Return inputs that hold the value by which a saved model tells padding."""
    return inputs(plan, valid, 0 if plan.input_dtype == "int32" else -7.0)


def stock_model(plan: Plan) -> Any:
    """Build the chain of Keras's own layers, each told of the mask by the one before."""
    tensor = entry = keras.Input(plan.input_shape[1:], dtype=plan.input_dtype)
    for step in plan.steps:
        tensor = apply_layer(keras_layer(step.layer), step.layer, tensor)
    return keras.Model(entry, tensor)


def mean_square(outputs: Any, target: Any, weight: Any) -> float:
    each = ((outputs - target) ** 2).mean(axis=-1)
    weight = np.broadcast_to(weight.reshape(weight.shape + (1,) * (each.ndim - weight.ndim)), each.shape)
    return float((each * weight).sum() / weight.sum())


@pytest.mark.parametrize("part", range(4))
def test_values_in_the_padding_change_nothing(part: int) -> None:
    tried, valid = 0, BEHIND_AND_IN_FRONT
    for plan in filter(None, map(planned, range(part, CHAINS, 4))):
        keras.backend.clear_session(free_memory=False)
        core = build_core(plan, FASTER)
        model = serving_model(core, plan)
        titles = str([step.title for step in plan.steps])
        clean, dirty = answers(core, plan, valid)
        real = valid if plan.signature().answers_steps else np.ones(len(valid), bool)
        np.testing.assert_allclose(clean[real], dirty[real], rtol=1e-5, atol=1e-5, err_msg=titles)
        saved = np.asarray(model(padded(plan, valid)))
        np.testing.assert_allclose(clean[real], saved[real], rtol=1e-4, atol=1e-4, err_msg=titles)
        tried += 1
    assert tried > CHAINS / 4 / 3


@pytest.mark.parametrize("part", range(4))
def test_masks_outputs_and_losses_are_those_of_stock_layers(part: int) -> None:
    for plan in filter(None, map(planned, range(part, CHAINS, 4))):
        if len(plan.input_shape) > 3:
            continue  # Keras's Masking takes no frames
        keras.backend.clear_session(free_memory=False)
        stock, titles = stock_model(plan), [step.title for step in plan.steps]
        core = build_core(plan, FASTER)
        core.set_weights(stock.get_weights())
        x = padded(plan, VALID)
        theirs = stock(x)
        mask = getattr(theirs, "_keras_mask", None)
        assert (mask is not None) == plan.signature().answers_steps, titles
        real = np.ones(BATCH, bool) if mask is None else VALID
        if mask is not None:
            np.testing.assert_array_equal(np.asarray(mask), VALID)
        ours = np.asarray(core(x, mask=VALID))
        np.testing.assert_allclose(ours[real], np.asarray(theirs)[real], rtol=1e-4, atol=1e-4, err_msg=str(titles))
        target = np.random.default_rng(1).normal(size=ours.shape).astype("float32")
        loss = float(keras.losses.MeanSquaredError()(target, theirs))
        assert mean_square(ours, target, real.astype("float32")) == pytest.approx(loss, rel=1e-4), titles


def test_chains_of_many_layers_are_tried() -> None:
    plans = list(filter(None, map(planned, range(CHAINS))))
    seen = {step.layer.title() for plan in plans for step in plan.steps}
    assert {"MultiHeadAttention", "Bidirectional", "TimeDistributed", "Masking", "Embedding"} <= seen
    assert {len(plan.input_shape) for plan in plans} == {2, 3, 4}
    assert len(seen) > 20
