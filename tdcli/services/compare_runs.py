"""What sets runs apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder, open_run, own_folder
from tdcli.services.compile_run import compile_run
from tdcli.services.filled import entries, flat
from tdcli.services.runs import RunSummary, summarized
from tdcli.services.sound import Skipped, sound_ones
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Comparison:
    """Runs side by side: the settings that are not the same in all, a value for each run."""

    runs: tuple[RunSummary, ...]
    settings: dict[str, tuple[Any, ...]]


def compared_runs(paths: Sequence[Path], skipped: Skipped | None = None) -> Comparison:
    """Put runs side by side.

    skipped: takes what is wrong with a run that is left out. Raises UserError where fewer than two are left.
    """
    runs = list(dict.fromkeys(map(own_folder, paths)))
    if len(runs) == 1:
        open_run(runs[0].path)
        message = f"`{runs[0].path.name}` alone has nothing to be compared with"
        raise UserError.of("wrong-option", message, "name another run")
    summaries, specs = zip(*sound_ones(runs, _read, skipped, least=2), strict=True)
    settings = {key: tuple(spec.get(key) for spec in specs) for key in dict.fromkeys(chain(*specs))}
    differing = {key: values for key, values in settings.items() if any(each != values[0] for each in values)}
    return Comparison(summaries, differing)


def _read(run: RunFolder) -> tuple[RunSummary, dict[str, Any]]:
    return summarized(run), {each.dotted: each.value for each in flat(entries(compile_run(run)))}
