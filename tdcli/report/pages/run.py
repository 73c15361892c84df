"""Render a report about a run as one self-contained HTML page."""

from itertools import zip_longest
from typing import Any

import numpy as np
from markupsafe import Markup

from tdcli.data.dataset import Array
from tdcli.report.charts.evaluation import plot_errors, plot_forecasts
from tdcli.report.charts.style import figure_to_page_svg
from tdcli.report.charts.training import plot_learning_curves
from tdcli.report.drawings.network import draw_network
from tdcli.report.pages.frames import frame_pictures
from tdcli.report.pages.html import as_markup, render_page
from tdcli.report.terminal.evaluation import rare_classes, score_tables, verdict
from tdcli.report.terminal.figures import count_with_noun
from tdcli.report.terminal.plan import PLAN_HEADINGS, plan_rows
from tdcli.report.terminal.runs import origin_text
from tdcli.report.terminal.sparkline import sparkline, thin_out
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.examples import SampleExample
from tdcli.services.runs.report import Report, ReportExample
from tdcli.text.quantities import format_bytes, format_duration

CURVE, CURVES = 32, 6


def render_run_page(report: Report) -> str:
    """Return the page of one run."""
    return render_page(
        "run.html",
        report=report,
        verdict=_run_verdict(report),
        diagram=as_markup(draw_network(report.plan)),
        curves=_learning_chart(report),
        tables=list(score_tables(report.answers.evaluation.scores)) if report.answers else [],
        charts=_evaluation_charts(report.answers) if report.answers else {},
        headings=PLAN_HEADINGS,
        layers=plan_rows(report.plan),
        facts=_run_facts(report),
        worst=[_example_row(each, report.record["features"]) for each in report.worst],
        some=[_example_row(each, report.record["features"]) for each in report.some],
        has_frames=len(report.plan.input_shape) > 3,
        data=[(path, format_bytes(file["bytes"]), file["sha256"]) for path, file in report.record["data"].items()],
    )


def _run_verdict(report: Report) -> str:
    if report.answers is None:
        return f"The model cannot be evaluated here: {report.missing}."
    evaluation = report.answers.evaluation
    text = verdict(evaluation.scores)
    if evaluation.scores.rare:
        text = f"{text} ({rare_classes(evaluation.scores)})"
    return f"{text[0].upper()}{text[1:]}; {count_with_noun(evaluation.samples, 'sample')}, {evaluation.title}."


def _learning_chart(report: Report) -> Markup | str:
    best = report.summary.best_epoch
    return (
        _to_markup(plot_learning_curves(report.history, best), "curves", f"Best epoch: {best}.")
        if report.history
        else ""
    )


def _evaluation_charts(answers: EvaluatedOutputs) -> dict[str, Markup]:
    if answers.evaluation.scores.classes:
        return {}
    return {
        "Forecasts and true values": _to_markup(
            plot_forecasts(answers), "forecasts", "True values, forecasts and the best baseline."
        ),
        "Residuals": _to_markup(plot_errors(answers), "residuals", "The errors of the forecasts."),
    }


def _to_markup(figure: Any, name: str, description: str) -> Markup:
    return as_markup(figure_to_page_svg(figure, name, description))


def _run_facts(report: Report) -> dict[str, str]:
    summary, record = report.summary, report.record
    epochs = count_with_noun(summary.epochs, "epoch")
    return {
        "kind": f"{summary.kind}, {summary.parameters:,} parameters",
        "state": summary.state,
        "started": summary.started,
        **({"started from": origin_text(record["from"])} if "from" in record else {}),
        "trained": f"{epochs} in {format_duration(summary.seconds)}, the best is epoch {summary.best_epoch}",
        "samples": ", ".join(f"{name} {count:,}" for name, count in record["samples"].items() if count),
        "loss": record["loss"],
        "seed": str(record["seed"]),
        **record["versions"],
    }


def _example_row(shown: ReportExample, features: list[str]) -> dict[str, Any]:
    x, confidence = shown.x, shown.example.confidence
    truth, predicted = example_texts(shown.example)
    return {
        "name": shown.example.name,
        "truth": truth,
        "predicted": predicted,
        "confidence": None if confidence is None else f"{confidence:.1%}",
        "curves": list(zip_longest(features[:CURVES], _feature_sparklines(x), fillvalue="")) if x.ndim <= 2 else [],
        "frames": frame_pictures(x) if x.ndim > 2 else [],
        "answers": _output_frames(shown),
    }


def example_texts(example: SampleExample) -> tuple[str, str]:
    """Return the true and the predicted value, with its position in the sample.

    >>> example_texts(SampleExample(0, "10", 3.0, 9.0, location=(2,), target="load"))
    ('load 3 at step 3', '9')
    >>> example_texts(SampleExample(0, "13", "cat", "dog", location=(1, 2), confidence=0.2))
    ('cat at [1, 2]', 'dog at [1, 2]')
    """
    place = f" at {_location_text(example.location)}" if example.location else ""
    if isinstance(example.truth, str):
        return f"{example.truth}{place}", f"{example.predicted}{place}"
    target = f"{example.target} " if example.target else ""
    return f"{target}{example.truth:.4g}{place}", f"{example.predicted:.4g}"


def _location_text(location: tuple[int, ...]) -> str:
    """Return the step, counted from 1, or in frames the index along each axis."""
    return f"step {location[0] + 1}" if len(location) == 1 else str(list(location))


def _output_frames(shown: ReportExample) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the true frames and the model's, on one scale."""
    if shown.answer is None:
        return []
    scale = (float(shown.answer[0].min()), float(shown.answer[0].max()))
    names = ("expected", "predicted")
    return [(name, frame_pictures(each, scale)) for name, each in zip(names, shown.answer, strict=True)]


def _feature_sparklines(x: Array) -> list[str]:
    """Return the features of a sample `(time, features)`, or its tokens `(time,)`, as curves."""
    return [sparkline(thin_out(column.tolist(), CURVE), CURVE) for column in np.atleast_2d(x.T)[:CURVES]]
