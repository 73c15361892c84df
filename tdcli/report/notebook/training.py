"""A training in a notebook: a bar with one line, and each figure with its curves."""

import math
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement  # nosec B405

from rich.text import Text

from tdcli.report.notebook.curves import as_image, draw_curves
from tdcli.report.notebook.tables import add_cell, new_block, to_text
from tdcli.report.terminal.figures import count_with_noun, format_number
from tdcli.services.runs.watch import TrainingView
from tdcli.text.quantities import format_bytes, format_duration

TRAIN, VALIDATION, TRACK = "#2a80d2", "#c9651b", "rgba(128,128,128,.3)"
"""Colours with a contrast of almost 4 to 1 on white and on a notebook's black; of the bar, what is not done yet."""

OF_VALIDATION = "val_"


def render_training(view: TrainingView) -> str:
    """Return the HTML of a training that goes on, or that has ended."""
    block = new_block()
    track = SubElement(block, "div", style=f"max-width:600px;height:4px;margin:0.4em 0;background:{TRACK}")
    SubElement(track, "div", style=f"width:{100 * view.done / view.epochs:.1f}%;height:4px;background:{TRAIN}")
    SubElement(block, "div").text = training_line(view)
    if view.history:
        block.append(_figures_table(view))
    return to_text(block)


def training_line(view: TrainingView) -> str:
    """Return how far a training is.

    >>> training_line(TrainingView(12, 3.5, 0.5, seconds=60.0, steps_a_second=1234.5))
    'epoch 4 of 12 · 2:50 left · 1,234 steps a second'
    >>> training_line(TrainingView(12, 3.0, best_epoch=2, has_ended=True))
    '3 of 12 epochs · the best is epoch 2'
    """
    if view.has_ended:
        done = int(view.done)
        count = count_with_noun(done, "epoch") if done == view.epochs else f"{done:,} of {view.epochs:,} epochs"
        parts = [count, f"the best is epoch {view.best_epoch}" if view.best_epoch else ""]
    else:
        parts = [
            f"epoch {min(int(view.done) + 1, view.epochs):,} of {view.epochs:,}",
            "" if view.seconds_left is None else f"{format_duration(view.seconds_left)} left",
            "" if view.steps_a_second is None else f"{view.steps_a_second:,.0f} steps a second",
            "" if view.memory is None else format_bytes(view.memory),
        ]
    return " · ".join(filter(None, parts))


def _figures_table(view: TrainingView) -> Element:
    """Return a row for each figure: its last value in training and validation, the best epoch's, and its curves."""
    last, parts = view.history[-1], {"": TRAIN, OF_VALIDATION: VALIDATION}
    if not any(name.startswith(OF_VALIDATION) for name in last):
        del parts[OF_VALIDATION]
    table = Element("table", style="margin:0.4em 0")
    headings = SubElement(SubElement(table, "thead"), "tr")
    add_cell(headings, "th", "", "left")
    for prefix, colour in parts.items():
        title = "validation" if prefix else "train"
        add_cell(headings, "th", Text.assemble(("━ ", colour), title), "right")
    if _best_place(view) is not None:
        add_cell(headings, "th", f"best: epoch {view.best_epoch}", "right")
    add_cell(headings, "th", "", "left")
    body = SubElement(table, "tbody")
    for name in dict.fromkeys(name.removeprefix(OF_VALIDATION) for name in last if name != "epoch"):
        _add_figure(SubElement(body, "tr"), name, parts, view)
    return table


def _best_place(view: TrainingView) -> int | None:
    """Return the place of the best epoch in the history; a run that goes on may have had it before."""
    return next((place for place, row in enumerate(view.history) if row["epoch"] == view.best_epoch), None)


def _add_figure(row: Element, name: str, parts: Mapping[str, str], view: TrainingView) -> None:
    history, best = view.history, _best_place(view)
    add_cell(row, "td", name, "left")
    for prefix in parts:
        add_cell(row, "td", format_number(history[-1].get(prefix + name)), "right")
    if best is not None:
        add_cell(row, "td", format_number(history[best].get(list(parts)[-1] + name)), "right")
    curves = {colour: [each.get(prefix + name, math.nan) for each in history] for prefix, colour in parts.items()}
    picture = draw_curves(curves, best)
    add_cell(row, "td", "", "left").append(as_image(picture) if view.has_ended else picture)
