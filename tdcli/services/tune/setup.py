"""Prepare a search: compile its spec, read its data, and check that there is something to search."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.data.dataset import Dataset
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled, compile_document, compile_spec
from tdcli.services.tune.budget import Budget, parse_budget
from tdcli.spec.space import drop_search
from tdcli.spec.training import best_metric
from tdcli.text.errors import SpecError
from tdcli.text.override import apply_settings


@dataclass(frozen=True)
class SearchRequest:
    """The options of a search.

    spec: the file of the spec. compiled: replaces the file, if a program changed its values.
    trials: the total number of trials of the study.
    storage: a URL or the path of a journal, None for a database in the folder of the study.
    """

    spec: Path
    settings: tuple[str, ...]
    trials: int
    studies: Path
    storage: str | None = None
    max_params: int | None = None
    max_memory: str | None = None
    compiled: Compiled | None = None


@dataclass(frozen=True)
class SearchSetup:
    """A compiled spec with a `search` section, its data, and the limits of a trial."""

    compiled: Compiled
    data: Dataset
    budget: Budget

    @property
    def monitor(self) -> str:
        """The metric that trials are compared by."""
        return best_metric(self.compiled.spec.training, has_validation=True)

    def compile_trial(self, settings: dict[str, str]) -> Compiled:
        """Compile the spec with a trial's settings and without its `search` section. Raises SpecError.

        The spec is the one that the search started with, even if its file changed since then.
        """
        assignments = [f"{path}={text}" for path, text in settings.items()]
        return compile_document(drop_search(apply_settings(self.compiled.document, assignments)))


def prepare_search(request: SearchRequest, on_loading: ProgressCallback = no_progress) -> SearchSetup:
    """Compile the spec and read its data. Raises SpecError if there is nothing to search or no validation set.

    on_loading: called with the progress of slow reading.
    """
    compiled = request.compiled or compile_spec(request.spec, request.settings)
    if not compiled.spec.search:
        message = f"`{request.spec}` has no `search` section"
        raise SpecError.of("missing-key", message, "add one, such as `search: {training.batch_size: [16, 32]}`")
    if request.trials < 1:
        raise SpecError.of("wrong-option", f"`--trials {request.trials}` is too few", "write `--trials 20`")
    data = prepare(compiled, on_loading=on_loading).data
    if data.validation is None:
        message = "trials are compared on the validation set, but the spec has none"
        span = compiled.document.key_span(("split",))
        raise SpecError.of("missing-key", message, "add one: `split: {validation: 0.2}`", span=span)
    setup = SearchSetup(compiled, data, parse_budget(compiled, request.max_params, request.max_memory))
    if "training.loss" in compiled.spec.search and setup.monitor == "val_loss":
        message = "trials are compared by `val_loss`, but `training.loss` changes what `val_loss` measures"
        span = compiled.document.key_span(("search", "training.loss"))
        raise SpecError.of("wrong-value", message, "compare by a metric: `training: {monitor: val_mae}`", span=span)
    return setup
