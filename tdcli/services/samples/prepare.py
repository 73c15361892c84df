"""Load the data of a training, and check them before TensorFlow is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.data.load import LoadRequest, load, prefetch
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.machine.extras import require_extra
from tdcli.services.samples.fingerprints import fingerprints
from tdcli.services.samples.memory import refuse_too_large
from tdcli.services.specs.compile import Compiled
from tdcli.sources.core.section import DataSection
from tdcli.spec.schedules import Plateau
from tdcli.spec.spec import Spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class Origin:
    """What a training has from an earlier one.

    fitted: all that was fitted with its weights, as `Dataset.fitted`; record: which run the weights came from, as
    `run.json` has it, None where they were drawn; model: the file with the weights that the first epoch starts from,
    None where a checkpoint has them.
    """

    fitted: Mapping[str, Any]
    record: Mapping[str, Any] | None = None
    model: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """Loaded data, a weight for each class code (None: all alike), and what an earlier training left for this one."""

    data: Dataset
    class_weights: Array | None
    origin: Origin | None = None

    @cached_property
    def fingerprints(self) -> dict[str, dict[str, Any]]:
        """What tells the files that were read from others; reading them through takes a while."""
        return fingerprints(self.data)


def prepare(
    compiled: Compiled,
    read: Callable[[Compiled], Dataset] | None = None,
    origin: Origin | None = None,
    on_loading: ProgressCallback = no_progress,
) -> Prepared:
    """Load and check the data against the plan; `read` has the data in place of `load_data`. Raises SpecError."""
    data = read(compiled) if read else load_data(compiled, origin.fitted if origin else None, on_loading=on_loading)
    _check_monitor(compiled, data)
    refuse_too_large(compiled, data)
    return Prepared(data, _class_weights(compiled, data), origin)


def prefetch_data(compiled: Compiled, progress: ProgressCallback = no_progress, path: Path | None = None) -> None:
    """Let a source do what takes long before its data are loaded, or those of another file. Raises SpecError."""
    section = data_section(compiled)
    check_extra(section)
    signature = compiled.signature
    try:
        prefetch(section, compiled.folder, signature, progress, path)
    except SpecError as error:
        if path is not None:
            raise
        raise error.with_diagnostics(locate(each, compiled) for each in error.diagnostics) from None


def check_extra(section: DataSection) -> None:
    """Raise SpecError where the data need an extra that is not installed."""
    if section.extra:
        require_extra(section.extra, f"`source: {section.source}`")


def load_data(
    compiled: Compiled,
    fitted: Mapping[str, Any] | None = None,
    *,
    judged: bool = False,
    on_loading: ProgressCallback = no_progress,
) -> Dataset:
    """Read the data of a spec, with what was fitted on other data or anew. Raises SpecError.

    judged: the part that is held out gets its baselines. on_loading: is called as the data are read, where that
    takes long.
    """
    section, spec = data_section(compiled), compiled.spec
    check_extra(section)
    signature = compiled.signature
    try:
        return load(
            section,
            LoadRequest(
                compiled.folder, signature, spec.split, data_seed(spec), fitted, judged=judged, progress=on_loading
            ),
        )
    except SpecError as error:
        raise error.with_diagnostics(locate(each, compiled) for each in error.diagnostics) from None


def data_seed(spec: Spec) -> int:
    """Return the seed of what is drawn at random of the data."""
    return spec.training.seed if spec.split.seed is None else spec.split.seed


def locate(diagnostic: Diagnostic, compiled: Compiled) -> Diagnostic:
    """Point at the section that the diagnostic concerns, unless it points at a cell of a file."""
    section = diagnostic.section or ("data",)
    return diagnostic if diagnostic.span else diagnostic.at(compiled.document.key_span(section))


def data_section(compiled: Compiled) -> DataSection:
    """Return the data section. Raises SpecError where the spec has none."""
    if compiled.spec.data is None:
        message = f"`{compiled.document.path}` has no `data` section"
        raise SpecError.of("missing-key", message, "add one, as `data: {source: csv, path: data.csv}`")
    return compiled.spec.data


def _check_monitor(compiled: Compiled, data: Dataset) -> None:
    training, objective = compiled.spec.training, compiled.objective
    known = [*objective.names]
    if data.validation is not None:
        known += [f"val_{name}" for name in objective.names]
    schedule = training.schedule
    for key_path, monitor in (
        (("training", "schedule", "monitor"), schedule.monitor if isinstance(schedule, Plateau) else None),
        (("training", "monitor"), training.monitor),
        (("training", "early_stopping", "monitor"), training.early_stopping and training.early_stopping.monitor),
    ):
        if monitor and monitor not in known:
            helps: tuple[str, ...] = ("known here: " + ", ".join(f"`{name}`" for name in known),)
            if monitor.startswith("val_") and data.validation is None:
                helps = ("there is no validation part: add `split: {validation: 0.2}`", *helps)
            span = compiled.document.span(key_path)
            raise SpecError.of("unknown-monitor", f"nothing named `{monitor}` is measured", *helps, span=span)


def _class_weights(compiled: Compiled, data: Dataset) -> Array | None:
    wanted, objective = compiled.spec.training.class_weight, compiled.objective
    if wanted is None:
        return None
    span = compiled.document.span(("training", "class_weight"))
    if not objective.classes:
        message = "`class_weight` goes with classes; the target is numbers"
        raise SpecError.of("wrong-value", message, "leave it out", span=span)
    count = max(2, objective.units)
    if wanted == "balanced":
        return balanced_weights(data.train, count)
    weights, names = np.ones(count, np.float32), data.classes or ()
    for name, weight in wanted.items():
        code = names.index(name) if name in names else _code(name, count)
        if code is None:
            known = ", ".join(f"`{each}`" for each in names) or f"0 to {count - 1}"
            raise SpecError.of("wrong-value", f"there is no class `{name}`", f"known here: {known}", span=span)
        weights[code] = weight
    return weights


def _code(name: str, count: int) -> int | None:
    return int(name) if name.isdecimal() and int(name) < count else None


def balanced_weights(part: Part, count: int) -> Array:
    """Return `n / (classes * n_class)` for each class: rare ones weigh as much as frequent ones in all.

    Counted over samples, or over real steps where every step has a class. The formula is
    scikit-learn's (`compute_class_weight`).
    """
    codes = np.asarray(part.y)
    real = codes[part.y_valid] if part.y_valid is not None else codes.ravel()
    counts = np.bincount(real, minlength=count)
    return (len(real) / (count * np.maximum(counts, 1))).astype(np.float32)


class DatasetCache:
    """The data of the last spec, read again only for a spec that reads other data.

    judged: with baselines for the part that is held out.
    """

    def __init__(self, *, judged: bool = False) -> None:
        self.judged = judged
        self.key: Any = None
        self.data: Dataset | None = None

    @classmethod
    def seeded_with(cls, compiled: Compiled, data: Dataset) -> "DatasetCache":
        """Return a cache that holds what was read for a spec already."""
        cache = cls()
        cache.key, cache.data = _cache_key(compiled), data
        return cache

    def load(self, compiled: Compiled) -> Dataset:
        """Return the data of a spec. Raises SpecError."""
        key = _cache_key(compiled)
        if self.data is None or key != self.key:
            self.data = None  # two of them may not fit into memory
            self.data, self.key = load_data(compiled, judged=self.judged), key
        return self.data


def _cache_key(compiled: Compiled) -> Any:
    """Return all that decides what is read, how it is split and how it is scaled."""
    spec = compiled.spec
    return spec.data, spec.split, compiled.signature, data_seed(spec)
