"""Render a survey of data as tables or JSON."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.terminal.figures import count_with_noun, format_number, nan_to_none
from tdcli.report.terminal.sparkline import sparkline, thin_out
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.shapes import format_shape
from tdcli.survey.findings import FeatureSummary, Survey, ValueSummary
from tdcli.survey.warnings import describe_drift
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.visible import escape_controls, shorten_values, truncate

SHADES = " ░▒▓█"
MOST_FEATURES = 24
MOST_COLUMN_ROWS = 100
CURVE_LENGTH = 32
BAR = 40
FIGURES = ("min", "mean", "max", "sd")


def render_survey(survey: Survey, format: str) -> Any:
    """Return Rich tables, or the text of `json`."""
    if format == "json":
        return json.dumps(nan_to_none(_survey_values(survey)), indent=2, ensure_ascii=False)
    return Group(*_sections(survey))


def _survey_values(survey: Survey) -> dict[str, Any]:
    found = {key: [_warning_values(each) for each in getattr(survey, key)] for key in ("warnings", "faults")}
    return {**asdict(survey), **found}


def _warning_values(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic for programs, with its helps as texts."""
    values = {"help" if key == "helps" else key: value for key, value in asdict(diagnostic).items() if key != "section"}
    return {**values, "help": list(diagnostic.help)}


def _sections(survey: Survey) -> Iterator[RenderableType]:
    shapes = f"{format_shape(survey.input_shape, batch=None)} -> {format_shape(survey.output_shape, batch=None)}"
    yield Text(escape_controls(f"{survey.name}: {survey.source} data for {shapes}"), "bold")
    for key, title, table, closing in SECTIONS:
        if getattr(survey, key):
            yield with_title(f"\n{title}", table(survey), closing(survey))
    yield from (Text(f"note: {shorten_values(note)}") for note in survey.notes)


def _survey_table(*headings: str, numbers: tuple[str, ...] = ()) -> TerminalTable:
    table = TerminalTable()
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    return table


def _columns_table(survey: Survey) -> TerminalTable:
    numbers = ("missing", *FIGURES)
    table = _survey_table("Column", "role", *numbers, numbers=numbers)
    for each in survey.columns[:MOST_COLUMN_ROWS]:
        missing = f"{each.missing:,}" + (f" + {each.wrong:,} not numbers" if each.wrong else "")
        distinct = [count_with_noun(each.distinct or 0, "value"), "", "", ""] if each.kind == "text" else []
        figures = (each.minimum, each.mean, each.maximum, each.deviation)
        table.add_row(truncate(each.name), each.role, missing, *(distinct or map(format_number, figures)))
    _add_count_of_rest(table, len(survey.columns))
    return table


def _add_count_of_rest(table: TerminalTable, columns: int, *before: str) -> None:
    if columns > MOST_COLUMN_ROWS:
        table.add_row(*before, f"... {columns - MOST_COLUMN_ROWS:,} more")


def _time_axis_text(survey: Survey) -> str:
    times = survey.timestamps
    if times is None or not times.first:
        return ""
    step = f", one row every {times.step}" if times.step else ""
    counts = {"repeated": times.repeated, "irregular": times.irregular}
    odd = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"from {times.first} to {times.last}{step}" + (f"; {', '.join(odd)}" if odd else "")


def _parts_table(survey: Survey) -> TerminalTable:
    numbers = ("samples", f"from {survey.index}", f"to {survey.index}")
    table = _survey_table("Set", *numbers, "position in the data", numbers=numbers)
    for part in survey.parts:
        line = "".join(SHADES[round(share * (len(SHADES) - 1))] for share in part.shares)
        table.add_row(part.name, f"{part.samples:,}", part.first, part.last, line or "files of its own")
    return table


def _classes_table(survey: Survey) -> TerminalTable:
    classes = survey.classes or {}
    table = _survey_table("Class", *classes, numbers=tuple(classes))
    totals = {part: max(1, sum(counts.values())) for part, counts in classes.items()}
    for name in classes["train"]:
        counts = ((counts[name], totals[part]) for part, counts in classes.items())
        table.add_row(truncate(name), *(f"{count:,} ({count / total:.0%})" for count, total in counts))
    return table


