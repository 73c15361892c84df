"""Rasterize an SVG drawing."""

from pathlib import Path

import matplotlib as mpl
import resvg_py


def rasterize(svg: str, width: int) -> bytes:
    """Return a PNG of this width in pixels. It uses Matplotlib's fonts, because a machine may have none."""
    fonts = str(Path(mpl.get_data_path()) / "fonts" / "ttf")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, font_dirs=[fonts], skip_system_fonts=True))
