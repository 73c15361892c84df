"""Render a report on a search as one HTML page."""

from tdcli.report.charts.charts import svg_in_page
from tdcli.report.charts.charts_study import best_so_far, importance_bars, slices
from tdcli.report.drawings.network import drawn
from tdcli.report.pages.html import rendered, safe
from tdcli.report.terminal.figures import count_of, short
from tdcli.report.terminal.study import MAX_TRIALS, counts_text, short_names, shorten_setting
from tdcli.runs.stored import TrialState
from tdcli.services.runs.report import StudyReport
from tdcli.services.tune.results import StudyResults
from tdcli.text.quantities import duration_text


def page_study(report: StudyReport) -> str:
    """Return the page's text."""
    results = report.results
    paths = list(results.importance) or list(results.best.settings if results.best else {})
    return rendered(
        "study.html",
        report=report,
        results=results,
        verdict=_study_verdict(results),
        counts=counts_text(results),
        headings=[results.monitor, *short_names(paths).values(), "Epochs", "Parameters", "Duration"],
        rows=_trial_rows(results, paths),
        refusals=_reasons(results),
        charts=_study_charts(results) if results.best else {},
        diagram=safe(drawn(report.plan)) if report.plan else "",
    )


def _study_verdict(results: StudyResults) -> str:
    best = results.best
    if best is None:
        return f"No trial was trained to its end yet; {counts_text(results)}."
    going_on = ", and the search goes on" if TrialState.RUNNING in results.counts else ""
    first = results.best_so_far()[0][1]
    return f"{results.monitor} {short(best.value)} by trial {best.number}; the first had {short(first)}{going_on}."


def _trial_rows(results: StudyResults, paths: list[str]) -> list[tuple[str, ...]]:
    return [
        (
            str(trial.number),
            short(trial.value),
            *(shorten_setting(trial.settings.get(path, "")) for path in paths),
            str(trial.epochs or ""),
            f"{trial.parameters:,}" if trial.parameters else "",
            duration_text(trial.seconds),
        )
        for trial in results.ranked[:MAX_TRIALS]
    ]


def _reasons(results: StudyResults) -> list[str]:
    """Return why the first few trials were rejected or failed."""
    trials = [trial for trial in results.trials if trial.reason]
    return [f"trial {trial.number}, {trial.state}: {trial.reason}" for trial in trials[:MAX_TRIALS]]


def _study_charts(results: StudyResults) -> dict[str, object]:
    trained = count_of(len(results.ranked), "trial")
    charts = {"The best so far": (best_so_far(results), "best", f"The best of {trained}, trial by trial.")}
    if results.importance:
        bars = importance_bars(results), "importance", "How much each setting matters."
        charts["What matters"] = bars
    charts["Against each setting"] = (slices(results), "slices", "Each trial against each setting.")
    return {title: safe(svg_in_page(*chart)) for title, chart in charts.items()}
