"""Render a report on a search as one HTML page."""

from tdcli.report.charts.study import plot_best_so_far, plot_importance, plot_slices
from tdcli.report.charts.style import figure_to_page_svg
from tdcli.report.drawings.network import draw_network
from tdcli.report.pages.html import as_markup, render_page
from tdcli.report.terminal.figures import count_with_noun, format_number
from tdcli.report.terminal.study import MAX_TRIALS, counts_text, short_names, shorten_setting
from tdcli.runs.stored import TrialState
from tdcli.services.runs.report import StudyReport
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.text.quantities import format_duration


def render_study_page(report: StudyReport) -> str:
    """Return the page's text."""
    results = report.results
    paths = list(results.importance) or list(results.best.settings if results.best else {})
    return render_page(
        "study.html",
        report=report,
        results=results,
        verdict=_study_verdict(results),
        counts=counts_text(results),
        headings=[results.monitor, *short_names(paths).values(), "Epochs", "Parameters", "Duration"],
        rows=_trial_rows(results, paths),
        refusals=_reasons(results),
        charts=_study_charts(results) if results.best else {},
        diagram=as_markup(draw_network(report.plan)) if report.plan else "",
    )


def _study_verdict(results: StudyResults) -> str:
    best = results.best
    if best is None:
        return f"No trial is finished yet; {counts_text(results)}."
    going_on = "; the search is still running" if TrialState.RUNNING in results.counts else ""
    first = results.best_so_far()[0][1]
    found = f"{results.monitor} {format_number(best.value)} by trial {best.number}"
    return f"{found}; the first had {format_number(first)}{going_on}."


def _trial_rows(results: StudyResults, paths: list[str]) -> list[tuple[str, ...]]:
    return [_trial_row(trial, paths) for trial in results.ranked[:MAX_TRIALS]]


def _trial_row(trial: TrialResult, paths: list[str]) -> tuple[str, ...]:
    settings = [shorten_setting(trial.settings.get(path, "")) for path in paths]
    parameters = f"{trial.parameters:,}" if trial.parameters else ""
    cost = (str(trial.epochs or ""), parameters, format_duration(trial.seconds))
    return (str(trial.number), format_number(trial.value), *settings, *cost)


def _reasons(results: StudyResults) -> list[str]:
    """Return why the first few trials were rejected or failed."""
    trials = [trial for trial in results.trials if trial.reason]
    return [f"trial {trial.number}, {trial.state.label}: {trial.reason}" for trial in trials[:MAX_TRIALS]]


def _study_charts(results: StudyResults) -> dict[str, object]:
    trained = count_with_noun(len(results.ranked), "trial")
    charts = {"The best so far": (plot_best_so_far(results), "best", f"The best of {trained}, trial by trial.")}
    if results.importance:
        bars = plot_importance(results), "importance", "The importance of each setting."
        charts["What matters"] = bars
    charts["By setting"] = (plot_slices(results), "slices", "The value of each trial by setting.")
    return {title: as_markup(figure_to_page_svg(*chart)) for title, chart in charts.items()}