def _lengths_table(survey: Survey) -> TerminalTable:
    table = _survey_table("timesteps", "samples", "", numbers=("samples",))
    if survey.lengths:
        edges, counts = survey.lengths.edges, survey.lengths.counts
        for low, beyond, count in zip(edges, edges[1:], counts, strict=False):
            span = f"{low}" if beyond - low == 1 else f"{low} to {beyond - 1}"
            table.add_row(span, f"{count:,}", "█" * round(BAR * count / max(counts)))
    return table


def _features_table(survey: Survey) -> TerminalTable:
    others = [part.name for part in survey.parts if part.name != "train"]
    table = _survey_table("", *FIGURES, *others, numbers=FIGURES)
    shown = _first_features(survey.features)
    for each in shown:
        spread = each.parts["train"]
        figures = (spread.minimum, spread.mean, spread.maximum, spread.deviation)
        name = f"{truncate(each.name)} (target)" if each.is_target else truncate(each.name)
        table.add_row(name, *map(format_number, figures), *(_drift_text(each, part) for part in others))
    if len(shown) < len(survey.features):
        table.add_row(f"... {len(survey.features) - len(shown)} more")
    return table


def _first_features(features: tuple[FeatureSummary, ...]) -> tuple[FeatureSummary, ...]:
    """Return the first features, and all targets."""
    inputs, targets = ([each for each in features if each.is_target == wanted] for wanted in (False, True))
    return (*inputs[:MOST_FEATURES], *targets)


def _drift_text(feature: FeatureSummary, part: str) -> str:
    return describe_drift(feature.parts["train"], feature.parts[part]) or "similar" if part in feature.parts else ""


def _previews_table(survey: Survey) -> TerminalTable:
    table = _survey_table(
        survey.index.capitalize(), "target", "feature", "over time", "min", "max", numbers=("min", "max")
    )
    for glimpse in survey.glimpses:
        start = (truncate(glimpse.name), truncate(glimpse.answer))
        for name, values in islice(glimpse.features.items(), MOST_COLUMN_ROWS):
            low, high = min(values, default=None), max(values, default=None)
            table.add_row(
                *start,
                truncate(name),
                sparkline(thin_out(values, CURVE_LENGTH), CURVE_LENGTH),
                format_number(low),
                format_number(high),
            )
            start = ("", "")
        _add_count_of_rest(table, len(glimpse.features), *start)
        table.add_section()
    return table


def _batch_table(survey: Survey) -> TerminalTable:
    batch = survey.batch
    steps = tuple(f"step {step}" for step in batch.steps) if batch else ()
    table = _survey_table("first sample", *steps, numbers=steps)
    features = batch.features if batch else {}
    for name, values in islice(features.items(), MOST_COLUMN_ROWS):
        table.add_row(truncate(name), *map(format_number, values))
    _add_count_of_rest(table, len(features))
    return table


def _batch_text(survey: Survey) -> str:
    batch = survey.batch
    if batch is None:
        return ""
    padded = f", {batch.padded:.0%} of its steps padded" if batch.padded else ""
    x = f"x {format_shape(batch.x_shape, batch=None)} {batch.dtype}, {_range_text(batch.x)}{padded}"
    return f"{x}\ny {format_shape(batch.y_shape, batch=None)}, " + (_range_text(batch.y) if batch.y else "class codes")


def _range_text(spread: ValueSummary) -> str:
    return (
        f"from {format_number(spread.minimum)} to {format_number(spread.maximum)} (mean {format_number(spread.mean)})"
    )


def _no_text(_: Survey) -> str:
    return ""


FEATURES_TITLE = "features and targets of the training set in the data's units, and how the other sets differ"
SECTIONS: tuple[tuple[str, str, Callable[[Survey], TerminalTable], Callable[[Survey], str]], ...] = (
    ("columns", "columns of the files", _columns_table, _time_axis_text),
    ("parts", "sets", _parts_table, _no_text),
    ("classes", "classes", _classes_table, _no_text),
    ("lengths", "timesteps of the samples", _lengths_table, _no_text),
    ("features", FEATURES_TITLE, _features_table, _no_text),
    ("glimpses", "some samples of the training set", _previews_table, _no_text),
    ("batch", "a batch as the layers read it", _batch_table, _batch_text),
)
"""The condition, the title, the table, and the line below it."""
