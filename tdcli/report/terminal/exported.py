"""Render the result of an export."""

from rich.console import Group, RenderableType

from tdcli.report.terminal.figures import count_with_noun
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.services.export.export import ExportResult
from tdcli.text.quantities import format_bytes


def render_export(exported: ExportResult) -> RenderableType:
    """Return the size, the difference from Keras, and after quantization the scores before and after."""
    line = f"{exported.path}: {format_bytes(exported.bytes)}; "
    line += f"differs from Keras by {exported.difference:.2g} of the largest output at most "
    line += f"({count_with_noun(exported.samples, 'sample')} of the {exported.title})"
    if not exported.scores:
        return line
    before, after = exported.scores
    table = TerminalTable()
    for heading in ("Metric", "before", "after", "best baseline"):
        table.add_column(heading, justify="left" if heading == "Metric" else "right")
    for target, found in before.by_target().items():
        now = after.by_target()[target].figures
        for name, value in found.figures.items():
            values = (value, now.get(name), found.baseline.get(name))
            title = f"{name} of {target}" if target else name
            table.add_row(title, *("" if each is None else f"{each:,.4f}" for each in values))
    return Group(line, with_title(f"on the {exported.title}", table))
