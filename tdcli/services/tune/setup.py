"""What a search is asked for, and whether there is anything to try and to compare by."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.data.dataset import Dataset
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.tune.budget import Budget, budget_of
from tdcli.spec.training import monitored
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Request:
    """What is asked for: so many trials in all; `storage`: a URL or a journal's path, else a file in the folder."""

    spec: Path
    settings: tuple[str, ...]
    trials: int
    studies: Path
    storage: str | None = None
    max_params: int | None = None
    max_memory: str | None = None


@dataclass(frozen=True)
class Searchable:
    """The spec as it stands, its data, and what a trial may cost."""

    compiled: Compiled
    data: Dataset
    budget: Budget

    @property
    def monitor(self) -> str:
        """The figure that trials are compared by."""
        return monitored(self.compiled.spec.training, has_validation=True)


def searchable(request: Request) -> Searchable:
    """Compile the spec and read its data. Raises UserError where a search has nothing to try, or to compare by."""
    compiled = compile_spec(request.spec, request.settings)
    if not compiled.spec.search:
        message = f"`{request.spec}` has no `search` section"
        raise UserError.of("missing-key", message, "add one, as `search: {training.batch_size: [16, 32]}`")
    if request.trials < 1:
        raise UserError.of("wrong-option", f"`--trials {request.trials}` is too few", "write `--trials 20`")
    data = prepare(compiled).data
    if data.validation is None:
        message = "trials are compared by a validation part, and there is none"
        span = compiled.document.key_span(("split",))
        raise UserError.of("missing-key", message, "add one: `split: {validation: 0.2}`", span=span)
    found = Searchable(compiled, data, budget_of(compiled, request.max_params, request.max_memory))
    if "training.loss" in compiled.spec.search and found.monitor == "val_loss":
        message = "`training.loss` changes what `val_loss` means, and trials are compared by it"
        span = compiled.document.key_span(("search", "training.loss"))
        raise UserError.of("wrong-value", message, "compare by a metric: `training: {monitor: val_mae}`", span=span)
    return found
