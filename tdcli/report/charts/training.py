"""Draw the charts of a training: every metric by epoch."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tdcli.report.charts.style import CHART_HEIGHT, CHART_STYLE, CHART_WIDTH, MARK, MODEL, OTHER, place_legend_above

DASHES = ("-", "--", ":", "-.")
MOST_LABELS = 8


def plot_learning_curves(history: Sequence[Mapping[str, float]], best_epoch: int) -> Figure:
    """Draw a curve for each metric, dashed for the validation set, with a mark at the best epoch."""
    names = [name for name in history[0] if name != "epoch" and not name.startswith("val_")]
    with mpl.rc_context(CHART_STYLE):
        rows = -(-len(names) // 2)
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * rows), layout="constrained")
        for place, name in enumerate(names):
            axes = figure.add_subplot(rows, min(2, len(names)), place + 1, title=name, xlabel="epoch")
            _draw_learning_curves(axes, history, name, best_epoch)
    return figure


def _draw_learning_curves(axes: Axes, history: Sequence[Mapping[str, float]], name: str, best_epoch: int) -> None:
    for key, label, colour, dashes in ((name, "train", MODEL, "-"), (f"val_{name}", "validation", OTHER, "--")):
        points = [(row["epoch"], row[key]) for row in history if key in row]
        if points:
            epochs, values = zip(*points, strict=True)
            axes.plot(epochs, values, dashes, color=colour, label=label, marker="." if len(points) < 3 else "")
    if best_epoch:
        axes.axvline(best_epoch, color=MARK, linestyle=":", label=f"best: epoch {best_epoch}")
    place_legend_above(axes)


def plot_overlaid_curves(histories: Mapping[str, Sequence[Mapping[str, float]]], name: str) -> Figure:
    """Draw one metric of several trainings by epoch, one curve each."""
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * 1.4), layout="constrained")
        axes = figure.add_subplot(title=name, xlabel="epoch")
        for place, (title, history) in enumerate(histories.items()):
            points = [(row["epoch"], row[name]) for row in history if name in row]
            label = title if len(histories) <= MOST_LABELS else None
            axes.plot(*np.array(points).reshape(-1, 2).T, DASHES[place % len(DASHES)], color=MODEL, label=label)
        if len(histories) <= MOST_LABELS:
            axes.legend()
    return figure
