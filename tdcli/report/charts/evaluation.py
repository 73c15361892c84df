"""Draw the charts of an evaluation: forecasts, residuals, and the confusion matrix."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tdcli.report.charts.style import (
    CHART_HEIGHT,
    CHART_STYLE,
    CHART_WIDTH,
    INK,
    MARK,
    MODEL,
    OTHER,
    place_legend_above,
)
from tdcli.report.terminal.figures import format_number
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.forecast_curves import ForecastCurve, forecast_curves
from tdcli.services.evaluate.residuals import Residuals, residuals
from tdcli.text.visible import escape_lines, truncate

MOST_MARKED_STEPS = 30
"""Up to this number of steps, each has a mark."""

MOST_CLASS_LABELS = 24
"""Maximum number of class names along an axis. Up to half as many classes have their counts written."""

MOST_TIME_LABELS = 5
"""Maximum number of ticks on a time axis, so that their texts do not overlap."""

BINS, HIDDEN_TAIL = 41, 0.002
"""The fraction of residuals that is left out at either end. A few outliers would hide all others."""


def plot_forecasts(answers: EvaluatedOutputs) -> Figure:
    """Draw true values, forecasts and baseline over some samples, or over the steps of a few samples."""
    curves = forecast_curves(answers)
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * len(curves)), layout="constrained")
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
    if curve.sample is not None:
        return f"{name}, sample {curve.sample}"
    return f"{name}, {curve.group}" if curve.group else name


def _draw_forecast(axes: Axes, curve: ForecastCurve) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(MOST_TIME_LABELS if curve.times else "auto", integer=True))
    if curve.times:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: _time_label(curve.times, place)))
    first = 1 if curve.is_over_steps and not curve.times else 0
    places = range(first, first + len(curve.truth))
    axes.plot(places, curve.truth, color=INK, linewidth=1.6, label="truth")
    axes.plot(places, curve.predicted, "--", color=MODEL, linewidth=1.4, label="model")
    axes.plot(places, curve.baseline, ":", color=OTHER, linewidth=1.2, label=curve.baseline_name)
    place_legend_above(axes)


def _time_label(times: Sequence[str], place: float) -> str:
    return escape_lines(times[int(place)]) if 0 <= place < len(times) else ""


def plot_errors(answers: EvaluatedOutputs) -> Figure:
    """Draw the distribution of residuals by target, and with several steps the error by step."""
    found = residuals(answers)
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * len(found)), layout="constrained")
        _draw_errors(figure, found)
    return figure


def _draw_errors(figure: FigureBase, found: Sequence[Residuals]) -> None:
    columns = 2 if len(found[0].model) > 1 else 1
    for place, each in enumerate(found):
        title = f"{each.target}: predicted minus true"
        _draw_histogram(
            figure.add_subplot(len(found), columns, columns * place + 1, title=title, ylabel="values"), each.values
        )
        if columns == 2:
            axes = figure.add_subplot(len(found), 2, 2 * place + 2, title=f"{each.target}: rmse by step", xlabel="step")
            _draw_error_by_step(axes, each)


def _draw_histogram(axes: Axes, values: Any) -> None:
    if not len(values):
        return
    low, high = np.quantile(values, [HIDDEN_TAIL, 1 - HIDDEN_TAIL])
    axes.hist(values, bins=BINS, range=(min(low, 0), max(high, 0)) if low < high else None, color=MODEL)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.axvline(values.mean(), color=MARK, linestyle=":", label=f"mean {format_number(float(values.mean()))}")
    place_legend_above(axes)


def _draw_error_by_step(axes: Axes, found: Residuals) -> None:
    marker = "o" if len(found.model) < MOST_MARKED_STEPS else ""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    steps = range(1, len(found.model) + 1)
    axes.plot(steps, found.model, color=MODEL, marker=marker, label="model")
    axes.plot(steps, found.baseline, "--", color=OTHER, marker=marker, label=found.baseline_name)
    axes.set_ylim(bottom=0)
    place_legend_above(axes)


def plot_confusion(scores: Scores) -> Figure:
    """Draw the confusion matrix: true classes by row, predicted classes by column."""
    names, counts = [truncate(escape_lines(each.name)) for each in scores.classes], np.array(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = range(0, len(names), -(-len(names) // MOST_CLASS_LABELS))
    with mpl.rc_context(CHART_STYLE):
        size = 1.6 + 0.7 * min(len(names), MOST_CLASS_LABELS / 2)
        figure = Figure((size + 0.8, size), layout="constrained")
        axes = figure.add_subplot(xlabel="predicted", ylabel="true")
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.6, interpolation="nearest")
        axes.set_xticks(shown, [names[place] for place in shown], rotation=45 if len(names) > 4 else 0)
        axes.set_yticks(shown, [names[place] for place in shown])
        for (row, column), count in np.ndenumerate(counts) if len(names) <= MOST_CLASS_LABELS / 2 else ():
            axes.text(column, row, f"{count:,}", ha="center", va="center", color="#111111")
    return figure


def plot_evaluation(answers: EvaluatedOutputs) -> Figure:
    """Draw an evaluation: a confusion matrix, or forecasts and residuals."""
    if answers.evaluation.scores.classes:
        return plot_confusion(answers.evaluation.scores)
    found, off = forecast_curves(answers), residuals(answers)
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * (len(found) + len(off))), layout="constrained")
        upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=[len(found), len(off)])[:, 0]
        _draw_forecasts(upper, found)
        _draw_errors(lower, off)
    return figure
