"""What a search found."""

import json
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.terminal.figures import count_of, short
from tdcli.report.terminal.table import Table, titled
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.text.quantities import duration_text
from tdcli.text.visible import brief, visible

MOST_TRIALS = 10


def rendered_study(results: StudyResults, format: str) -> RenderableType:
    """Return the best trials with their settings, and what each setting matters; or an object on one line."""
    if format == "json":
        return study_json(results)
    table = Table()
    paths = list(results.importance) or list(next((each.settings for each in results.trials), {}))
    names = short_names(paths)
    table.add_column("Trial", justify="right")
    table.add_column(results.monitor, justify="right")
    for name in names.values():
        table.add_column(name, justify="right", overflow="fold")
    for heading in ("Epochs", "Parameters", "Duration"):
        table.add_column(heading, justify="right")
    for each in results.ranked[:MOST_TRIALS]:
        settings = [figure(each.settings.get(path, "")) for path in paths]
        table.add_row(str(each.number), short(each.value), *settings, *_cost(each))
    matters = "  ".join(f"{names[path]} {share:.0%}" for path, share in results.importance.items())
    told = titled(f"{results.name}: {counts_text(results)}", table)
    return Group(told, Text(visible(f"what matters: {matters}"))) if matters else told


def trial_line(trial: TrialResult, results: StudyResults) -> str:
    """Return a trial that ended as one line; a star marks the best so far."""
    names = short_names(list(trial.settings))
    settings = "  ".join(f"{names[path]} {figure(value)}" for path, value in trial.settings.items())
    value = trial.state if trial.value is None else f"{results.monitor} {short(trial.value)}"
    pruned = f" pruned after {count_of(trial.epochs or 0, 'epoch')}" if trial.state == "pruned" else ""
    best = " *" if results.best and results.best.number == trial.number else ""
    reason = f": {brief(trial.reason)}" if trial.reason else ""
    same = "" if trial.same_as is None else f" same as trial {trial.same_as}"
    return f"{results.done}/{results.wanted}  trial {trial.number}  {value}{pruned}{same}{best}{reason}  {settings}"


def trial_json(trial: TrialResult) -> str:
    """Return a trial as an object on one line."""
    return json.dumps(asdict(trial), ensure_ascii=False)


def study_json(results: StudyResults) -> str:
    """Return the study without its trials as an object on one line."""
    values = {"name": results.name, "monitor": results.monitor, "counts": results.counts, "epochs": results.epochs}
    best = results.best and asdict(results.best)
    return json.dumps({**values, "best": best, "importance": results.importance}, ensure_ascii=False)


def counts_text(results: StudyResults) -> str:
    """Say how many trials came to what.

    >>> trials = (TrialResult(0, "trained", {}), TrialResult(1, "failed", {}), TrialResult(2, "trained", {}))
    >>> counts_text(StudyResults("a", "val_loss", False, 5, trials, {}))
    '2 trials trained, 1 failed'
    """
    (first, count), *others = results.counts.items() or [("yet", 0)]
    return ", ".join([f"{count_of(count, 'trial')} {first}", *(f"{number:,} {state}" for state, number in others)])


def figure(text: str) -> str:
    """Return a setting's value with four figures where it is a broken number."""
    try:
        return f"{float(text):.4g}" if "." in text or "e" in text else text
    except ValueError:
        return text


def short_names(paths: list[str]) -> dict[str, str]:
    """Return the last words of each path, as many as tell it from the others.

    >>> short_names(["training.batch_size", "architecture.recurrent.0.units", "architecture.recurrent.1.units"])
    {'training.batch_size': 'batch_size', 'architecture.recurrent.0.units': '0.units', \
'architecture.recurrent.1.units': '1.units'}
    """
    return {path: _shortest(path, [other for other in paths if other != path]) for path in paths}


def _shortest(path: str, others: list[str]) -> str:
    parts = path.split(".")
    ends = (".".join(parts[-length:]) for length in range(1, len(parts) + 1))
    return next((end for end in ends if not any(f".{other}".endswith(f".{end}") for other in others)), path)


def _cost(trial: TrialResult) -> tuple[str, str, str]:
    parameters = "" if trial.parameters is None else f"{trial.parameters:,}"
    return str(trial.epochs or ""), parameters, duration_text(trial.seconds)
