"""Write a drawing into a file; only a PNG needs Matplotlib, for its letters."""

from pathlib import Path

from tdcli.runs.files import write_text, write_whole


def write_drawing(svg: str, path: Path, width: int) -> None:
    """Write a drawing as `.svg`, or else as a PNG of this width in pixels. Raises ExecutionError."""
    if path.suffix == ".svg":
        write_text(path, svg)
        return
    from tdcli.report.charts.rasterize import rasterize

    write_whole(path, lambda part: part.write_bytes(rasterize(svg, width)))
