"""Charts of a search: the best so far, and every trial's figure against each of its settings."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from tdcli.report.charts.style import CHART_HEIGHT, CHART_WIDTH, FAINT, INK, MARK, MODEL, OTHER, STYLE
from tdcli.report.terminal.study import short_names
from tdcli.services.tune.results import StudyResults, TrialResult

SLICES = 3
"""Charts in a row."""


def best_so_far(results: StudyResults) -> Figure:
    """Return every trial's figure, and the best up to it."""
    with mpl.rc_context(STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * 1.2), layout="constrained")
        axes = figure.add_subplot(title=results.monitor, xlabel="trial")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for state, colour, marker in (("trained", INK, "o"), ("pruned", OTHER, "x")):
            shown = [each for each in results.trials if each.state == state]
            points = np.array([(each.number, each.value) for each in shown], float).reshape(-1, 2)
            axes.plot(*points.T, marker, color=colour, markersize=4, label=state)
        steps = results.best_so_far()
        axes.plot(
            [x for x, _ in steps], [y for _, y in steps], color=MODEL, drawstyle="steps-post", label="best so far"
        )
        axes.legend()
    return figure


def importance_bars(results: StudyResults) -> Figure:
    """Return a bar for each setting, the longest first."""
    names = short_names(list(results.importance))
    with mpl.rc_context(STYLE):
        figure = Figure((CHART_WIDTH, 0.6 + 0.32 * len(names)), layout="constrained")
        axes = figure.add_subplot(xlabel="share of the differences between trials")
        axes.barh(list(names.values()), list(results.importance.values()), color=MODEL)
        axes.invert_yaxis()
    return figure


def slices(results: StudyResults) -> Figure:
    """Return a chart for each setting: the figure of every trial against the value that it had."""
    shown = [each for each in results.trials if each.value is not None and each.settings]
    names = short_names(list(results.importance) or list(shown[0].settings))
    rows = -(-len(names) // SLICES)
    with mpl.rc_context(STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * rows), layout="constrained")
        for place, (path, name) in enumerate(names.items()):
            axes = figure.add_subplot(rows, SLICES, place + 1, xlabel=name)
            axes.set_ylabel(results.monitor if place % SLICES == 0 else "")
            _slice(axes, path, shown, results)
    return figure


def _slice(axes: Axes, path: str, shown: list[TrialResult], results: StudyResults) -> None:
    texts = {each.number: each.settings[path] for each in shown if path in each.settings}
    values = {number: _number(text) for number, text in texts.items()}
    numbers = [value for value in values.values() if value is not None]
    if len(numbers) < len(texts):
        known = list(dict.fromkeys(texts.values()))
        values = {number: float(known.index(text)) for number, text in texts.items()}
        axes.set_xticks(range(len(known)), known)
        axes.margins(x=0.3)
    elif numbers and min(numbers) > 0 and max(numbers) > 30 * min(numbers):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    best = results.best
    for each in shown:
        is_best = best is not None and each.number == best.number
        colour = MARK if is_best else FAINT if each.state == "pruned" else MODEL
        if each.number in values:
            point = np.array([values[each.number], each.value], float)
            axes.plot(*point, "o", color=colour, markersize=6 if is_best else 4)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
