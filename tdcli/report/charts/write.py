"""Write a chart to a file."""

from pathlib import Path

from matplotlib.figure import Figure

from tdcli.report.charts.style import figure_to_png, figure_to_svg
from tdcli.runs.files import write_text, write_whole


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure atomically, as SVG if the path ends in `.svg`, else as PNG. Raises ExecutionError."""
    if path.suffix == ".svg":
        write_text(path, figure_to_svg(figure))
    else:
        write_whole(path, lambda part: part.write_bytes(figure_to_png(figure)))
