"""Charts of a run, drawn by Matplotlib: as SVG that follows a page's colours, or as PNG."""

import re
import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tdcli.report.terminal.figures import short
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.evaluate import Answers
from tdcli.services.evaluate.forecast_curves import ForecastCurve, forecast_curves
from tdcli.services.evaluate.residuals import Residuals, residuals
from tdcli.text.visible import on_one_line, shortened

INK, FAINT, PAPER, MODEL, OTHER, MARK = "#1c1c1d", "#c9c9ca", "#fefefe", "#0b5fa5", "#a34a00", "#a3123a"
VARIABLES = {INK: "ink", FAINT: "faint", PAPER: "paper", MODEL: "model", OTHER: "other", MARK: "mark"}
"""The names of the page's colours; without a page the colours stand as they are."""

WIDTH, HEIGHT = 7.2, 2.6
"""Of a chart, in inches."""

FEW = 30
"""Steps up to which each has a mark."""

LEGEND_HEIGHT = 18
"""Of a legend of one line, in points."""

DASHES = ("-", "--", ":", "-.")
MOST_LABELS = 8

MOST_CLASSES = 24
"""Names along a side of the confusion; up to half as many classes have their counts written."""

MOST_TIMES = 5
"""Of an axis of times, for their texts not to meet."""

BINS, TAIL = 41, 0.002
"""Of the residuals; the share at either end that is left out, for a few far ones would hide all others."""

