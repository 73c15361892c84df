"""Write a drawing to a file. Only a PNG needs Matplotlib, for its fonts."""

from pathlib import Path

from tdcli.runs.files import write_text, write_whole


def write_drawing(svg: str, path: Path, width: int) -> None:
    """Write a drawing as SVG, or as a PNG of this width in pixels, by the path's ending. Raises ExecutionError."""
    if path.suffix == ".svg":
        write_text(path, svg)
        return
    from tdcli.report.charts.rasterize import rasterize

    write_whole(path, lambda part: part.write_bytes(rasterize(svg, width)))
