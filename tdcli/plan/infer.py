"""Shapes and counts along the chain. A layer's ShapeFault becomes a diagnostic here and only here."""

from collections import Counter
from typing import NamedTuple

from tdcli.architectures._base import Chain, Placed
from tdcli.layers._add import Add
from tdcli.layers._base import Layer, Shape, ShapeFault
from tdcli.layers._objects import snake_case
from tdcli.layers._wrapper import Wrapper
from tdcli.layers.masking import Masking
from tdcli.plan.explain import explained
from tdcli.plan.integers import check_integers, gives_integers
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.plan import Plan, Step
from tdcli.plan.unknown_timesteps import check_unknown_timesteps
from tdcli.text.diagnostic import Span, UserError
from tdcli.text.document import Document, Way


class _State(NamedTuple):
    shape: Shape
    masked: bool
    integers: bool


def infer(chain: Chain, name: str, kind: str, document: Document) -> Plan:
    """Walk the chain. Raises UserError with the first layer that does not fit, and why."""
    state = _State(chain.input_shape, chain.mask_value is not None, chain.input_dtype == "int32")
    steps: list[Step] = []
    for placed, layer_name in zip(chain.layers, _names(chain.layers, document), strict=True):
        step = _step(placed, layer_name, state, tuple(steps), document)
        masked = step.layer.output_masked(step.masked, step.input_shape)
        state = _State(step.output_shape, masked, gives_integers(step.layer, state.integers))
        steps.append(step)
    mask_value = chain.mask_value if chain.mask_value is not None else leading_mask(tuple(steps))
    return Plan(name, kind, chain.input_shape, chain.input_dtype, tuple(steps), mask_value)


def leading_mask(steps: tuple[Step, ...]) -> float | None:
    """Return the value that a Masking layer at the start takes for padding."""
    first = steps[0].layer
    return first.mask_value if isinstance(first, Masking) else None


def layer_span(document: Document, placed: Placed) -> Span:
    """Return where the layer's name stands, or what the kind made the layer of."""
    way: Way = placed.way
    named = (*way, "Residual" if placed.skips else placed.layer.title())
    inner = (*way, placed.layer.layer.title()) if isinstance(placed.layer, Wrapper) else named
    for known in (named, inner):
        if known in document.key_spans:
            return document.key_spans[known]
    return document.span(way) if way in document.spans else document.key_span(way)


def _step(placed: Placed, name: str, state: _State, before: tuple[Step, ...], document: Document) -> Step:
    layer, span = placed.layer, layer_span(document, placed)
    try:
        check_integers(layer, state.integers, state.shape)
        check_unknown_timesteps(layer, state.shape)
        if placed.skips:
            Add.check_summands(before[-placed.skips].input_shape, state.shape)
        output_shape = layer.output_shape(state.shape)
        layer.output_masked(state.masked, state.shape)
    except ShapeFault as fault:
        input_span = document.span(("architecture", "input"))
        chain_shape = before[0].input_shape if before else state.shape
        mismatch = Mismatch(fault, layer, state.shape, span, before, input_span, chain_shape)
        raise UserError(explained(mismatch)) from None
    count = layer.parameters(state.shape)
    return Step(name, layer, state.shape, output_shape, count, span, state.masked, placed.skips)


def _names(placed: tuple[Placed, ...], document: Document) -> list[str]:
    """Name the layers as Keras does: `lstm`, `lstm_1`, ...; a name in the spec stands as it is."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for each in placed:
        base = snake_case(each.layer.title())
        name = each.layer.name or (f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += each.layer.name is None
        if name in names:
            span = layer_span(document, each)
            raise UserError.of("duplicate-name", f"two layers are named `{name}`", "rename one of them", span=span)
        names.append(name)
    return names


def wrapped(layer: Layer) -> Layer:
    """Return the innermost layer of a wrapper, or the layer itself."""
    return wrapped(layer.layer) if isinstance(layer, Wrapper) else layer
