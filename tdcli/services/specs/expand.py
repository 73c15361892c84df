"""Convert a spec of any kind to the kind `layers`, with every layer written out."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.layers.masking import Masking
from tdcli.plan.step import Step
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml, to_item_yaml, to_yaml

_ARCHITECTURE = "architecture."
"""The prefix of search paths that exist in the original kind, but not in the kind `layers`."""


def expand_spec(path: Path, settings: Sequence[str] = ()) -> str:
    """Return the spec of a file converted to the kind `layers`.

    Raises SpecError as `compile_spec` does, and if padded frames are masked, for which Keras has no layer.
    """
    compiled = compile_spec(path, settings)
    plan = compiled.plan
    if plan.mask_value is not None and not isinstance(plan.steps[0].layer, Masking):
        message = f"`{plan.kind}` masks padded frames, but Keras has no layer that does"
        raise SpecError.of("cannot-expand", message, "remove `lengths` and `padding` from `data`")
    shape: Any = list(plan.input_shape[1:])
    input = shape if plan.input_dtype == "float32" else {"shape": shape, "dtype": plan.input_dtype}
    lines = ["architecture:", "  kind: layers", f"  input: {to_inline_yaml(input)}", "  layers:"]
    lines += [indent(to_item_yaml(block), " " * 4) for block in _layer_items(plan.steps)]
    values = compiled.document.values
    head = {"name": compiled.spec.name, **{key: values[key] for key in ("spec",) if key in values}}
    tail = {key: value for key, value in values.items() if key not in ("architecture", "name", "spec", "search")}
    space = values.get("search") or {}
    searched = {path: value for path, value in space.items() if not path.startswith(_ARCHITECTURE)}
    tail |= {"search": searched} if searched else {}
    return to_yaml(head) + "\n".join(lines) + "\n" + (to_yaml(tail) if tail else "")


def _layer_items(steps: Sequence[Step]) -> list[Any]:
    """Return the layers as list items. Layers with a residual connection are items of a `Residual` block."""
    if not steps:
        return []
    *before, last = steps
    if not last.residual_length:
        return [*_layer_items(before), layer_value(last.layer)]
    start = len(before) - last.residual_length
    return [*_layer_items(before[:start]), {"Residual": _layer_items(before[start:])}]


def layer_value(layer: Layer) -> Any:
    """Return a layer in the form of a spec: its name, with the arguments that differ from Keras's defaults.

    >>> from tdcli.layers.core.registry import read_layer
    >>> layer_value(read_layer({"TimeDistributed": {"Dense": {"units": 4, "use_bias": True}}}))
    {'TimeDistributed': {'Dense': {'units': 4}}}
    """
    arguments = layer.model_dump(exclude={"layer"}, exclude_unset=True, exclude_defaults=True)
    if isinstance(layer, Wrapper):
        inner = layer_value(layer.layer)
        if isinstance(inner, str):
            return {layer.title(): {inner: None, **arguments} if arguments else inner}
        arguments = {**inner, **arguments}
    return {layer.title(): arguments} if arguments else layer.title()
