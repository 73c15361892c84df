"""Render a search: its trials one by one, and the best of them as a table."""

import json
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.terminal.figures import count_with_noun, format_number
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.runs.stored import TrialState
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.text.quantities import format_duration
from tdcli.text.visible import escape_controls, shorten_values

MAX_TRIALS = 10


def render_study(results: StudyResults, format: str) -> RenderableType:
    """Return the best trials and the importance of each setting, or a JSON object on one line."""
    if format == "json":
        return study_json(results)
    table = TerminalTable()
    paths = list(results.importance) or list(next((trial.settings for trial in results.trials), {}))
    names = short_names(paths)
    table.add_column("Trial", justify="right")
    table.add_column(results.monitor, justify="right")
    for name in names.values():
        table.add_column(name, justify="right", overflow="fold")
    for heading in ("Epochs", "Parameters", "Duration"):
        table.add_column(heading, justify="right")
    for trial in results.ranked[:MAX_TRIALS]:
        settings = [shorten_setting(trial.settings.get(path, "")) for path in paths]
        table.add_row(str(trial.number), format_number(trial.value), *settings, *_cost_texts(trial))
    importance = "  ".join(f"{names[path]} {share:.0%}" for path, share in results.importance.items())
    titled_table = with_title(f"{results.name}: {counts_text(results)}", table)
    return Group(titled_table, Text(escape_controls(f"importance: {importance}"))) if importance else titled_table


def trial_line(trial: TrialResult, results: StudyResults) -> str:
    """Return a finished trial as one line. A star marks the best so far."""
    names = short_names(list(trial.settings))
    settings = "  ".join(f"{names[path]} {shorten_setting(value)}" for path, value in trial.settings.items())
    value = trial.state.label if trial.value is None else f"{results.monitor} {format_number(trial.value)}"
    pruned = f" pruned after {count_with_noun(trial.epochs or 0, 'epoch')}" if trial.state is TrialState.PRUNED else ""
    best = " *" if results.best and results.best.number == trial.number else ""
    reason = f": {shorten_values(trial.reason)}" if trial.reason else ""
    same = "" if trial.same_as is None else f" same as trial {trial.same_as}"
    return f"{results.done}/{results.wanted}  trial {trial.number}  {value}{pruned}{same}{best}{reason}  {settings}"


def trial_json(trial: TrialResult) -> str:
    """Return a trial as a JSON object on one line."""
    return json.dumps(asdict(trial), ensure_ascii=False)


def study_json(results: StudyResults) -> str:
    """Return the study without its trials as a JSON object on one line."""
    values = {"name": results.name, "monitor": results.monitor, "counts": results.counts, "epochs": results.epochs}
    best = results.best and asdict(results.best)
    return json.dumps({**values, "best": best, "importance": results.importance}, ensure_ascii=False)


def counts_text(results: StudyResults) -> str:
    """Return the number of trials in each state.

    >>> states = (TrialState.TRAINED, TrialState.FAILED, TrialState.TRAINED)
    >>> trials = tuple(TrialResult(number, state, {}) for number, state in enumerate(states))
    >>> counts_text(StudyResults("a", "val_loss", False, 5, trials, {}))
    '2 trials trained, 1 failed'
    """
    counts = [(TrialState(state).label, count) for state, count in results.counts.items()]
    (first, count), *others = counts or [("yet", 0)]
    return ", ".join(
        [f"{count_with_noun(count, 'trial')} {first}", *(f"{number:,} {state}" for state, number in others)]
    )


def shorten_setting(text: str) -> str:
    """Return a setting's value, with four significant digits if it has a fraction."""
    try:
        return f"{float(text):.4g}" if "." in text or "e" in text else text
    except ValueError:
        return text


def short_names(paths: list[str]) -> dict[str, str]:
    """Return the last keys of each path, as many as distinguish it from the others.

    >>> short_names(["training.batch_size", "architecture.recurrent.0.units", "architecture.recurrent.1.units"])
    {'training.batch_size': 'batch_size', 'architecture.recurrent.0.units': '0.units', \
'architecture.recurrent.1.units': '1.units'}
    """
    return {path: _shortest_name(path, [other for other in paths if other != path]) for path in paths}


def _shortest_name(path: str, others: list[str]) -> str:
    parts = path.split(".")
    ends = (".".join(parts[-length:]) for length in range(1, len(parts) + 1))
    return next((end for end in ends if not any(f".{other}".endswith(f".{end}") for other in others)), path)


def _cost_texts(trial: TrialResult) -> tuple[str, str, str]:
    parameters = "" if trial.parameters is None else f"{trial.parameters:,}"
    return str(trial.epochs or ""), parameters, format_duration(trial.seconds)
