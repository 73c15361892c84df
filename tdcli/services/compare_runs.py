"""What sets runs apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from tdcli.runs.folder import open_run
from tdcli.services.compile_run import compile_run
from tdcli.services.filled import entries, flat
from tdcli.services.runs import RunSummary, summarized
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Comparison:
    """Runs side by side: the settings that are not the same in all, a value for each run."""

    runs: tuple[RunSummary, ...]
    settings: dict[str, tuple[Any, ...]]


def compared_runs(paths: Sequence[Path]) -> Comparison:
    """Put runs side by side. Raises UserError where one cannot be read, or there is but one."""
    runs = list(dict.fromkeys(map(open_run, paths)))
    if len(runs) == 1:
        message = f"`{runs[0].path.name}` alone has nothing to be compared with"
        raise UserError.of("wrong-option", message, "name another run")
    specs = [{each.dotted: each.value for each in flat(entries(compile_run(run)))} for run in runs]
    settings = {key: tuple(spec.get(key) for spec in specs) for key in dict.fromkeys(chain(*specs))}
    differing = {key: values for key, values in settings.items() if any(each != values[0] for each in values)}
    return Comparison(tuple(map(summarized, runs)), differing)
