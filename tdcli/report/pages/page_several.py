"""A report on several trainings of one spec, as one HTML page."""

from tdcli.report.charts.charts import overlaid_curves, svg_in_page
from tdcli.report.drawings.network import drawn
from tdcli.report.pages.html import rendered, safe
from tdcli.report.terminal.figures import short
from tdcli.services.evaluate.comparison import lower_is_better
from tdcli.services.runs.report import SeveralReport
from tdcli.services.train.repeats import RepeatedTraining


def page_several(report: SeveralReport) -> str:
    """Return the page's text."""
    chart = overlaid_curves(report.histories, report.monitor)
    description = f"{report.monitor} of each training, epoch by epoch."
    return rendered(
        "several.html",
        several=report.several,
        verdict=_verdict(report.several),
        folder=report.folder,
        runs=[each.run for each in report.several.results],
        diagram=safe(drawn(report.plan)),
        curves=safe(svg_in_page(chart, "curves", description)),
        spec=report.spec,
    )


def _verdict(several: RepeatedTraining) -> str:
    """Say the first metric of the test part, else the last, with its spread, and how often it beats the baseline."""
    metrics, baseline = several.metrics, several.baseline
    if not metrics:
        return "No metric was measured in all trainings."
    name = next(iter(baseline), list(metrics)[-1])
    figure, count = metrics[name], len(several.results)
    text = f"{name} {short(figure.mean)}, give or take {short(figure.deviation)}, over {count} trainings"
    if not baseline:
        return f"{text}."
    lower = lower_is_better(name)
    pairs = zip(figure.values, baseline[name].values, strict=True)
    better = sum(value < naive if lower else value > naive for value, naive in pairs)
    return f"{text}; better than the best baseline's {short(baseline[name].mean)} in {better} of {count}."
