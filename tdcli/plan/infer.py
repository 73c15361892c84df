"""Infer shapes and parameter counts along the chain. Only this module turns a ShapeError into a diagnostic."""

from collections import Counter

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.add import Add
from tdcli.layers.core.base import Parameters, ShapeError
from tdcli.layers.core.objects import snake_case
from tdcli.layers.masking import Masking
from tdcli.plan.diagnosis.explain import explain
from tdcli.plan.diagnosis.recovery import recover
from tdcli.plan.integers import check_integers, gives_integers
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import check_unknown_timesteps
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Diagnostic, Span
from tdcli.text.document import Document
from tdcli.text.errors import SpecError


def infer(chain: Chain, name: str, kind: str, document: Document) -> Plan:
    """Return the plan of a chain. Raises SpecError with a diagnostic for each layer that does not fit.

    After the first layer, only layers that would still not fit after its correction are reported.
    """
    walk = _Walk(chain, document)
    for node, layer_name in zip(chain.layers, _layer_names(chain.layers, document), strict=True):
        if not walk.add(node, layer_name):
            break
    if walk.diagnostics:
        raise SpecError(*walk.diagnostics)
    steps = tuple(walk.steps)
    mask_value = chain.mask_value if chain.mask_value is not None else leading_mask(steps)
    return Plan(name, kind, chain.input_shape, chain.input_dtype, steps, mask_value)


class _Walk:
    """The steps so far, the output shape of the last one, and the diagnostics."""

    def __init__(self, chain: Chain, document: Document) -> None:
        self.chain, self.document = chain, document
        self.shape, self.masked = chain.input_shape, chain.mask_value is not None
        self.integers = chain.input_dtype == "int32"
        self.steps: list[Step] = []
        self.diagnostics: list[Diagnostic] = []

    def add(self, node: LayerNode, name: str) -> bool:
        """Add a layer. Returns whether its output shape is known."""
        layer, span, masked = node.layer, layer_span(self.document, node), False
        try:
            output_shape: Shape | None = self._fitting(node)
            masked = self._masked_behind(node)
        except ShapeError as error:
            output_shape = self._recovered(error, node, span)
        if output_shape is None:
            return False
        count = Parameters() if self.diagnostics else layer.parameters(self.shape)
        shapes = (self.shape, output_shape)
        self.steps.append(Step(name, layer, *shapes, count, span, self.masked, node.residual_length, node.key_path))
        self.shape, self.masked, self.integers = output_shape, masked, gives_integers(layer, self.integers)
        return True

    def _fitting(self, node: LayerNode) -> Shape:
        """Return the output shape. Raises ShapeError if the layer does not fit."""
        check_integers(node.layer, self.integers, self.shape)
        check_unknown_timesteps(node.layer, self.shape)
        if node.residual_length:
            Add.check_summands(self.steps[-node.residual_length].input_shape, self.shape)
        return node.layer.output_shape(self.shape)

    def _masked_behind(self, node: LayerNode) -> bool:
        """Return whether the output has a mask. Raises ShapeError if padding would be read, or is marked too late."""
        if isinstance(node.layer, Masking) and self.steps and not self.masked:
            raise _late_mask(node.layer, self.shape, self.chain.input_shape)
        if node.residual_length and self.steps[-node.residual_length].masked != self.masked:
            why = "the block adds padded timesteps without a mask to the outputs of its layers"
            raise ShapeError("mask", "", self.shape, why, "move the layer that marks them before the block")
        return node.layer.output_masked(self.masked, self.shape)

    def _recovered(self, error: ShapeError, node: LayerNode, span: Span) -> Shape | None:
        before = tuple(self.steps)
        mismatch = Mismatch(error, node, self.shape, span, before, self.chain.input_shape, self.document)
        diagnostic, recovery = explain(mismatch)
        self.diagnostics.append(diagnostic)
        return recover(mismatch, recovery)


def _late_mask(layer: Masking, shape: Shape, input_shape: Shape) -> ShapeError:
    """Return the error of a Masking after other layers. It does not support frames; `data` declares their padding."""
    why = "`Masking` recognizes padding by its value, which the layers before it change"
    marked_by_data = f"remove it, and write `padding: {layer.mask_value:g}` in `data`"
    help = "move it to the start" if len(input_shape) == 3 else marked_by_data
    return ShapeError("mask", "must come before layers that change the padding", shape, why, help)


def leading_mask(steps: tuple[Step, ...]) -> float | None:
    """Return the value that marks padding for a Masking layer at the start."""
    first = steps[0].layer
    return first.mask_value if isinstance(first, Masking) else None


def layer_span(document: Document, node: LayerNode) -> Span:
    """Return the span of the layer's name, or of the value from which the kind made the layer."""
    named = document.key_spans.get((*node.key_path, node.key))
    if named:
        return named
    return document.span(node.key_path) if node.key_path in document.spans else document.key_span(node.key_path)


def _layer_names(nodes: tuple[LayerNode, ...], document: Document) -> list[str]:
    """Name the layers as Keras does: `lstm`, `lstm_1`, ... A name in the spec is kept."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for node in nodes:
        base = snake_case(node.layer.title())
        name = node.layer.name or (f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += node.layer.name is None
        if name in names:
            span = layer_span(document, node)
            raise SpecError.of("duplicate-name", f"two layers are named `{name}`", "rename one of them", span=span)
        names.append(name)
    return names
