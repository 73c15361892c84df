"""What data look like, as tables or JSON."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.terminal.figures import finite, short
from tdcli.report.terminal.sparkline import sparkline, thinned
from tdcli.report.terminal.table import Table, titled
from tdcli.shapes import format_shape
from tdcli.survey.findings import Feature, Spread, Survey
from tdcli.survey.warnings import drift
from tdcli.text.visible import brief, shortened, visible

SHADES = " ░▒▓█"
MOST_FEATURES = 24
MOST_COLUMNS = 100
CURVE = 32
BAR = 40
FIGURES = ("least", "mean", "most", "sd")


def rendered_survey(survey: Survey, format: str) -> Any:
    """Return Rich tables, or the text of `json`."""
    if format == "json":
        return json.dumps(finite(asdict(survey)), indent=2, ensure_ascii=False)
    return Group(*_sections(survey))


def _sections(survey: Survey) -> Iterator[RenderableType]:
    shapes = f"{format_shape(survey.input_shape, batch=None)} -> {format_shape(survey.output_shape, batch=None)}"
    yield Text(visible(f"{survey.name}: {survey.source} data for {shapes}"), "bold")
    for key, title, table, closing in SECTIONS:
        if getattr(survey, key):
            yield titled(f"\n{title}", table(survey), closing(survey))
    yield from (Text(f"note: {brief(note)}") for note in survey.notes)


def _table(*headings: str, numbers: tuple[str, ...] = ()) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    return table


def _columns(survey: Survey) -> Table:
    numbers = ("missing", *FIGURES)
    table = _table("Column", "is", *numbers, numbers=numbers)
    for each in survey.columns[:MOST_COLUMNS]:
        missing = f"{each.missing:,}" + (f" + {each.wrong:,} no number" if each.wrong else "")
        texts = [f"{each.distinct:,} texts", "", "", ""] if each.kind == "text" else []
        figures = (each.minimum, each.mean, each.maximum, each.deviation)
        table.add_row(shortened(each.name), each.role, missing, *(texts or map(short, figures)))
    _count_more(table, len(survey.columns))
    return table


def _count_more(table: Table, columns: int, *before: str) -> None:
    if columns > MOST_COLUMNS:
        table.add_row(*before, f"... {columns - MOST_COLUMNS:,} more")


def _time_axis(survey: Survey) -> str:
    times = survey.timestamps
    if times is None or not times.first:
        return ""
    step = f", a row every {times.step}" if times.step else ""
    counts = {"repeated": times.repeated, "irregular": times.irregular}
    odd = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"from {times.first} to {times.last}{step}" + (f"; {', '.join(odd)}" if odd else "")


def _parts(survey: Survey) -> Table:
    numbers = ("samples", f"from {survey.index}", f"to {survey.index}")
    table = _table("Part", *numbers, "which stretch of the data", numbers=numbers)
    for part in survey.parts:
        line = "".join(SHADES[round(share * (len(SHADES) - 1))] for share in part.shares)
        table.add_row(part.name, f"{part.samples:,}", part.first, part.last, line or "files of its own")
    return table


def _classes(survey: Survey) -> Table:
    classes = survey.classes or {}
    table = _table("Class", *classes, numbers=tuple(classes))
    totals = {part: max(1, sum(counts.values())) for part, counts in classes.items()}
    for name in classes["train"]:
        counts = ((counts[name], totals[part]) for part, counts in classes.items())
        table.add_row(shortened(name), *(f"{count:,} ({count / total:.0%})" for count, total in counts))
    return table


def _lengths(survey: Survey) -> Table:
    table = _table("timesteps", "samples", "", numbers=("samples",))
    if survey.lengths:
        edges, counts = survey.lengths.edges, survey.lengths.counts
        for low, beyond, count in zip(edges, edges[1:], counts, strict=False):
            span = f"{low}" if beyond - low == 1 else f"{low} to {beyond - 1}"
            table.add_row(span, f"{count:,}", "█" * round(BAR * count / max(counts)))
    return table


def _features(survey: Survey) -> Table:
    others = [part.name for part in survey.parts if part.name != "train"]
    table = _table("", *FIGURES, *others, numbers=FIGURES)
    shown = _first_features(survey.features)
    for each in shown:
        spread = each.parts["train"]
        figures = (spread.minimum, spread.mean, spread.maximum, spread.deviation)
        name = f"{shortened(each.name)} (target)" if each.is_target else shortened(each.name)
        table.add_row(name, *map(short, figures), *(_drift(each, part) for part in others))
    if len(shown) < len(survey.features):
        table.add_row(f"... {len(survey.features) - len(shown)} more")
    return table


def _first_features(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """Return the first features, and all targets."""
    inputs, targets = ([each for each in features if each.is_target == wanted] for wanted in (False, True))
    return (*inputs[:MOST_FEATURES], *targets)


def _drift(feature: Feature, part: str) -> str:
    return drift(feature.parts["train"], feature.parts[part]) or "alike" if part in feature.parts else ""


def _glimpses(survey: Survey) -> Table:
    table = _table(survey.index.capitalize(), "answer", "", "over time", "least", "most", numbers=("least", "most"))
    for glimpse in survey.glimpses:
        start = (shortened(glimpse.name), shortened(glimpse.answer))
        for name, values in islice(glimpse.features.items(), MOST_COLUMNS):
            low, high = min(values, default=None), max(values, default=None)
            table.add_row(*start, shortened(name), sparkline(thinned(values, CURVE), CURVE), short(low), short(high))
            start = ("", "")
        _count_more(table, len(glimpse.features), *start)
        table.add_section()
    return table


def _batch(survey: Survey) -> Table:
    batch = survey.batch
    steps = tuple(f"step {step}" for step in batch.steps) if batch else ()
    table = _table("first sample", *steps, numbers=steps)
    features = batch.features if batch else {}
    for name, values in islice(features.items(), MOST_COLUMNS):
        table.add_row(shortened(name), *map(short, values))
    _count_more(table, len(features))
    return table


def _batch_text(survey: Survey) -> str:
    batch = survey.batch
    if batch is None:
        return ""
    padded = f", {batch.padded:.0%} of its steps padded" if batch.padded else ""
    x = f"x {format_shape(batch.x_shape, batch=None)} {batch.dtype}, {_range(batch.x)}{padded}"
    return f"{x}\ny {format_shape(batch.y_shape, batch=None)}, " + (_range(batch.y) if batch.y else "class codes")


def _range(spread: Spread) -> str:
    return f"from {short(spread.minimum)} to {short(spread.maximum)} (mean {short(spread.mean)})"


def _nothing(_: Survey) -> str:
    return ""


FEATURES = "features and targets of the training part in the data's units, and how the other parts differ"
SECTIONS: tuple[tuple[str, str, Callable[[Survey], Table], Callable[[Survey], str]], ...] = (
    ("columns", "columns, as they stand in the files", _columns, _time_axis),
    ("parts", "parts", _parts, _nothing),
    ("classes", "classes", _classes, _nothing),
    ("lengths", "timesteps of the samples", _lengths, _nothing),
    ("features", FEATURES, _features, _nothing),
    ("glimpses", "some samples of the training part", _glimpses, _nothing),
    ("batch", "a batch as the layers read it", _batch, _batch_text),
)
"""What must be there, the title, the table, and the line below it."""
