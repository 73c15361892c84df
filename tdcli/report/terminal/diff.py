"""Render a difference as text and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Group, RenderableType

from tdcli.report.terminal.table import TerminalTable
from tdcli.services.runs.diff import LayerChange, SpecDifference, ValueChange
from tdcli.shapes import format_shape
from tdcli.text.quantities import format_bytes, format_count
from tdcli.text.yaml_writer import to_inline_yaml

SIGNS = {"same": " ", "changed": "~", "removed": "-", "added": "+"}


def render_difference(difference: SpecDifference, format: str) -> RenderableType:
    """Return the changes: settings, layers, totals."""
    if format == "json":
        return json.dumps(asdict(difference), indent=2, default=str)
    if difference.is_empty:
        return f"{' and '.join(difference.names)} are equivalent"
    return Group(*_difference_parts(difference))


def _difference_parts(difference: SpecDifference) -> Iterator[RenderableType]:
    yield "--- {}\n+++ {}".format(*difference.names)
    if difference.settings:
        yield ""
        yield from (
            f"{each.name}: {to_inline_yaml(each.old)} -> {to_inline_yaml(each.new)}" for each in difference.settings
        )
    yield ""
    yield _layers_table(difference.layers)
    yield from (_total_line(each) for each in difference.totals if each.old != each.new)


def _layers_table(layers: tuple[LayerChange, ...]) -> TerminalTable:
    table = TerminalTable()
    for heading in ("", "Layer", "Output shape", "Parameters", "Arguments"):
        table.add_column(heading, justify="right" if heading == "Parameters" else "left", overflow="fold")
    for each in layers:
        shapes = [None if shape is None else format_shape(shape, batch=None) for shape in each.output_shape]
        counts = [None if count is None else f"{count:,}" for count in each.parameters]
        changed = ", ".join(
            f"{one.name}: {to_inline_yaml(one.old)} -> {to_inline_yaml(one.new)}" for one in each.arguments
        )
        table.add_row(SIGNS[each.change], each.title, _join_old_and_new(*shapes), _join_old_and_new(*counts), changed)
    return table


def _join_old_and_new(old: str | None, new: str | None) -> str:
    return " -> ".join(dict.fromkeys(each for each in (old, new) if each is not None))


def _total_line(change: ValueChange) -> str:
    text = format_bytes if "bytes" in change.name else format_count
    if not change.old or change.new is None:
        return f"{change.name}: {text(change.old)} -> {text(change.new)}"
    return f"{change.name}: {text(change.old)} -> {text(change.new)} ({change.new / change.old - 1:+.1%})"
