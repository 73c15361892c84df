"""Explain each layer of a plan in words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.shapes import UNKNOWN, Shape, format_shape
from tdcli.text.diagnostic import UserError
from tdcli.text.nearest import suggestion


@dataclass(frozen=True)
class Account:
    """What a layer reads, what it does over time, what it returns and how its weights are counted."""

    number: int
    name: str
    title: str
    line: int
    goes_in: str
    over_time: str
    comes_out: str
    weights: str


def accounts(plan: Plan, layer: str | None = None) -> tuple[Account, ...]:
    """Explain every layer, or those whose number, name or title is `layer`.

    Raises UserError if there is no such layer.
    """
    explanations = tuple(_account(number, step) for number, step in enumerate(plan.steps, start=1))
    if layer is None:
        return explanations
    chosen = tuple(each for each in explanations if layer in (str(each.number), each.name, each.title))
    if not chosen:
        known = [name for each in explanations for name in (each.name, each.title)]
        here = "here: " + ", ".join(f"{each.number} `{each.name}`" for each in explanations)
        raise UserError.of("no-such-layer", f"no layer is `{layer}`", suggestion(layer, dict.fromkeys(known)), here)
    return chosen


def _account(number: int, step: Step) -> Account:
    return Account(
        number,
        step.name,
        step.title,
        step.span.line,
        f"{format_shape(step.input_shape)}: {in_words(step.input_shape)}",
        step.layer.over_time(step.input_shape) + ("; padded steps are marked and left out" if step.masked else ""),
        f"{format_shape(step.output_shape)}: {_outcome(step)}",
        _weights(step),
    )


def in_words(shape: Shape) -> str:
    """Describe a sample of this shape.

    >>> in_words((None, 10, 32, 32, 3))
    '10 timesteps, each a frame of 32 x 32 with 3 channels'
    >>> in_words((None, 5)), in_words((None, None, 1))
    ('one vector of 5 numbers', 'any number of timesteps, each of 1 number')
    """
    sizes = [UNKNOWN if size is None else f"{size:,}" for size in shape[1:]]
    if len(sizes) == 1:
        return f"one vector of {_counted(sizes[0], 'number')}"
    steps = "any number of timesteps" if shape[1] is None else _counted(sizes[0], "timestep")
    if len(sizes) == 2:
        return f"{steps}, each of {_counted(sizes[1], 'number')}"
    *frame, channels = sizes[1:]
    return f"{steps}, each a frame of {' x '.join(frame)} with {_counted(channels, 'channel')}"


def _counted(count: str, noun: str) -> str:
    return f"{count} {noun}" if count == "1" else f"{count} {noun}s"


def _outcome(step: Step) -> str:
    words = in_words(step.output_shape)
    if len(step.input_shape) > 2 >= len(step.output_shape):
        return f"{words}; the time axis is gone"
    return f"{words}; there is a time axis now" if len(step.input_shape) == 2 < len(step.output_shape) else words


def _weights(step: Step) -> str:
    """Return the formula of the count, how often the weights are used, and what sharing them saves."""
    count = step.parameters
    if not count.total:
        return "none"
    frozen = ", not trained" if not count.trainable else ""
    return f"{count.formula} = {count.total:,}{frozen}; {'; '.join(_sharing(step))}"


def _sharing(step: Step) -> Sequence[str]:
    uses, steps, total = step.layer.applications(step.input_shape), step.input_shape[1], step.parameters.total
    if uses is None:
        return ["the same at every timestep, however many there are"]
    if uses == 1:
        return ["used once a sample"]
    each = " by either of the two layers" if isinstance(step.layer, Bidirectional) else ""
    used = f"the same weights are used {uses:,} times a sample{each}"
    if not isinstance(step.layer, TimeDistributed) or steps is None:
        return [used]
    applied = f"the layer is applied {steps:,} times a sample" if uses == steps else f"{used}, in {steps:,} timesteps"
    return [applied, f"without sharing it would be {steps:,} x {total:,} = {steps * total:,}"]
