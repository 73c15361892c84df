"""Explain each layer of a spec: its shapes, its effect over time, and its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.step import Step
from tdcli.services.specs.compile import compile_spec
from tdcli.shapes import UNKNOWN, Shape, format_shape
from tdcli.text.errors import SpecError
from tdcli.text.nearest import suggest


@dataclass(frozen=True)
class LayerExplanation:
    """The input and the output of a layer, its effect over time, and how its weights are counted."""

    number: int
    name: str
    title: str
    line: int
    goes_in: str
    over_time: str
    comes_out: str
    weights: str


def explain_spec(path: Path, layer: str | None = None, settings: Sequence[str] = ()) -> tuple[LayerExplanation, ...]:
    """Explain every layer of a spec, or those whose number, name or title is `layer`.

    Raises SpecError as `compile_spec` does, and if there is no such layer.
    """
    steps = compile_spec(path, settings).plan.steps
    explanations = tuple(_explain_layer(number, step) for number, step in enumerate(steps, start=1))
    if layer is None:
        return explanations
    chosen = tuple(each for each in explanations if layer in (str(each.number), each.name, each.title))
    if not chosen:
        known = [name for each in explanations for name in (each.name, each.title)]
        here = "the layers are " + ", ".join(f"{each.number} `{each.name}`" for each in explanations)
        raise SpecError.of("no-such-layer", f"there is no layer `{layer}`", suggest(layer, dict.fromkeys(known)), here)
    return chosen


def _explain_layer(number: int, step: Step) -> LayerExplanation:
    return LayerExplanation(
        number,
        step.name,
        step.title,
        step.span.line,
        f"{format_shape(step.input_shape)}: {describe_shape(step.input_shape)}",
        step.layer.over_time(step.input_shape) + ("; padded timesteps are masked" if step.masked else ""),
        f"{format_shape(step.output_shape)}: {_describe_output(step)}",
        _describe_weights(step),
    )


def describe_shape(shape: Shape) -> str:
    """Describe a sample of this shape.

    >>> describe_shape((None, 10, 32, 32, 3))
    '10 timesteps, each a frame of 32 x 32 with 3 channels'
    >>> describe_shape((None, 5)), describe_shape((None, None, 1))
    ('one vector of 5 numbers', 'any number of timesteps, each of 1 number')
    """
    sizes = [UNKNOWN if size is None else f"{size:,}" for size in shape[1:]]
    if len(sizes) == 1:
        return f"one vector of {_quantity(sizes[0], 'number')}"
    steps = "any number of timesteps" if shape[1] is None else _quantity(sizes[0], "timestep")
    if len(sizes) == 2:
        return f"{steps}, each of {_quantity(sizes[1], 'number')}"
    *frame, channels = sizes[1:]
    return f"{steps}, each a frame of {' x '.join(frame)} with {_quantity(channels, 'channel')}"


def _quantity(count: str, noun: str) -> str:
    return f"{count} {noun}" if count == "1" else f"{count} {noun}s"


def _describe_output(step: Step) -> str:
    words = describe_shape(step.output_shape)
    if len(step.input_shape) > 2 >= len(step.output_shape):
        return f"{words}, without a time axis"
    return f"{words}, with a new time axis" if len(step.input_shape) == 2 < len(step.output_shape) else words


def _describe_weights(step: Step) -> str:
    """Return the formula of the count, how often the weights are used, and how many weights sharing saves."""
    count = step.parameters
    if not count.total:
        return "none"
    frozen = ", not trained" if not count.trainable else ""
    return f"{count.formula} = {count.total:,}{frozen}; {'; '.join(_describe_sharing(step))}"


def _describe_sharing(step: Step) -> Sequence[str]:
    uses, steps, total = step.layer.applications(step.input_shape), step.input_shape[1], step.parameters.total
    if uses is None:
        return ["the same weights are used at every timestep"]
    if uses == 1:
        return ["used once per sample"]
    each = " by each of the two layers" if isinstance(step.layer, Bidirectional) else ""
    used = f"the same weights are used {uses:,} times per sample{each}"
    if not isinstance(step.layer, TimeDistributed) or steps is None:
        return [used]
    applied = f"the layer is applied {steps:,} times per sample" if uses == steps else f"{used}, in {steps:,} timesteps"
    return [applied, f"without sharing there would be {steps:,} x {total:,} = {steps * total:,} weights"]
