"""Charts, measured where Matplotlib puts their parts."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tdcli.report.charts.evaluation import _draw_errors, _draw_forecasts
from tdcli.report.charts.style import CHART_HEIGHT, CHART_WIDTH
from tdcli.report.charts.training import plot_learning_curves
from tdcli.services.evaluate.forecast_curves import ForecastCurve
from tdcli.services.evaluate.residuals import Residuals

BASELINE = "seasonal naive (168 rows)"


def learning() -> Figure:
    history = [{"epoch": float(epoch), "loss": 1 / epoch, "val_loss": 2 / epoch} for epoch in range(1, 9)]
    return plot_learning_curves([{**each, "mae": each["loss"]} for each in history], 5)


def course() -> Figure:
    figure = Figure((CHART_WIDTH, 2 * CHART_HEIGHT), layout="constrained")
    values = np.full(30, 5.0)
    _draw_forecasts(figure, [ForecastCurve("load", values, values + 1, values - 1, BASELINE)] * 2)
    return figure


def errors() -> Figure:
    figure = Figure((CHART_WIDTH, CHART_HEIGHT), layout="constrained")
    _draw_errors(figure, [Residuals("load", np.arange(9.0), np.arange(3.0), np.arange(3.0) + 1, BASELINE)])
    return figure


def test_steps_count_from_one_as_they_do_in_the_tables() -> None:
    steps = np.arange(3.0)
    figure = Figure()
    _draw_forecasts(figure, [ForecastCurve("load", steps, steps, steps, BASELINE, sample="0")])
    by_step = errors().axes[1]
    assert [line.get_xdata().tolist() for line in (*figure.axes[0].lines, *by_step.lines)] == [[1, 2, 3]] * 5


@pytest.mark.parametrize("figure", [learning, course, errors])
def test_a_legend_is_between_the_axes_and_their_title(figure: object) -> None:
    drawn = figure()  # type: ignore[operator]
    drawn.draw_without_rendering()
    for axes in drawn.axes:
        assert isinstance(axes, Axes)
        legend = axes.get_legend()
        assert legend is not None
        box, title = legend.get_window_extent(), axes._left_title.get_window_extent()  # type: ignore[attr-defined]
        assert axes.get_window_extent().y1 <= box.y0 + 1
        assert box.y1 <= title.y0 + 1
        assert box.x1 <= drawn.bbox.x1
