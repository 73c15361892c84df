"""Draw the charts of a search: the best value so far, and every trial's value over each setting."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from tdcli.report.charts.style import CHART_HEIGHT, CHART_STYLE, CHART_WIDTH, FAINT, INK, MARK, MODEL, OTHER
from tdcli.report.terminal.study import short_names
from tdcli.runs.stored import TrialState
from tdcli.services.tune.results import StudyResults, TrialResult

CHARTS_PER_ROW = 3


def plot_best_so_far(results: StudyResults) -> Figure:
    """Return a chart of every trial's value, and of the best up to it."""
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * 1.2), layout="constrained")
        axes = figure.add_subplot(title=results.monitor, xlabel="trial")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for state, colour, marker in ((TrialState.TRAINED, INK, "o"), (TrialState.PRUNED, OTHER, "x")):
            trials = [trial for trial in results.trials if trial.state is state]
            points = np.array([(trial.number, trial.value) for trial in trials], float).reshape(-1, 2)
            axes.plot(*points.T, marker, color=colour, markersize=4, label=state.label)
        steps = results.best_so_far()
        axes.plot(
            [x for x, _ in steps], [y for _, y in steps], color=MODEL, drawstyle="steps-post", label="best so far"
        )
        axes.legend()
    return figure


def plot_importance(results: StudyResults) -> Figure:
    """Draw the importance of each setting, the largest first."""
    names = short_names(list(results.importance))
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, 0.6 + 0.32 * len(names)), layout="constrained")
        axes = figure.add_subplot(xlabel="fraction of the variance between trials")
        axes.barh(list(names.values()), list(results.importance.values()), color=MODEL)
        axes.invert_yaxis()
    return figure


def plot_slices(results: StudyResults) -> Figure:
    """Return a chart for each setting: every trial's value over the setting."""
    trials = [trial for trial in results.trials if trial.value is not None and trial.settings]
    names = short_names(list(results.importance) or list(trials[0].settings))
    rows = -(-len(names) // CHARTS_PER_ROW)
    with mpl.rc_context(CHART_STYLE):
        figure = Figure((CHART_WIDTH, CHART_HEIGHT * rows), layout="constrained")
        for position, (path, name) in enumerate(names.items()):
            axes = figure.add_subplot(rows, CHARTS_PER_ROW, position + 1, xlabel=name)
            axes.set_ylabel(results.monitor if position % CHARTS_PER_ROW == 0 else "")
            _draw_slice(axes, path, trials, results)
    return figure


def _draw_slice(axes: Axes, path: str, trials: list[TrialResult], results: StudyResults) -> None:
    texts = {trial.number: trial.settings[path] for trial in trials if path in trial.settings}
    values = {number: _float_or_none(text) for number, text in texts.items()}
    numbers = [value for value in values.values() if value is not None]
    if len(numbers) < len(texts):
        choices = list(dict.fromkeys(texts.values()))
        values = {number: float(choices.index(text)) for number, text in texts.items()}
        axes.set_xticks(range(len(choices)), choices)
        axes.margins(x=0.3)
    elif numbers and min(numbers) > 0 and max(numbers) > 30 * min(numbers):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    best = results.best
    for trial in trials:
        is_best = best is not None and trial.number == best.number
        colour = MARK if is_best else FAINT if trial.state is TrialState.PRUNED else MODEL
        if trial.number in values:
            point = np.array([values[trial.number], trial.value], float)
            axes.plot(*point, "o", color=colour, markersize=6 if is_best else 4)


def _float_or_none(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