STYLE: Any = {
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


def learning_curves(history: Sequence[Mapping[str, float]], best_epoch: int) -> Figure:
    """Return a curve for each figure of the epochs, the validation part's dashed, with the best epoch marked."""
    names = [name for name in history[0] if name != "epoch" and not name.startswith("val_")]
    with mpl.rc_context(STYLE):
        rows = -(-len(names) // 2)
        figure = Figure((WIDTH, HEIGHT * rows), layout="constrained")
        for place, name in enumerate(names):
            axes = figure.add_subplot(rows, min(2, len(names)), place + 1, title=name, xlabel="epoch")
            _curves(axes, history, name, best_epoch)
    return figure


def _curves(axes: Axes, history: Sequence[Mapping[str, float]], name: str, best_epoch: int) -> None:
    for key, label, colour, dashes in ((name, "train", MODEL, "-"), (f"val_{name}", "validation", OTHER, "--")):
        points = [(row["epoch"], row[key]) for row in history if key in row]
        if points:
            epochs, values = zip(*points, strict=True)
            axes.plot(epochs, values, dashes, color=colour, label=label, marker="." if len(points) < 3 else "")
    if best_epoch:
        axes.axvline(best_epoch, color=MARK, linestyle=":", label=f"best: epoch {best_epoch}")
    _legend_above(axes)


def _legend_above(axes: Axes) -> None:
    """Put the legend between the axes and their title, where it hides no curve."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2, ncols=3)
    axes.set_title(axes.get_title("left"), pad=LEGEND_HEIGHT)


def overlaid_curves(histories: Mapping[str, Sequence[Mapping[str, float]]], name: str) -> Figure:
    """Return one figure of the epochs of several trainings, a curve for each."""
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, HEIGHT * 1.4), layout="constrained")
        axes = figure.add_subplot(title=name, xlabel="epoch")
        for place, (title, history) in enumerate(histories.items()):
            points = [(row["epoch"], row[name]) for row in history if name in row]
            label = title if len(histories) <= MOST_LABELS else None
            axes.plot(*np.array(points).reshape(-1, 2).T, DASHES[place % len(DASHES)], color=MODEL, label=label)
        if len(histories) <= MOST_LABELS:
            axes.legend()
    return figure


def forecasts(answers: Answers) -> Figure:
    """Return truth, forecast and baseline over some samples, or over the steps of a few."""
    curves = forecast_curves(answers)
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, HEIGHT * len(curves)), layout="constrained")
        _draw_forecasts(figure, curves)
    return figure


def _draw_forecasts(figure: FigureBase, curves: Sequence[ForecastCurve]) -> None:
    for place, curve in enumerate(curves):
        label = "step" if curve.is_over_steps else "sample, in the order of the data"
        label = "time" if curve.times else label
        axes = figure.add_subplot(len(curves), 1, place + 1, title=_curve_title(curve), xlabel=label)
        _draw_forecast(axes, curve)


def _curve_title(curve: ForecastCurve) -> str:
    name = f"mean of {curve.target}" if curve.is_mean else curve.target
    return name if curve.sample is None else f"{name}, sample {curve.sample}"


def _draw_forecast(axes: Axes, curve: ForecastCurve) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(MOST_TIMES if curve.times else "auto", integer=True))
    if curve.times:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: _time_at(curve.times, place)))
    first = 1 if curve.is_over_steps and not curve.times else 0
    places = range(first, first + len(curve.truth))
    axes.plot(places, curve.truth, color=INK, linewidth=1.6, label="truth")
    axes.plot(places, curve.predicted, "--", color=MODEL, linewidth=1.4, label="model")
    axes.plot(places, curve.baseline, ":", color=OTHER, linewidth=1.2, label=curve.baseline_name)
    _legend_above(axes)


def _time_at(times: Sequence[str], place: float) -> str:
    return on_one_line(times[int(place)]) if 0 <= place < len(times) else ""


def errors(answers: Answers) -> Figure:
    """Return how the residuals of each target are spread, and, where there are several steps, the error at each."""
    found = residuals(answers)
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, HEIGHT * len(found)), layout="constrained")
        _errors(figure, found)
    return figure


def _errors(figure: FigureBase, found: Sequence[Residuals]) -> None:
    columns = 2 if len(found[0].model) > 1 else 1
    for place, each in enumerate(found):
        title = f"{each.target}: model less truth"
        _spread(figure.add_subplot(len(found), columns, columns * place + 1, title=title, ylabel="values"), each.values)
        if columns == 2:
            axes = figure.add_subplot(len(found), 2, 2 * place + 2, title=f"{each.target}: rmse by step", xlabel="step")
            _by_step(axes, each)


def _spread(axes: Axes, values: Any) -> None:
    if not len(values):
        return
    low, high = np.quantile(values, [TAIL, 1 - TAIL])
    axes.hist(values, bins=BINS, range=(min(low, 0), max(high, 0)) if low < high else None, color=MODEL)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.axvline(values.mean(), color=MARK, linestyle=":", label=f"mean {short(float(values.mean()))}")
    _legend_above(axes)


def _by_step(axes: Axes, found: Residuals) -> None:
    marker = "o" if len(found.model) < FEW else ""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    steps = range(1, len(found.model) + 1)
    axes.plot(steps, found.model, color=MODEL, marker=marker, label="model")
    axes.plot(steps, found.baseline, "--", color=OTHER, marker=marker, label=found.baseline_name)
    axes.set_ylim(bottom=0)
    _legend_above(axes)


def confusion(scores: Scores) -> Figure:
    """Return counts of true classes by row and predicted ones by column; the darker, the larger the row's share."""
    names, counts = [shortened(on_one_line(each.name)) for each in scores.classes], np.array(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = range(0, len(names), -(-len(names) // MOST_CLASSES))
    with mpl.rc_context(STYLE):
        size = 1.6 + 0.7 * min(len(names), MOST_CLASSES / 2)
        figure = Figure((size + 0.8, size), layout="constrained")
        axes = figure.add_subplot(xlabel="predicted", ylabel="true")
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.6, interpolation="nearest")
        axes.set_xticks(shown, [names[place] for place in shown], rotation=45 if len(names) > 4 else 0)
        axes.set_yticks(shown, [names[place] for place in shown])
        for (row, column), count in np.ndenumerate(counts) if len(names) <= MOST_CLASSES / 2 else ():
            axes.text(column, row, f"{count:,}", ha="center", va="center", color="#111111")
    return figure


def evaluation_chart(answers: Answers) -> Figure:
    """Return what there is to see of an evaluation: counts by class, or forecasts and how far they are off."""
    if answers.evaluation.scores.classes:
        return confusion(answers.evaluation.scores)
    found, off = forecast_curves(answers), residuals(answers)
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, HEIGHT * (len(found) + len(off))), layout="constrained")
        upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=[len(found), len(off)])[:, 0]
        _draw_forecasts(upper, found)
        _errors(lower, off)
    return figure


def svg_of(figure: Figure) -> str:
    """Return the figure as SVG; its texts are texts."""
    return _saved(figure, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))).decode()


def png_of(figure: Figure) -> bytes:
    """Return the figure as PNG, on white."""
    return _saved(figure, format="png", dpi=160, facecolor="white")


def svg_in_page(figure: Figure, name: str, description: str) -> str:
    """Return an SVG element in the page's colours; its ids begin with `name`, so that several may stand on one page."""
    svg = svg_of(figure)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg[svg.index("<svg") :])
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable}, {colour})")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{description}" ', 1)


def _saved(figure: Figure, **how: Any) -> bytes:
    buffer = BytesIO()
    for text in figure.findobj(Text):
        text.set_text(on_one_line(text.get_text()))
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # names may be in any script; a browser has the letters
        figure.savefig(buffer, **how)
    return buffer.getvalue()
