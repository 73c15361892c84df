"""Rasterize an SVG drawing."""

from pathlib import Path

import matplotlib as mpl
import resvg_py

from tdcli.report.drawings.style import FOLDED_STYLE, NARROW


def rasterize(svg: str, width: int) -> bytes:
    """Return a PNG of this width in pixels. It uses Matplotlib's fonts, because a machine may have none."""
    # resvg skips the rules of `@media`.
    style_sheet = FOLDED_STYLE if width <= NARROW else None
    fonts = str(Path(mpl.get_data_path()) / "fonts" / "ttf")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=width, style_sheet=style_sheet, font_dirs=[fonts], skip_system_fonts=True
        )
    )
