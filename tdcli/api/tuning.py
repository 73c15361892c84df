"""Search for the best values of a spec's `search` section."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tdcli.api.shown import Shown
from tdcli.api.spec import CompiledSpec, Settings, as_settings, load
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.text.yaml_reader import parse_value

if TYPE_CHECKING:
    import polars as pl
    from rich.console import RenderableType


@dataclass(frozen=True)
class Study(Shown):
    """A search with its trials. path: the study's folder."""

    path: Path
    results: StudyResults

    @property
    def best(self) -> TrialResult | None:
        """The best trial, None where none was trained to its end."""
        return self.results.best

    @property
    def best_spec(self) -> CompiledSpec:
        """The spec with the best trial's values. Raises SpecError where there is none."""
        from tdcli.runs.study import StudyFolder

        return load(StudyFolder(self.path).best)

    @property
    def trials(self) -> "pl.DataFrame":
        """A row a trial: its number, state, value and settings."""
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
    """Return settings with their numbers; what is neither number nor text stays as YAML."""
    found = {key: parse_value(text) for key, text in settings.items()}
    return {key: value if isinstance(value, str | int | float) else settings[key] for key, value in found.items()}


def tune(
    spec: str | Path, trials: int = 20, settings: Settings | None = None, *, studies: str | Path = "studies",
    max_params: int | None = None,
) -> Study:  # fmt: skip
    """Try `trials` settings in all of the spec's `search` section; the same call goes on with a search.

    max_params: larger models are turned away. Raises SpecError where there is nothing to search.
    """
    from tdcli.services.tune.setup import SearchRequest
    from tdcli.services.tune.start import start_search

    request = SearchRequest(Path(spec), as_settings(settings), trials, Path(studies), max_params=max_params)
    found = start_search(request)
    return Study(found.folder.path, found.results)
