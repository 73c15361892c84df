"""The style of all charts: colours, sizes, the legend, and the output as SVG or PNG."""

import re
import warnings
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tdcli.text.visible import escape_lines

INK, FAINT, PAPER, MODEL, OTHER, MARK = "#1c1c1d", "#c9c9ca", "#fefefe", "#0b5fa5", "#a34a00", "#a3123a"
VARIABLES = {INK: "ink", FAINT: "faint", PAPER: "paper", MODEL: "model", OTHER: "other", MARK: "mark"}
"""The names of the page's colours. Without a page, the colours are used as they are."""

CHART_WIDTH, CHART_HEIGHT = 7.2, 2.6
"""The size of a chart in inches."""

LEGEND_POINTS = 18
"""The height of a legend of one line in points."""

CHART_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tdcli",
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": PAPER,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


def place_legend_above(axes: Axes) -> None:
    """Put the legend between the axes and their title, so that it does not hide a curve."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2, ncols=3)
    axes.set_title(axes.get_title("left"), pad=LEGEND_POINTS)


def figure_to_svg(figure: Figure) -> str:
    """Return the figure as SVG, with selectable text."""
    return _save_figure(figure, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))).decode()


def figure_to_png(figure: Figure) -> bytes:
    """Return the figure as PNG, on a white background."""
    return _save_figure(figure, format="png", dpi=160, facecolor="white")


def figure_to_page_svg(figure: Figure, name: str, description: str) -> str:
    """Return an SVG element in the page's colours. Its ids begin with `name`, so that a page can contain several."""
    svg = figure_to_svg(figure)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg[svg.index("<svg") :])
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable}, {colour})")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{description}" ', 1)


def _save_figure(figure: Figure, **how: Any) -> bytes:
    buffer = BytesIO()
    for text in figure.findobj(Text):
        text.set_text(escape_lines(text.get_text()))
    with mpl.rc_context(CHART_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # names may be in any script; a browser has the letters
        figure.savefig(buffer, **how)
    return buffer.getvalue()
