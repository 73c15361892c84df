"""Render a running training as lines of text: a bar, a curve for each metric, speed and memory."""

from tdcli.report.terminal.figures import format_figures
from tdcli.report.terminal.sparkline import sparkline
from tdcli.services.runs.watch import TrainingView
from tdcli.text.quantities import format_bytes, format_duration
from tdcli.text.visible import escape_lines

CURVE_WIDTH = 30
NARROW = 60
"""Minimum number of columns for curves."""


def progress_lines(view: TrainingView, width: int, *, blocks: bool = True) -> list[str]:
    """Return the lines, none longer than `width`. blocks: whether the terminal can print more than ASCII."""
    curves = CURVE_WIDTH if blocks and width >= NARROW else 0
    lines = [_bar_line(view, width), *_figure_lines(view, curves), _pace_line(view)]
    return [escape_lines(line)[:width].rstrip() for line in lines if line]


def epoch_line(results: dict[str, float], epochs: int, *, best: bool) -> str:
    """Return an epoch as one line. A star marks the best so far."""
    figures = {name: value for name, value in results.items() if name != "epoch"}
    return f"epoch {int(results['epoch'])}/{epochs}  {format_figures(figures)}{' *' if best else ''}"


def _bar_line(view: TrainingView, width: int) -> str:
    left = "" if view.seconds_left is None else f"  {format_duration(view.seconds_left)} left"
    epoch = int(view.done) if view.has_ended else min(int(view.done) + 1, view.epochs)
    text = f" epoch {epoch}/{view.epochs}{left}"
    length = max(10, min(40, width - len(text) - 2))
    filled = round(length * view.done / view.epochs)
    return f"[{'=' * filled}{'-' * (length - filled)}]{text}"


def _figure_lines(view: TrainingView, curve: int) -> list[str]:
    """Return a line for each metric: its last value, its curve, and its value in the best epoch."""
    if not view.history:
        return []
    last = {name: value for name, value in view.history[-1].items() if name != "epoch"}
    best = next((row for row in view.history if row["epoch"] == view.best_epoch), {})
    widest = max(map(len, last))
    lines = []
    for name, value in last.items():
        of_best = f"  best {best[name]:.4g} (epoch {view.best_epoch})" if name in best else ""
        drawn = f"  {sparkline(view.curve(name), curve):{curve}}" if curve else ""
        lines.append(f"{name:{widest}}  {value:<9.4g}{drawn}{of_best}")
    return lines


def _pace_line(view: TrainingView) -> str:
    steps = "" if view.steps_a_second is None else f"{view.steps_a_second:,.0f} steps/s"
    memory = "" if view.memory is None else format_bytes(view.memory)
    return "  ".join(each for each in (steps, memory) if each)
