"""Render an evaluation as tables or JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from rich.console import Group, RenderableType

from tdcli.report.terminal.figures import count_with_noun, nan_to_none
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.services.evaluate.comparison import BaselineComparison, GroupScore, Scores, StepScore, lower_is_better
from tdcli.services.evaluate.evaluate import Evaluation

MOST_STEP_ROWS, MOST_TARGET_ROWS, MOST_CLASS_NAMES = 12, 12, 6
"""Maximum number of steps and targets in a table, and of class names in a sentence. JSON has all."""

ROUNDING = 1e-12
"""Smaller values are rounding errors, and are written as 0."""

TextRow = tuple[str, ...]


def render_evaluation(evaluation: Evaluation, format: str) -> Any:
    """Return Rich tables, or the text of `json`."""
    if format == "json":
        return json.dumps(nan_to_none(_evaluation_values(evaluation)), indent=2, ensure_ascii=False)
    scores = evaluation.scores
    title = f"{evaluation.name}: {evaluation.title}, {count_with_noun(evaluation.samples, 'sample')}"
    tables = [with_title(own or title, _score_table(heading, rows)) for own, heading, rows in score_tables(scores)]
    tables += [_class_table(scores), _confusion_table(scores)] if scores.classes else []
    return Group(*tables, *([rare_classes(scores)] if scores.rare else []), verdict(scores))


def score_tables(scores: Scores) -> Iterator[tuple[str, TextRow, list[TextRow]]]:
    """Yield the titles of the tables, their headings and their rows; the first has no title."""
    yield "", *_figures_table(scores)
    if scores.steps:
        yield f"{scores.steps[0].criterion} by step", *_steps_table(scores)
    if scores.groups:
        count = len({each.group for each in scores.groups})
        yield f"{scores.groups[0].criterion} by group, {count:,} of them", *_groups_table(scores)


def _evaluation_values(evaluation: Evaluation) -> dict[str, Any]:
    """Return all values but the noun of the counts. The best baseline is repeated under two keys of its own."""
    scores = evaluation.scores
    best = {"baseline_name": scores.baseline_name, "baseline": scores.baseline}
    values = {key: value for key, value in asdict(scores).items() if key != "counted"}
    return {**asdict(evaluation), "scores": {**values, **best}}


def _figures_table(scores: Scores) -> tuple[TextRow, list[TextRow]]:
    """Return headings and rows: one metric per row, and with several targets each metric of the first targets."""
    heading = ("Metric", "model", *scores.baselines)
    if not scores.targets:
        return heading, list(_figure_rows(scores))
    shown = list(scores.targets.items())[:MOST_TARGET_ROWS]
    rows = [(name if place == 0 else "", *row) for name, each in shown for place, row in enumerate(_figure_rows(each))]
    left = len(scores.targets) - len(shown)
    if left:
        rows.append((f"and {left} more", *[""] * len(heading)))
    means = [
        (f"mean of {len(scores.targets)}" if place == 0 else "", *row) for place, row in enumerate(_figure_rows(scores))
    ]
    return ("Target", *heading), rows + means


def _figure_rows(found: BaselineComparison) -> Iterator[TextRow]:
    for name, value in found.figures.items():
        yield name, _number_text(value), *(_number_text(each[name]) for each in found.baselines.values())


def _steps_table(scores: Scores) -> tuple[TextRow, list[TextRow]]:
    """Return headings and rows: the first metric of some steps, by target if there are several."""
    steps = sorted({each.step for each in scores.steps})
    shown = {steps[round(place * (len(steps) - 1) / (MOST_STEP_ROWS - 1))] for place in range(MOST_STEP_ROWS)}
    targets = _shown_targets(scores, scores.steps)
    chosen = [each for each in scores.steps if each.step in shown and each.target in targets]
    named = ("Target",) if scores.targets else ()
    heading = (*named, "Step", "model", *scores.baselines)
    return heading, [(*_target_cells(each, scores), f"{each.step:,}", *_comparison_cells(each)) for each in chosen]


def _groups_table(scores: Scores) -> tuple[TextRow, list[TextRow]]:
    """Return headings and rows: for each target, the median over groups and the worst group, by the first metric."""
    named = ("Target",) if scores.targets else ()
    criterion = scores.groups[0].criterion
    heading = (*named, "Group", "samples", "model", *scores.baselines)
    rows: list[TextRow] = []
    for target in _shown_targets(scores, scores.groups):
        own = [each for each in scores.groups if each.target == target]
        worst = (max if lower_is_better(criterion) else min)(own, key=lambda each: each.figures[criterion])
        first = _target_cells(worst, scores)
        rows.append(
            (*first, "median", _whole_number_text(median(each.samples for each in own)), *_medians(own, criterion))
        )
        rows.append((*("" for _ in first), f"worst: {worst.group}", f"{worst.samples:,}", *_comparison_cells(worst)))
    return heading, rows


def _medians(groups: Sequence[GroupScore], criterion: str) -> TextRow:
    found = [median(each.figures[criterion] for each in groups)]
    found += [median(each.baselines[name][criterion] for each in groups) for name in groups[0].baselines]
    return tuple(map(_number_text, found))


def _shown_targets(scores: Scores, parts: Sequence[StepScore] | Sequence[GroupScore]) -> tuple[str, ...]:
    return tuple(scores.targets)[:MOST_TARGET_ROWS] or (parts[0].target,)


def _target_cells(score: StepScore | GroupScore, scores: Scores) -> TextRow:
    return (score.target,) if scores.targets else ()


def _comparison_cells(score: StepScore | GroupScore) -> TextRow:
    found = (score.figures, *score.baselines.values())
    return tuple(_number_text(each[score.criterion]) for each in found)


def _whole_number_text(value: float) -> str:
    return f"{value:,.0f}"


def _score_table(heading: TextRow, rows: Sequence[TextRow]) -> TerminalTable:
    table = TerminalTable()
    for name in heading:
        is_text = name in ("Target", "Metric", "Step", "Group", "Class")
        table.add_column(name, justify="left" if is_text else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _class_table(scores: Scores) -> RenderableType:
    rows = [
        (each.name, *(f"{value:.4f}" for value in (each.precision, each.recall, each.f1)), str(each.count))
        for each in scores.classes
    ]
    return with_title("by class", _score_table(("Class", "precision", "recall", "F1", scores.counted), rows))


def _confusion_table(scores: Scores) -> RenderableType:
    table = TerminalTable()
    table.add_column("")
    names = [each.name for each in scores.classes]
    for name in names:
        table.add_column(name, justify="right")
    for name, row in zip(names, scores.confusion, strict=True):
        table.add_row(name, *map(str, row))
    return with_title("true class by row, predicted class by column", table)


def rare_classes(scores: Scores) -> str:
    """Return why accuracy does not decide."""
    names = [f"`{each}`" for each in scores.rare[:MOST_CLASS_NAMES]]
    more = len(scores.rare) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    verb = "are" if len(scores.rare) > 1 else "is"
    share = f"{100 * (scores.rare_below or 0):.2g} %"
    return f"{listed} {verb} rare (under {share}): {scores.criterion} decides, because accuracy hides rare classes"


def verdict(scores: Scores) -> str:
    """Return a sentence: whether the model beats the best baseline, and with several targets, for which."""
    if not scores.targets:
        return _verdict_of_target(scores)
    better = [name for name, each in scores.targets.items() if each.is_better]
    worse = [name for name in scores.targets if name not in better]
    told = [f"`{name}` {_verdict_of_target(scores.targets[name])}" for name in (*worse, *better)[:MOST_CLASS_NAMES]]
    more = len(scores.targets) - len(told)
    counts = f"better for {len(better)} of {len(scores.targets)} targets"
    return f"{counts}: " + "; ".join(told) + (f"; and {more} more" if more else "")


def _verdict_of_target(found: BaselineComparison) -> str:
    name = found.criterion
    compared = "better than" if found.is_better else "no better than"
    values = f"{_number_text(found.figures[name])} against {_number_text(found.baseline[name])}"
    return f"{compared} {found.best_baseline}: {name} {values}"


def _number_text(value: float) -> str:
    """Format with four decimals, or with four significant digits for small and large numbers.

    >>> [_number_text(value) for value in (0.5, 0.0, 0.00002314, 14_758.28, 145_758_280.8, 2e12)]
    ['0.5000', '0.0000', '2.314e-05', '14,758.2800', '145,758,281', '2e+12']
    """
    if ROUNDING < abs(value) < 0.001 or abs(value) >= 1e12:
        return f"{value:.4g}"
    return f"{value:,.4f}" if abs(value) < 100_000 else f"{value:,.0f}"
