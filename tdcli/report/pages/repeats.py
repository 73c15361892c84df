"""Render a report about several trainings of one spec as an HTML page."""

from tdcli.report.charts.style import figure_to_page_svg
from tdcli.report.charts.training import plot_overlaid_curves
from tdcli.report.drawings.network import draw_network
from tdcli.report.pages.html import as_markup, render_page
from tdcli.report.terminal.figures import format_number
from tdcli.services.evaluate.comparison import lower_is_better
from tdcli.services.runs.report import RepeatsReport
from tdcli.services.train.repeats import RepeatedTraining


def render_repeats_page(report: RepeatsReport) -> str:
    """Return the page's text."""
    chart = plot_overlaid_curves(report.histories, report.monitor)
    description = f"{report.monitor} of each training, epoch by epoch."
    return render_page(
        "repeats.html",
        several=report.several,
        verdict=_repeats_verdict(report.several),
        folder=report.folder,
        runs=[each.run for each in report.several.results],
        diagram=as_markup(draw_network(report.plan)),
        curves=as_markup(figure_to_page_svg(chart, "curves", description)),
        spec=report.spec,
    )


def _repeats_verdict(several: RepeatedTraining) -> str:
    """Return the first metric of the test set, else the last, with its spread, and how often it beats the baseline."""
    metrics, baseline = several.metrics, several.baseline
    if not metrics:
        return "No metric was measured in every training."
    name = next(iter(baseline), list(metrics)[-1])
    figure, count = metrics[name], len(several.results)
    text = (
        f"{name} {format_number(figure.mean)}, give or take {format_number(figure.deviation)}, over {count} trainings"
    )
    if not baseline:
        return f"{text}."
    lower = lower_is_better(name)
    pairs = zip(figure.values, baseline[name].values, strict=True)
    better = sum(value < naive if lower else value > naive for value, naive in pairs)
    return f"{text}; better than the best baseline's {format_number(baseline[name].mean)} in {better} of {count}."
