"""What an export says when it is written."""

from rich.console import Group, RenderableType

from tdcli.report.terminal.table import Table, titled
from tdcli.services.export.export import ExportResult
from tdcli.text.quantities import bytes_text


def rendered_export(exported: ExportResult) -> RenderableType:
    """Return size and difference; where numbers were quantized, the scores before and after."""
    line = f"{exported.path}: {bytes_text(exported.bytes)}; "
    line += f"differs from Keras by {exported.difference:.2g} of the largest output at most "
    line += f"({exported.samples:,} samples of the {exported.title})"
    if not exported.scores:
        return line
    before, after = exported.scores
    table = Table()
    for heading in ("Metric", "before", "after", "best baseline"):
        table.add_column(heading, justify="left" if heading == "Metric" else "right")
    for target, found in before.by_target().items():
        now = after.by_target()[target].figures
        for name, value in found.figures.items():
            values = (value, now.get(name), found.baseline.get(name))
            title = f"{name} of {target}" if target else name
            table.add_row(title, *("" if each is None else f"{each:,.4f}" for each in values))
    return Group(line, titled(f"on the {exported.title}", table))
