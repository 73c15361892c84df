"""Search for the best values of a spec's `search` section."""

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tdcli.api.memory import Samples, with_data
from tdcli.api.shown import Shown
from tdcli.api.spec import CompiledSpec, SpecSource, as_spec, load
from tdcli.api.training import raise_signal
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.text.yaml_reader import parse_value

if TYPE_CHECKING:
    import polars as pl
    from rich.console import RenderableType


TrialCallback: TypeAlias = Callable[[TrialResult], object]
"""Called with each trial that ended."""


@dataclass(frozen=True)
class Study(Shown):
    """A hyperparameter search and its trials. path: the folder of the study.

    >>> import tdcli
    >>> study = tdcli.tune(tdcli.load("specs/one_to_many.yaml", {"training.epochs": 1}), trials=1)
    >>> study.trials.columns
    ['number', 'state', 'value', 'architecture.recurrent.units', 'architecture.recurrent.cell']
    >>> study.best_spec.name
    'one-to-many'
    """

    path: Path
    results: StudyResults = field(repr=False)

    @property
    def best(self) -> TrialResult | None:
        """The best trial, or None if no trial completed its training."""
        return self.results.best

    @property
    def best_spec(self) -> CompiledSpec:
        """The spec with the best trial's values. Raises SpecError if there is no best trial."""
        from tdcli.runs.study import StudyFolder

        return load(StudyFolder(self.path).best)

    @property
    def trials(self) -> "pl.DataFrame":
        """One row per trial: its number, state, value and settings."""
        import polars as pl

        rows = [
            {"number": each.number, "state": each.state.value, "value": each.value, **_values(each.settings)}
            for each in self.results.trials
        ]
        return pl.DataFrame(rows, infer_schema_length=None, strict=False)

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli tune` prints at its end."""
        from tdcli.report.terminal.study import render_study

        return render_study(self.results, "table")


def _values(settings: dict[str, str]) -> dict[str, Any]:
    """Return settings with numbers and texts as values. Other values stay YAML text."""
    found = {key: parse_value(text) for key, text in settings.items()}
    return {key: value if isinstance(value, str | int | float) else settings[key] for key, value in found.items()}


def tune(
    spec: CompiledSpec | SpecSource,
    trials: int = 20,
    data: Samples = None,
    *,
    studies: str | Path = "studies",
    max_params: int | None = None,
    on_trial: TrialCallback | None = None,
) -> Study:
    """Search the spec's `search` section until the study has `trials` trials. The same call continues a search.

    data: replaces the spec's own data, as in `train`. max_params: rejects models with more parameters. on_trial: called
    with each trial that ended. Without it, a terminal or a notebook shows one line per trial. Raises SpecError if the
    spec has nothing to search.

    >>> import tdcli
    >>> spec = tdcli.load("specs/one_to_many.yaml", {"training.epochs": 1})
    >>> tdcli.tune(spec, trials=1).best.state.value
    'trained'
    """
    from tdcli.services.machine.extras import require_extra

    require_extra("tune", "a search")
    with warnings.catch_warnings():  # Optuna imports tqdm, which asks a notebook for widgets that it does not need
        warnings.simplefilter("ignore")
        from tdcli.services.tune import search  # noqa: F401
    from tdcli.services.tune.setup import SearchRequest
    from tdcli.services.tune.start import start_search

    compiled, folder = as_spec(spec).compiled, Path(studies)
    if data is not None:
        compiled = with_data(compiled, data, folder)
    request = SearchRequest(compiled.document.path, (), trials, folder, max_params=max_params, compiled=compiled)
    found = start_search(request, on_trial=_print_trial if on_trial is None else _drop_results(on_trial))
    if found.signal is not None:
        raise_signal(found.signal, f"the same call continues the search in {found.folder.path}")
    return Study(found.folder.path, found.results)


def _drop_results(on_trial: TrialCallback) -> Callable[[TrialResult, StudyResults], None]:
    def report(trial: TrialResult, results: StudyResults) -> None:
        on_trial(trial)

    return report


def _print_trial(trial: TrialResult, results: StudyResults) -> None:
    """Print one line about a trial if a terminal or a notebook shows it."""
    from tdcli.report.terminal.study import trial_line

    if sys.stderr.isatty() or "ipykernel" in sys.modules:
        sys.stderr.write(f"{trial_line(trial, results)}\n")
