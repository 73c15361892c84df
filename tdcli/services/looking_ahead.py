"""Layers that read rows which an earlier step of the same window is to predict."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from tdcli.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from tdcli.layers._base import Layer
    from tdcli.services.compile import Compiled

CONVOLUTIONS = ("Conv1D", "DepthwiseConv1D", "SeparableConv1D")


def answers_in_sight(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn where each step of a window predicts a row that stands in the window, and a layer can read it there."""
    ahead = compiled.spec.data.rows_to_answer if compiled.spec.data else None
    if ahead is None or not compiled.plan.signature().per_step:
        return
    rows = 0.0
    for step in compiled.plan.steps:
        rows += _rows_ahead(step.layer)
        help = _without_looking_ahead(step.layer)
        if help and rows >= ahead:
            message = f"`{step.layer.title()}` sees the rows that its steps are to predict"
            why = "the target of each step but the last is a row of the same window, which the model learns to copy"
            helps = (help, "or predict from the last step alone, as `many-to-one` does")
            yield Diagnostic("target-among-features", message, step.span, why=why, help=helps, severity="warning")


def _rows_ahead(layer: Layer) -> float:
    """Return how many rows on from a step a layer reads (TensorFlow pads the odd place of `same` behind)."""
    title, given = layer.title(), vars(layer)
    if title == "Bidirectional" or given.get("go_backwards"):
        return inf
    if title in CONVOLUTIONS and given.get("padding") == "same":
        reach = (given["kernel_size"][0] - 1) * given["dilation_rate"][0]
        return float(reach - reach // 2)
    return 0.0


def _without_looking_ahead(layer: Layer) -> str:
    """Return how to keep a layer from reading ahead; empty where it does not."""
    title, given = layer.title(), vars(layer)
    if title == "Bidirectional":
        return "leave `bidirectional` out, to read the window forwards only"
    if given.get("go_backwards"):
        return "leave `go_backwards` out, to read the window forwards"
    if _rows_ahead(layer):
        causal = "write `padding: causal`"
        return causal if title == "Conv1D" else "use `Conv1D` with `padding: causal`"
    return ""
